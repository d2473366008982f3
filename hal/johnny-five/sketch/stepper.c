#include "stepper.h"

#include <avr/interrupt.h>
#include <util/atomic.h>
#include <util/delay.h>

#include "beat.h"
#include "pins.h"

/* What the slowest of the usual drivers wants, DRV8825. */
#define PULSE_US 2
/* Beats of one radian, in hundredths, at one step a turn: 2,000,000 · 2π · 100. */
#define BEATS_BY_SPEED 1256637061UL

static struct stepper {
  /* PIN_NONE: not configured. */
  uint8_t pin;
  uint16_t steps_per_turn;
  volatile uint16_t left;
  uint16_t done, accel_steps, decel_steps;
  volatile uint16_t made;
  /* Beats between two steps: now, and at full speed. */
  uint32_t interval, steady;
  volatile bool finished;
} steppers[STEPPER_COUNT];

static bool is_moving(const struct stepper *s) {
  uint16_t left;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { left = s->left; }
  return left > 0;
}

enum refusal stepper_configure(uint8_t stepper, uint8_t pin, uint16_t steps_per_turn) {
  if (stepper >= STEPPER_COUNT || steps_per_turn == 0) return OUT_OF_RANGE;
  struct stepper *s = &steppers[stepper];
  if (is_moving(s)) return BUSY;
  if (pin != s->pin && stepper_uses(pin)) return OUT_OF_RANGE;
  s->pin = pin;
  s->steps_per_turn = steps_per_turn;
  return ACCEPTED;
}

static uint32_t square_root(uint32_t of) {
  uint32_t root = 0;
  for (uint32_t bit = 1UL << 15; bit > 0; bit >>= 1) {
    if ((root | bit) * (root | bit) <= of) root |= bit;
  }
  return root;
}

/*
 * Ramps after D. Austin, "Generate stepper-motor speed profiles in real time" (2005): the first interval is
 * 0.676 · f · √(2/α), and each that follows comes of the one before by a division. α is accel · steps_per_turn · 0.01 / 2π.
 */
static uint32_t first_interval(uint32_t accel_steps_per_turn) {
  return 191708000UL / square_root(accel_steps_per_turn << 4);
}

/* Steps from standing to full speed, v² / 2α; 0 for at once. */
static uint32_t ramp_steps(uint32_t steps_per_second, uint32_t accel, uint16_t steps_per_turn) {
  if (accel == 0) return 0;
  uint32_t steps = steps_per_second * steps_per_second * 314 / (accel * steps_per_turn);
  return steps < UINT16_MAX ? steps : UINT16_MAX;
}

static void plan(struct stepper *s, const struct move *move) {
  uint32_t per_second = BEATS_PER_SECOND / s->steady;
  uint32_t up = ramp_steps(per_second, move->accel, s->steps_per_turn);
  uint32_t down = ramp_steps(per_second, move->decel, s->steps_per_turn);
  if (up + down > move->steps) {
    /* Full speed is never reached: both ramps meet where they have the same speed. */
    up = move->accel == 0 ? 0 : move->decel == 0 ? move->steps
                              : move->steps * move->decel / ((uint32_t)move->accel + move->decel);
    down = move->decel == 0 ? 0 : move->steps - up;
  }
  s->accel_steps = up;
  s->decel_steps = down;
  s->interval = s->steady;
  if (move->accel == 0) return;
  uint32_t first = first_interval((uint32_t)move->accel * s->steps_per_turn);
  if (first > s->steady) s->interval = first;
}

enum refusal stepper_move(uint8_t stepper, const struct move *move) {
  if (stepper >= STEPPER_COUNT || steppers[stepper].pin == PIN_NONE || move->steps == 0) return OUT_OF_RANGE;
  struct stepper *s = &steppers[stepper];
  uint32_t turning = (uint32_t)move->speed * s->steps_per_turn;
  if (turning == 0 || BEATS_BY_SPEED / turning < BEATS_PER_SECOND / STEPS_PER_SECOND_MAX) return OUT_OF_RANGE;
  if (is_moving(s)) return BUSY;
  if (!lease_stands()) return NO_LEASE;
  if (!lease_take_steps(stepper, move->steps)) return OUT_OF_RANGE;
  s->steady = BEATS_BY_SPEED / turning;
  plan(s, move);
  s->done = 0;
  s->finished = false;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    s->left = move->steps;
    beat_start(stepper);
  }
  return ACCEPTED;
}

static uint32_t next_interval(struct stepper *s, uint16_t left) {
  if (s->done == 1) return s->interval;
  if (s->done <= s->accel_steps) {
    s->interval -= 2 * s->interval / (4UL * (s->done - 1) + 1);
    if (s->interval < s->steady) s->interval = s->steady;
  } else if (left <= s->decel_steps) {
    s->interval += 2 * s->interval / (4UL * left - 1);
  } else {
    s->interval = s->steady;
  }
  return s->interval;
}

uint32_t stepper_beat(uint8_t stepper) {
  struct stepper *s = &steppers[stepper];
  if (s->left == 0 || !pin_high(s->pin)) return 0;
  uint16_t left = --s->left;
  s->done++;
  s->made++;
  /* A servo's pulse does not wait for a step, nor does the clock, which may stop us here. */
  sei();
  _delay_us(PULSE_US);
  uint32_t interval = left > 0 ? next_interval(s, left) : 0;
  cli();
  pin_low(s->pin);
  if (left == 0) s->finished = true;
  return interval;
}

bool stepper_take_finished(uint8_t stepper) {
  bool was = steppers[stepper].finished;
  if (was) steppers[stepper].finished = false;
  return was;
}

uint16_t stepper_made(uint8_t stepper) {
  uint16_t made;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { made = steppers[stepper].made; }
  return made;
}

void steppers_count_anew(void) {
  for (uint8_t i = 0; i < STEPPER_COUNT; i++) steppers[i].made = 0;
}

bool stepper_uses(uint8_t pin) {
  for (uint8_t i = 0; i < STEPPER_COUNT; i++) {
    if (steppers[i].pin == pin) return true;
  }
  return false;
}

void steppers_stop(void) {
  for (uint8_t i = 0; i < STEPPER_COUNT; i++) {
    steppers[i].left = 0;
    beat_stop(i);
  }
}

void steppers_forget(void) {
  for (uint8_t i = 0; i < STEPPER_COUNT; i++) steppers[i].pin = PIN_NONE;
}
