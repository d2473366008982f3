#include "parser.h"

#include "firmata.h"
#include "frame.h"
#include "messages.h"

/* With its first and last byte. */
#define MESSAGE_BYTES_MAX 64

uint8_t command_of(uint8_t first) { return first < 0xF0 ? first & 0xF0 : first; }

/* How many bytes a message that begins so has; 0 for one that is not known. */
static uint8_t length_of(uint8_t first) {
  switch (command_of(first)) {
    case DIGITAL_MESSAGE:
    case ANALOG_MESSAGE:
    case SET_PIN_MODE:
    case SET_DIGITAL_PIN:
      return 3;
    case REPORT_ANALOG:
    case REPORT_DIGITAL:
      return 2;
    case REPORT_VERSION:
    case SYSTEM_RESET:
      return 1;
    case START_SYSEX:
      return MESSAGE_BYTES_MAX;
    default:
      return 0;
  }
}

/* 0 while none has begun, and what comes belongs to none. */
static uint8_t message[MESSAGE_BYTES_MAX];
static uint8_t length;

void parser_take(uint8_t byte) {
  if (byte == END_SYSEX) {
    if (length > 1 && message[0] == START_SYSEX) firmata_follow(message, length);
    length = 0;
    return;
  }
  if (byte >= 0x80) length = 0;
  else if (length == 0) return;
  message[length++] = byte;
  uint8_t wanted = length_of(message[0]);
  if (length < wanted) return;
  if (wanted > 0 && wanted < MESSAGE_BYTES_MAX) firmata_follow(message, length);
  length = 0;
}
