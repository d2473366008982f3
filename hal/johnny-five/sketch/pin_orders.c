#include "pin_orders.h"

#include "guard.h"
#include "messages.h"
#include "pins.h"
#include "pwm.h"
#include "servo.h"
#include "stepper.h"

static enum refusal may_become(uint8_t pin, uint8_t mode) {
  if (!pin_offers(pin, mode)) return OUT_OF_RANGE;
  if (mode == MODE_INPUT) return ACCEPTED;
  if (pin_is_motor(pin) && !guard_stands()) return NO_GUARD;
  if (pin_is_motor(pin) && (mode == MODE_OUTPUT) != (pin == guard_power_pin())) return OUT_OF_RANGE;
  return ACCEPTED;
}

enum refusal set_mode(uint8_t pin, uint8_t mode) {
  enum refusal refusal = may_become(pin, mode);
  if (refusal != ACCEPTED) return refusal;
  /* The barriers stay as the guard has set them. */
  if (guard_watches(pin)) return mode == MODE_INPUT || mode == MODE_PULLUP ? ACCEPTED : OUT_OF_RANGE;
  if (stepper_uses(pin)) return mode == MODE_STEPPER ? ACCEPTED : BUSY;
  servo_detach(pin);
  if (mode == MODE_SERVO) return servo_attach(pin) ? ACCEPTED : OUT_OF_RANGE;
  pin_set_mode(pin, mode);
  return ACCEPTED;
}

/* To write an input high is an older way to ask for its pull-up, and that of johnny-five. */
static enum refusal set_input(uint8_t pin, bool high) {
  if (high && pin_offers(pin, MODE_PULLUP) && !guard_watches(pin)) pin_set_mode(pin, MODE_PULLUP);
  return ACCEPTED;
}

/* Only an unlock opens it. To lock is always right. */
static enum refusal set_lock(bool high) {
  if (high) return OUT_OF_RANGE;
  lock_now();
  return ACCEPTED;
}

enum refusal set_digital(uint8_t pin, bool high) {
  if (pin < FIRST_PIN || pin >= DIGITAL_PIN_COUNT) return OUT_OF_RANGE;
  if (pin_is_lock(pin)) return set_lock(high);
  if (pin_mode(pin) == MODE_INPUT) return set_input(pin, high);
  if (pin_mode(pin) != MODE_OUTPUT) return OUT_OF_RANGE;
  if (!high) pin_low(pin);
  else if (!pin_high(pin)) return guard_stands() ? NO_LEASE : NO_GUARD;
  return ACCEPTED;
}

/* Firmata-io writes all pins of a port for the sake of one: those that do something else are not meant. */
enum refusal set_port(uint8_t port, uint8_t levels) {
  enum refusal refusal = ACCEPTED;
  for (uint8_t i = 0; i < 8; i++) {
    uint8_t pin = port * 8 + i;
    if (pin < FIRST_PIN || pin >= DIGITAL_PIN_COUNT) continue;
    if (pin_mode(pin) != MODE_OUTPUT && pin_mode(pin) != MODE_INPUT) continue;
    bool high = levels >> i & 1;
    /* Nor is a lock beside a lamp meant to shut with it. */
    if (pin_is_lock(pin) && !high) continue;
    enum refusal one = set_digital(pin, high);
    if (one != ACCEPTED) refusal = one;
  }
  return refusal;
}

enum refusal set_analog(uint8_t pin, uint16_t value) {
  if (pin >= PIN_COUNT) return OUT_OF_RANGE;
  if (pin_mode(pin) == MODE_SERVO) return servo_write(pin, value);
  if (pin_mode(pin) != MODE_PWM) return OUT_OF_RANGE;
  pwm_write(pin, value < 255 ? value : 255);
  return ACCEPTED;
}

enum refusal configure_servo(const uint8_t *data) {
  if (pin_mode(data[0]) != MODE_SERVO) {
    enum refusal refusal = set_mode(data[0], MODE_SERVO);
    if (refusal != ACCEPTED) return refusal;
  }
  return servo_range(data[0], u14_at(data + 1), u14_at(data + 3));
}

/* data: 0, stepper, interface (1: a driver), steps per turn (2), DIR pin, STEP pin; DIR is STEP once more where it is strapped. */
static enum refusal configure_stepper(const uint8_t *data) {
  if (data[2] != 1 || data[5] != data[6]) return OUT_OF_RANGE;
  enum refusal refusal = set_mode(data[6], MODE_STEPPER);
  if (refusal != ACCEPTED) return refusal;
  return stepper_configure(data[1], data[6], u14_at(data + 3));
}

/* data: 1, stepper, direction (1: forward), steps (3), speed (2), and both or none of acceleration (2), deceleration (2). */
static enum refusal move_stepper(const uint8_t *data, bool ramps) {
  if (data[2] != 1) return OUT_OF_RANGE;
  struct move move = {
      .steps = u14_at(data + 3) | (uint32_t)data[5] << 14,
      .speed = u14_at(data + 6),
      .accel = ramps ? u14_at(data + 8) : 0,
      .decel = ramps ? u14_at(data + 10) : 0,
  };
  return stepper_move(data[1], &move);
}

enum refusal follow_stepper(const uint8_t *data, uint8_t length) {
  if (length == 7 && data[0] == 0) return configure_stepper(data);
  if ((length == 8 || length == 12) && data[0] == 1) return move_stepper(data, length == 12);
  return MALFORMED;
}
