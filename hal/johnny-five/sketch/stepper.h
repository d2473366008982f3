/* Steppers behind a driver with a STEP input; DIR is strapped, so they go forward only. */
#ifndef STEPPER_H
#define STEPPER_H

#include <stdbool.h>
#include <stdint.h>

#include "guard.h"
#include "refusal.h"

#define STEPS_PER_SECOND_MAX 3600

struct move {
  uint32_t steps;
  /* Hundredths of a radian per second, and per second squared; no acceleration is 0. */
  uint16_t speed, accel, decel;
};

/* The pin is in stepper mode already. */
enum refusal stepper_configure(uint8_t stepper, uint8_t pin, uint16_t steps_per_turn);
enum refusal stepper_move(uint8_t stepper, const struct move *move);
/* True once after a move has come to its end; a move that was stopped never does. */
bool stepper_take_finished(uint8_t stepper);
/* Steps that its driver has got since the last lease began. */
uint16_t stepper_made(uint8_t stepper);
/* With interrupts off. */
void steppers_count_anew(void);
/* Whether one of them steps by this pin. */
bool stepper_uses(uint8_t pin);
/* At once. With interrupts off. */
void steppers_stop(void);
void steppers_forget(void);
uint32_t stepper_beat(uint8_t stepper);

#endif
