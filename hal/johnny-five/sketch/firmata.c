#include "firmata.h"

#include <stdbool.h>

#include "answers.h"
#include "frame.h"
#include "guard.h"
#include "messages.h"
#include "orders.h"
#include "parser.h"
#include "pin_orders.h"
#include "pins.h"
#include "report.h"
#include "stepper.h"
#include "tone.h"
#include "uart.h"

static enum refusal set_sampling(uint16_t ms) {
  if (ms < SAMPLING_MS_MIN || ms > SAMPLING_MS_MAX) return OUT_OF_RANGE;
  report_every(ms);
  return ACCEPTED;
}

/*
 * One byte that nothing checks, and a damaged one at that may be meant for another: under a guard it stops all that moves,
 * sounds or is open, and forgets nothing. A computer that means it has the chip start anew.
 */
static void reset(void) {
  lease_end();
  lock_now();
  tone_stop();
  if (guard_stands()) return;
  report_init();
  pins_init();
}

static bool is_sysex_known(uint8_t id) {
  switch (id) {
    case ANALOG_MAPPING_QUERY:
    case CAPABILITY_QUERY:
    case PIN_STATE_QUERY:
    case EXTENDED_ANALOG:
    case SERVO_CONFIG:
    case STEPPER:
    case REPORT_FIRMWARE:
    case SAMPLING_INTERVAL:
      return true;
    default:
      return false;
  }
}

static enum refusal follow_sysex(uint8_t id, const uint8_t *data, uint8_t length) {
  switch (id) {
    case ANALOG_MAPPING_QUERY:
      return tell_analog_mapping(), ACCEPTED;
    case CAPABILITY_QUERY:
      return tell_capabilities(), ACCEPTED;
    case REPORT_FIRMWARE:
      return tell_firmware(), ACCEPTED;
    case PIN_STATE_QUERY:
      return length == 1 ? tell_pin_state(data[0]) : MALFORMED;
    case EXTENDED_ANALOG:
      return length == 3 ? set_analog(data[0], u14_at(data + 1)) : MALFORMED;
    case SERVO_CONFIG:
      return length == 5 ? configure_servo(data) : MALFORMED;
    case SAMPLING_INTERVAL:
      return length == 2 ? set_sampling(u14_at(data)) : MALFORMED;
    default:
      return follow_stepper(data, length);
  }
}

static enum refusal follow_short(uint8_t command, uint8_t number, const uint8_t *data) {
  switch (command) {
    case DIGITAL_MESSAGE:
      return number < PORT_COUNT ? set_port(number, u14_at(data)) : OUT_OF_RANGE;
    case ANALOG_MESSAGE:
      return set_analog(number, u14_at(data));
    case REPORT_DIGITAL:
      return number < PORT_COUNT ? report_digital(number, data[0]), ACCEPTED : OUT_OF_RANGE;
    case REPORT_ANALOG:
      return number < 8 ? report_analog(number, data[0]), ACCEPTED : OUT_OF_RANGE;
    case SET_PIN_MODE:
      return set_mode(data[0], data[1]);
    case SET_DIGITAL_PIN:
      return set_digital(data[0], data[1]);
    case SYSTEM_RESET:
      return reset(), ACCEPTED;
    default:
      return tell_version(), ACCEPTED;
  }
}

static void refuse(uint8_t id, enum refusal refusal) {
  if (refusal == ACCEPTED) return;
  frame_begin(FRAME_REFUSED);
  frame_put(id);
  frame_put(refusal);
  frame_end();
}

void firmata_follow(const uint8_t *message, uint8_t length) {
  uint8_t first = message[0], id = message[1];
  if (first != START_SYSEX) {
    guard_heard();
    refuse(first, follow_short(command_of(first), first & 0x0F, message + 1));
  } else if (order_is_known(id)) {
    /* It says itself when it was heard: only once its CRC is right. */
    refuse(id, order_follow(id, message + 2, length - 2));
  } else if (is_sysex_known(id)) {
    guard_heard();
    refuse(id, follow_sysex(id, message + 2, length - 2));
  }
}

void firmata_greet(void) {
  tell_version();
  tell_firmware();
}

void firmata_poll(void) {
  if (uart_has_byte()) parser_take(uart_read());
  for (uint8_t i = 0; i < STEPPER_COUNT; i++) {
    if (stepper_take_finished(i)) tell_step_done(i);
  }
}
