#include "frame.h"

#include <stdbool.h>
#include <util/crc16.h>

#include "uart.h"

static uint8_t crc;
static bool has_data;

void write_as_pair(uint8_t byte) {
  uart_write(byte & 0x7F);
  uart_write(byte >> 7);
}

void frame_begin(uint8_t id) {
  uart_write(START_SYSEX);
  uart_write(id);
  crc = _crc8_ccitt_update(0, id);
  has_data = false;
}

void frame_put(uint8_t byte) {
  has_data = true;
  crc = _crc8_ccitt_update(crc, byte);
  write_as_pair(byte);
}

void frame_put_u16(uint16_t number) {
  frame_put(number);
  frame_put(number >> 8);
}

void frame_put_u32(uint32_t number) {
  frame_put_u16(number);
  frame_put_u16(number >> 16);
}

void frame_end(void) {
  if (has_data) write_as_pair(crc);
  uart_write(END_SYSEX);
}

enum refusal frame_open(uint8_t id, const uint8_t *pairs, uint8_t length, uint8_t *data, uint8_t count) {
  if (length != 2 * (count + 1)) return MALFORMED;
  uint8_t sum = _crc8_ccitt_update(0, id);
  for (uint8_t i = 0; i <= count; i++) {
    uint8_t low = pairs[2 * i], high = pairs[2 * i + 1];
    if (high > 1) return MALFORMED;
    uint8_t byte = low | high << 7;
    sum = _crc8_ccitt_update(sum, byte);
    if (i < count) data[i] = byte;
  }
  /* A CRC over data and its own CRC is 0. */
  return sum == 0 ? ACCEPTED : CRC_WRONG;
}
