#include "report.h"

#include <avr/interrupt.h>
#include <avr/io.h>

#include "clock.h"
#include "pins.h"
#include "uart.h"

#define DIGITAL_MESSAGE 0x90
#define ANALOG_MESSAGE 0xE0
#define CHANNELS 8
#define SAMPLING_MS_DEFAULT 19
#define NO_CHANNEL 0xFF

static bool port_reported[PORT_COUNT];
static uint8_t port_told[PORT_COUNT];
static uint8_t channels_reported;
static uint16_t sampling_ms;
static uint8_t polled_at_ms;
static uint16_t sampled_at_ms;
static uint8_t measuring;
static volatile bool measured;

void report_init(void) {
  for (uint8_t port = 0; port < PORT_COUNT; port++) port_reported[port] = false;
  channels_reported = 0;
  sampling_ms = SAMPLING_MS_DEFAULT;
  measuring = NO_CHANNEL;
}

static void tell(uint8_t command, uint16_t value) {
  uart_write(command);
  uart_write(value & 0x7F);
  uart_write(value >> 7 & 0x7F);
}

static void tell_port(uint8_t port, uint8_t inputs) {
  port_told[port] = inputs;
  tell(DIGITAL_MESSAGE | port, inputs);
}

void report_digital(uint8_t port, bool on) {
  port_reported[port] = on;
  if (on) tell_port(port, port_inputs(port));
}

void report_analog(uint8_t channel, bool on) {
  if (on) channels_reported |= 1 << channel;
  else channels_reported &= ~(1 << channel);
}

void report_every(uint16_t ms) { sampling_ms = ms; }

/* The next channel that is reported, at or after the one given. */
static void measure(uint8_t channel) {
  while (channel < CHANNELS && (channels_reported & 1 << channel) == 0) channel++;
  measuring = channel < CHANNELS ? channel : NO_CHANNEL;
  if (measuring == NO_CHANNEL) return;
  measured = false;
  ADMUX = _BV(REFS0) | channel;
  ADCSRA = _BV(ADEN) | _BV(ADSC) | _BV(ADIE) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
}

ISR(ADC_vect) { measured = true; }

static void poll_analog(uint16_t now_ms) {
  if (measuring != NO_CHANNEL) {
    if (!measured) return;
    tell(ANALOG_MESSAGE | measuring, ADC);
    measure(measuring + 1);
  } else if (channels_reported != 0 && (uint16_t)(now_ms - sampled_at_ms) >= sampling_ms) {
    sampled_at_ms = now_ms;
    measure(0);
  }
}

void report_poll(void) {
  uint16_t now_ms = clock_ms();
  poll_analog(now_ms);
  if ((uint8_t)now_ms == polled_at_ms) return;
  polled_at_ms = now_ms;
  for (uint8_t port = 0; port < PORT_COUNT; port++) {
    if (!port_reported[port]) continue;
    uint8_t inputs = port_inputs(port);
    if (inputs != port_told[port]) tell_port(port, inputs);
  }
}
