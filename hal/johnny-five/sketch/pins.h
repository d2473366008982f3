/* Pins by Firmata's numbers: 2–13 are D2–D13, 14–19 are A0–A5, 20 and 21 are A6 and A7, which only measure. */
#ifndef PINS_H
#define PINS_H

#include <stdbool.h>
#include <stdint.h>

#define PIN_COUNT 22
#define PIN_NONE 0x7F
#define FIRST_PIN 2
#define FIRST_ANALOG_PIN 14
#define DIGITAL_PIN_COUNT 20
/* Firmata sees pins in ports of eight. */
#define PORT_COUNT 3

enum mode {
  MODE_INPUT = 0,
  MODE_OUTPUT = 1,
  MODE_ANALOG = 2,
  MODE_PWM = 3,
  MODE_SERVO = 4,
  MODE_STEPPER = 8,
  MODE_PULLUP = 11,
};

void pins_init(void);
bool pin_is_motor(uint8_t pin);
bool pin_is_lock(uint8_t pin);
/* What the pin's place on the board allows, whatever the hour. The lock is the guard's alone, and offers nothing. */
bool pin_offers(uint8_t pin, uint8_t mode);
uint8_t pin_mode(uint8_t pin);
/* The pin is left low, or as an input. */
void pin_set_mode(uint8_t pin, uint8_t mode);

/* The only function that lets a pin go high by hand; false when the guard forbids it. From interrupts too. */
bool pin_high(uint8_t pin);
void pin_low(uint8_t pin);
bool pin_reads_high(uint8_t pin);
/* Whether it was told to be high, or to pull up. */
bool pin_is_set(uint8_t pin);

/* Every motor pin low, at once. From interrupts too. */
void pins_stop_motors(void);
/* Pins of motors and lock become inputs again, as after a reset. */
void pins_forget_guarded(void);

/* The inputs among the eight pins of a Firmata port, as bits. */
uint8_t port_inputs(uint8_t port);

#endif
