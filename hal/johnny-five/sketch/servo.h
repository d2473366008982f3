/* Servos on any motor pins, one pulse after another in a frame of 20 ms, by the other compare unit of timer 1. */
#ifndef SERVO_H
#define SERVO_H

#include <stdbool.h>
#include <stdint.h>

#include "refusal.h"

#define SERVO_COUNT 4
#define SERVO_US_MIN 400
#define SERVO_US_MAX 2600

/* Puts the pin in servo mode; it has no pulses until it is written. False when all places are taken. */
bool servo_attach(uint8_t pin);
void servo_detach(uint8_t pin);
/* The pulses of 0 and 180 degrees, in microseconds. */
enum refusal servo_range(uint8_t pin, uint16_t min_us, uint16_t max_us);
/* Degrees below 544, else microseconds; held to the servo's range. */
enum refusal servo_write(uint8_t pin, uint16_t value);
/* No more pulses, at once. With interrupts off. */
void servos_release(void);
void servos_forget(void);

#endif
