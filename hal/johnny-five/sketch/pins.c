#include "pins.h"

#include <avr/io.h>
#include <util/atomic.h>

#include "board.h"
#include "guard.h"
#include "pwm.h"

static uint8_t modes[PIN_COUNT];

static volatile uint8_t *port_of(uint8_t pin) {
  return pin < 8 ? &PORTD : pin < 14 ? &PORTB : &PORTC;
}

/* DDRx and PINx lie below PORTx on every port of this chip. */
static volatile uint8_t *direction_of(uint8_t pin) { return port_of(pin) - 1; }
static volatile uint8_t *level_of(uint8_t pin) { return port_of(pin) - 2; }

/* Tables, for this chip shifts by one place at a time, and the length of a servo's pulse hangs on it. */
static const uint8_t bits[] = {1, 2, 4, 8, 16, 32, 64, 128};
#define AS_BYTES(pins) {(uint8_t)(pins), (uint8_t)((pins) >> 8), (uint8_t)((pins) >> 16)}
static const uint8_t motor_pins[] = AS_BYTES(MOTOR_PINS);
static const uint8_t lock_pins[] = AS_BYTES(LOCK_PINS);

static uint8_t bit_of(uint8_t pin) { return bits[pin < 8 ? pin : pin < 14 ? pin - 8 : pin - 14]; }

bool pin_is_motor(uint8_t pin) { return pin < PIN_COUNT && (motor_pins[pin >> 3] & bits[pin & 7]) != 0; }
bool pin_is_lock(uint8_t pin) { return pin < PIN_COUNT && (lock_pins[pin >> 3] & bits[pin & 7]) != 0; }

bool pin_offers(uint8_t pin, uint8_t mode) {
  if (pin < FIRST_PIN || pin >= PIN_COUNT || pin_is_lock(pin)) return false;
  if (mode == MODE_ANALOG) return pin >= FIRST_ANALOG_PIN;
  if (pin >= DIGITAL_PIN_COUNT) return false;
  switch (mode) {
    case MODE_INPUT:
    case MODE_OUTPUT:
      return true;
    case MODE_PULLUP:
      /* A motor driver takes a pull-up for a high. */
      return !pin_is_motor(pin);
    case MODE_PWM:
      return pwm_can(pin);
    case MODE_SERVO:
    case MODE_STEPPER:
      return pin_is_motor(pin);
    default:
      return false;
  }
}

uint8_t pin_mode(uint8_t pin) { return modes[pin]; }

void pin_set_mode(uint8_t pin, uint8_t mode) {
  modes[pin] = mode;
  if (pin >= DIGITAL_PIN_COUNT) return;
  pwm_write(pin, 0);
  bool drives = mode == MODE_OUTPUT || mode == MODE_PWM || mode == MODE_SERVO || mode == MODE_STEPPER;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    *port_of(pin) &= ~bit_of(pin);
    if (drives) *direction_of(pin) |= bit_of(pin);
    else *direction_of(pin) &= ~bit_of(pin);
  }
  if (mode == MODE_PULLUP) pin_high(pin);
}

bool pin_high(uint8_t pin) {
  bool allowed = false;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    allowed = guard_allows_high(pin);
    if (allowed) *port_of(pin) |= bit_of(pin);
  }
  return allowed;
}

void pin_low(uint8_t pin) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { *port_of(pin) &= ~bit_of(pin); }
}

bool pin_reads_high(uint8_t pin) { return (*level_of(pin) & bit_of(pin)) != 0; }
bool pin_is_set(uint8_t pin) { return (*port_of(pin) & bit_of(pin)) != 0; }

void pins_stop_motors(void) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    PORTD &= (uint8_t)~MOTOR_PINS;
    PORTB &= (uint8_t)~(MOTOR_PINS >> 8 & 0x3F);
    PORTC &= (uint8_t)~(MOTOR_PINS >> 14 & 0x3F);
  }
}

void pins_forget_guarded(void) {
  for (uint8_t pin = FIRST_PIN; pin < DIGITAL_PIN_COUNT; pin++) {
    if (pin_is_motor(pin) || pin_is_lock(pin)) pin_set_mode(pin, MODE_INPUT);
  }
}

void pins_init(void) {
  for (uint8_t pin = FIRST_PIN; pin < PIN_COUNT; pin++) {
    pin_set_mode(pin, pin < DIGITAL_PIN_COUNT ? MODE_INPUT : MODE_ANALOG);
  }
}

uint8_t port_inputs(uint8_t port) {
  uint8_t inputs = 0;
  for (uint8_t i = 0; i < 8; i++) {
    uint8_t pin = port * 8 + i;
    if (pin < FIRST_PIN || pin >= DIGITAL_PIN_COUNT) continue;
    if (modes[pin] != MODE_INPUT && modes[pin] != MODE_PULLUP) continue;
    if (pin_reads_high(pin)) inputs |= 1 << i;
  }
  return inputs;
}
