/* What the host has asked to be told of inputs: digital ones when they change, analog ones again and again. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stdint.h>

#define SAMPLING_MS_MIN 10
#define SAMPLING_MS_MAX 5000

void report_init(void);
void report_digital(uint8_t port, bool on);
void report_analog(uint8_t channel, bool on);
void report_every(uint16_t ms);
void report_poll(void);

#endif
