/* Dimmed lamps: D3, D5 and D6 by the compare units of timers 0 and 2, about 1 kHz. */
#ifndef PWM_H
#define PWM_H

#include <stdbool.h>
#include <stdint.h>

bool pwm_can(uint8_t pin);
/* 0 is off, 255 is fully on; nothing happens on a pin without PWM. */
void pwm_write(uint8_t pin, uint8_t value);
uint8_t pwm_value(uint8_t pin);

#endif
