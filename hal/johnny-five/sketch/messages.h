/* Firmata's messages: the commands of one, two or three bytes, and the ids of its sysex. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <stdint.h>

enum {
  DIGITAL_MESSAGE = 0x90,
  REPORT_ANALOG = 0xC0,
  REPORT_DIGITAL = 0xD0,
  ANALOG_MESSAGE = 0xE0,
  SET_PIN_MODE = 0xF4,
  SET_DIGITAL_PIN = 0xF5,
  REPORT_VERSION = 0xF9,
  SYSTEM_RESET = 0xFF,
};

enum {
  ANALOG_MAPPING_QUERY = 0x69,
  ANALOG_MAPPING_RESPONSE = 0x6A,
  CAPABILITY_QUERY = 0x6B,
  CAPABILITY_RESPONSE = 0x6C,
  PIN_STATE_QUERY = 0x6D,
  PIN_STATE_RESPONSE = 0x6E,
  EXTENDED_ANALOG = 0x6F,
  SERVO_CONFIG = 0x70,
  STEPPER = 0x72,
  REPORT_FIRMWARE = 0x79,
  SAMPLING_INTERVAL = 0x7A,
};

/* A number as Firmata sends fourteen bits. */
static inline uint16_t u14_at(const uint8_t *data) { return data[0] | (uint16_t)data[1] << 7; }

#endif
