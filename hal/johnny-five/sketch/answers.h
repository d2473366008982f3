/* What Firmata asks of a board, and is told. */
#ifndef ANSWERS_H
#define ANSWERS_H

#include <stdint.h>

#include "refusal.h"

void tell_version(void);
void tell_firmware(void);
void tell_capabilities(void);
void tell_analog_mapping(void);
enum refusal tell_pin_state(uint8_t pin);
void tell_step_done(uint8_t stepper);

#endif
