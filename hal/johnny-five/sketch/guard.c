#include "guard.h"

#include <string.h>
#include <util/atomic.h>

#include "pins.h"
#include "servo.h"
#include "stepper.h"
#include "tone.h"

static struct guard in_force;
static bool stands;
static volatile uint16_t silence_left_ms, lease_left_ms, unlock_left_ms;
static uint16_t steps_left[STEPPER_COUNT];
static volatile uint16_t trips;
static volatile bool tripped, struck;

static bool is_free_input(uint8_t pin) {
  return pin == PIN_NONE || (pin_offers(pin, MODE_PULLUP) && pin_mode(pin) != MODE_OUTPUT && pin_mode(pin) != MODE_PWM);
}

static bool is_in_range(const struct guard *guard) {
  const uint8_t *inputs = guard->inputs;
  if (guard->silence_ms < SILENCE_MS_MIN || guard->silence_ms > SILENCE_MS_MAX) return false;
  for (uint8_t i = 0; i < INPUT_COUNT; i++) {
    if (!is_free_input(inputs[i])) return false;
    /* One sachet must not count twice, and a shut door be no key. */
    if (inputs[i] != PIN_NONE && memchr(inputs + i + 1, inputs[i], INPUT_COUNT - i - 1) != 0) return false;
  }
  return (guard->relay == PIN_NONE || pin_is_lock(guard->relay)) &&
         (guard->power == PIN_NONE || pin_is_motor(guard->power));
}

bool guard_accept(const struct guard *guard) {
  if (!is_in_range(guard)) return false;
  if (!stands || memcmp(guard, &in_force, sizeof in_force) != 0) {
    guard_forget();
    in_force = *guard;
    if (guard->relay != PIN_NONE) pin_set_mode(guard->relay, MODE_OUTPUT);
    witness_watch(guard->inputs);
    stands = true;
  }
  guard_heard();
  return true;
}

bool guard_stands(void) { return stands; }
uint8_t guard_power_pin(void) { return stands ? in_force.power : PIN_NONE; }
bool guard_watches(uint8_t pin) { return stands && memchr(in_force.inputs, pin, sizeof in_force.inputs) != 0; }

bool guard_allows_high(uint8_t pin) {
  if (pin_is_motor(pin)) return lease_left_ms > 0;
  if (pin_is_lock(pin)) return unlock_left_ms > 0 && pin == in_force.relay;
  return true;
}

/* Everything that moves, or could. With interrupts off, for a step may be under way. */
static void stop_motors(void) {
  lease_left_ms = 0;
  steppers_stop();
  servos_release();
  pins_stop_motors();
}

bool lease_accept(const struct lease *lease) {
  if (lease->ms == 0 || lease->ms > LEASE_MS_MAX) return false;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    stop_motors();
    memcpy(steps_left, lease->steps, sizeof steps_left);
    steppers_count_anew();
    /* The tick under way is not a whole one. */
    lease_left_ms = lease->ms + 1;
  }
  return true;
}

bool lease_stands(void) {
  bool leased;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { leased = lease_left_ms > 0; }
  return leased;
}

void lease_end(void) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { stop_motors(); }
}

bool lease_take_steps(uint8_t stepper, uint32_t steps) {
  if (steps > steps_left[stepper]) {
    struck = true;
    return false;
  }
  steps_left[stepper] -= steps;
  return true;
}

bool unlock_is_allowed(void) { return witness_is_low(KEY) || witness_is_high(DOOR); }

bool unlock_accept(uint16_t ms) {
  if (ms > UNLOCK_MS_MAX || in_force.relay == PIN_NONE) return false;
  if (ms == 0) lock_now();
  else {
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
      unlock_left_ms = ms + 1;
      pin_high(in_force.relay);
    }
  }
  return true;
}

void lock_now(void) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    unlock_left_ms = 0;
    if (stands && in_force.relay != PIN_NONE) pin_low(in_force.relay);
  }
}

void guard_heard(void) {
  if (!stands) return;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { silence_left_ms = in_force.silence_ms + 1; }
}

static void fall_silent(void) {
  if (lease_left_ms > 0) {
    trips++;
    tripped = true;
  }
  stop_motors();
  lock_now();
  tone_stop();
}

void guard_tick(void) {
  if (lease_left_ms > 0 && --lease_left_ms == 0) stop_motors();
  if (unlock_left_ms > 0 && (--unlock_left_ms == 0 || !unlock_is_allowed())) lock_now();
  if (silence_left_ms > 0 && --silence_left_ms == 0) fall_silent();
}

void guard_forget(void) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    stop_motors();
    lock_now();
    silence_left_ms = 0;
    stands = false;
  }
  static const uint8_t none[INPUT_COUNT] = {[0 ... INPUT_COUNT - 1] = PIN_NONE};
  witness_watch(none);
  steppers_forget();
  servos_forget();
  pins_forget_guarded();
}

uint16_t guard_trips(void) {
  uint16_t count;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { count = trips; }
  return count;
}

bool guard_take_tripped(void) {
  bool was;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    was = tripped;
    tripped = false;
  }
  return was;
}

bool guard_take_struck(void) {
  bool was = struck;
  struck = false;
  return was;
}
