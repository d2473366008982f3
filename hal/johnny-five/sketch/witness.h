/* The physical witness: how many sachets have passed the light barriers, and how often the sketch has started. */
#ifndef WITNESS_H
#define WITNESS_H

#include <stdint.h>

void witness_init(void);
/* Pins of the barriers fed A, fed B and binned, PIN_NONE for none. What lies in one now has been counted, or never will be. */
void witness_watch(const uint8_t pins[3]);
void witness_tick(void);
/* Is answered as soon as everything that was counted is kept. */
void witness_ask(void);
void witness_poll(void);

#endif
