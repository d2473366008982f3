#include "servo.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "guard.h"
#include "pins.h"

#define COUNTS_PER_US 2
#define FRAME_US 20000
#define DEFAULT_US_MIN 544
#define DEFAULT_US_MAX 2400
/* Below it a value is an angle, as in Firmata. */
#define ANGLE_LIMIT 544
#define SOON_US 10
/* A pulse begins so much later after its match than it ends: first the guard is asked. */
#define LATE_COUNTS 11

static struct {
  /* PIN_NONE: the place is free. */
  uint8_t pin;
  uint16_t min_us, max_us;
  /* 0 while released. */
  uint16_t pulse_us;
} servos[SERVO_COUNT];

/* Whose pulse is on; SERVO_COUNT between frames. */
static uint8_t current = SERVO_COUNT;
static uint16_t frame_left_us;

static uint8_t place_of(uint8_t pin) {
  uint8_t i = 0;
  while (i < SERVO_COUNT && servos[i].pin != pin) i++;
  return i;
}

bool servo_attach(uint8_t pin) {
  servo_detach(pin);
  uint8_t i = place_of(PIN_NONE);
  if (i == SERVO_COUNT) return false;
  servos[i].min_us = DEFAULT_US_MIN;
  servos[i].max_us = DEFAULT_US_MAX;
  servos[i].pin = pin;
  pin_set_mode(pin, MODE_SERVO);
  return true;
}

void servo_detach(uint8_t pin) {
  uint8_t i = place_of(pin);
  if (i == SERVO_COUNT) return;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    servos[i].pulse_us = 0;
    servos[i].pin = PIN_NONE;
    pin_low(pin);
  }
}

enum refusal servo_range(uint8_t pin, uint16_t min_us, uint16_t max_us) {
  uint8_t i = place_of(pin);
  if (i == SERVO_COUNT || min_us < SERVO_US_MIN || max_us > SERVO_US_MAX || min_us >= max_us) return OUT_OF_RANGE;
  servos[i].min_us = min_us;
  servos[i].max_us = max_us;
  return ACCEPTED;
}

static uint16_t pulse_for(uint8_t i, uint16_t value) {
  uint16_t min = servos[i].min_us, max = servos[i].max_us;
  if (value >= ANGLE_LIMIT) return value < min ? min : value > max ? max : value;
  return min + (uint32_t)(value > 180 ? 180 : value) * (max - min) / 180;
}

enum refusal servo_write(uint8_t pin, uint16_t value) {
  uint8_t i = place_of(pin);
  if (i == SERVO_COUNT) return OUT_OF_RANGE;
  enum refusal refusal = NO_LEASE;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    if (lease_stands()) {
      refusal = ACCEPTED;
      servos[i].pulse_us = pulse_for(i, value);
      if ((TIMSK1 & _BV(OCIE1A)) == 0) {
        current = SERVO_COUNT;
        OCR1A = TCNT1 + SOON_US * COUNTS_PER_US;
        TIFR1 = _BV(OCF1A);
        TIMSK1 |= _BV(OCIE1A);
      }
    }
  }
  return refusal;
}

void servos_release(void) {
  TIMSK1 &= ~_BV(OCIE1A);
  for (uint8_t i = 0; i < SERVO_COUNT; i++) servos[i].pulse_us = 0;
}

void servos_forget(void) {
  for (uint8_t i = 0; i < SERVO_COUNT; i++) servos[i].pin = PIN_NONE;
}

/* Counts from match to match, not from the moment it gets to run: then its own delay is not part of a pulse. */
ISR(TIMER1_COMPA_vect) {
  if (current < SERVO_COUNT) {
    if (servos[current].pin != PIN_NONE) pin_low(servos[current].pin);
    current++;
  } else {
    current = 0;
    frame_left_us = FRAME_US;
  }
  while (current < SERVO_COUNT && servos[current].pulse_us == 0) current++;
  uint16_t counts = frame_left_us * COUNTS_PER_US;
  if (current < SERVO_COUNT) {
    counts = servos[current].pulse_us * COUNTS_PER_US + LATE_COUNTS;
    frame_left_us -= servos[current].pulse_us;
    pin_high(servos[current].pin);
  }
  OCR1A += counts;
}
