#include "answers.h"

#include <stdbool.h>

#include "frame.h"
#include "messages.h"
#include "pins.h"
#include "pwm.h"
#include "uart.h"

#define PROTOCOL_MAJOR 2
#define PROTOCOL_MINOR 6
#define SKETCH_NAME "dosis"
#define SKETCH_MAJOR 2
#define SKETCH_MINOR 0

/* Modes with their resolution in bits, in the order in which they are told. */
static const struct {
  uint8_t mode, bits;
} resolutions[] = {
    {MODE_INPUT, 1}, {MODE_PULLUP, 1}, {MODE_OUTPUT, 1},   {MODE_ANALOG, 10},
    {MODE_PWM, 8},   {MODE_SERVO, 14}, {MODE_STEPPER, 21},
};

static void begin(uint8_t id) {
  uart_write(START_SYSEX);
  uart_write(id);
}

void tell_version(void) {
  uart_write(REPORT_VERSION);
  uart_write(PROTOCOL_MAJOR);
  uart_write(PROTOCOL_MINOR);
}

void tell_firmware(void) {
  begin(REPORT_FIRMWARE);
  uart_write(SKETCH_MAJOR);
  uart_write(SKETCH_MINOR);
  for (const char *letter = SKETCH_NAME; *letter != 0; letter++) write_as_pair(*letter);
  uart_write(END_SYSEX);
}

void tell_capabilities(void) {
  begin(CAPABILITY_RESPONSE);
  for (uint8_t pin = 0; pin < PIN_COUNT; pin++) {
    for (uint8_t i = 0; i < sizeof resolutions / sizeof resolutions[0]; i++) {
      if (!pin_offers(pin, resolutions[i].mode)) continue;
      uart_write(resolutions[i].mode);
      uart_write(resolutions[i].bits);
    }
    uart_write(0x7F);
  }
  uart_write(END_SYSEX);
}

void tell_analog_mapping(void) {
  begin(ANALOG_MAPPING_RESPONSE);
  for (uint8_t pin = 0; pin < PIN_COUNT; pin++) uart_write(pin < FIRST_ANALOG_PIN ? 0x7F : pin - FIRST_ANALOG_PIN);
  uart_write(END_SYSEX);
}

enum refusal tell_pin_state(uint8_t pin) {
  if (pin >= PIN_COUNT) return OUT_OF_RANGE;
  uint8_t state = pin_mode(pin) == MODE_PWM ? pwm_value(pin) : pin < DIGITAL_PIN_COUNT && pin_is_set(pin);
  begin(PIN_STATE_RESPONSE);
  uart_write(pin);
  uart_write(pin_mode(pin));
  write_as_pair(state);
  uart_write(END_SYSEX);
  return ACCEPTED;
}

void tell_step_done(uint8_t stepper) {
  begin(STEPPER);
  uart_write(stepper);
  uart_write(END_SYSEX);
}
