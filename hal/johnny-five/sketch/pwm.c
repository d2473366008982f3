#include "pwm.h"

#include <avr/io.h>

#include "board.h"
#include "clock.h"
#include "pins.h"

/* A compare unit raises its pin without asking the guard. */
_Static_assert((GUARDED_PINS & (PIN_BIT(3) | PIN_BIT(5) | PIN_BIT(6))) == 0, "a pin with PWM cannot be guarded");

static uint8_t values[3];

static uint8_t *value_of(uint8_t pin) {
  switch (pin) {
    case 3: return &values[0];
    case 5: return &values[1];
    case 6: return &values[2];
    default: return 0;
  }
}

bool pwm_can(uint8_t pin) { return value_of(pin) != 0; }
uint8_t pwm_value(uint8_t pin) { return pwm_can(pin) ? *value_of(pin) : 0; }

/* Timer 0 runs only while a lamp is dimmed by it, so that the chip sleeps longer. */
static void run_timer0(void) {
  bool used = (TCCR0A & (_BV(COM0A1) | _BV(COM0B1))) != 0;
  TCCR0B = used ? _BV(CS01) | _BV(CS00) : 0;
}

/* Off and fully on need no compare unit. */
static void dim(uint8_t pin, uint8_t value) {
  switch (pin) {
    case 3:
      OCR2B = ((uint16_t)value * (CLOCK_TICK_COUNTS - 1) + 127) / 255;
      TCCR2A |= _BV(COM2B1);
      break;
    case 5:
      OCR0B = value;
      TCCR0A |= _BV(COM0B1) | _BV(WGM01) | _BV(WGM00);
      break;
    case 6:
      OCR0A = value;
      TCCR0A |= _BV(COM0A1) | _BV(WGM01) | _BV(WGM00);
      break;
  }
  run_timer0();
}

static void undim(uint8_t pin) {
  switch (pin) {
    case 3: TCCR2A &= ~_BV(COM2B1); break;
    case 5: TCCR0A &= ~_BV(COM0B1); break;
    case 6: TCCR0A &= ~_BV(COM0A1); break;
  }
  run_timer0();
}

void pwm_write(uint8_t pin, uint8_t value) {
  if (!pwm_can(pin)) return;
  *value_of(pin) = value;
  if (value > 0 && value < 255) return dim(pin, value);
  undim(pin);
  if (value == 255) pin_high(pin);
  else pin_low(pin);
}
