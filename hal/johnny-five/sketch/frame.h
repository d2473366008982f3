/*
 * Our own messages beside Firmata's. Every number is little-endian; every byte travels as two of seven bits. Data is
 * followed by a CRC-8 (polynomial 0x07) over the message's id and the data; a message without data has none.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdint.h>

#include "refusal.h"

#define START_SYSEX 0xF0
#define END_SYSEX 0xF7

enum {
  FRAME_WITNESS = 0x01,
  FRAME_GUARD = 0x02,
  FRAME_LEASE = 0x03,
  FRAME_END = 0x04,
  FRAME_TONE = 0x05,
  FRAME_REFUSED = 0x06,
  FRAME_UNLOCK = 0x07,
};

void frame_begin(uint8_t id);
void frame_put(uint8_t byte);
void frame_put_u16(uint16_t number);
void frame_put_u32(uint32_t number);
void frame_end(void);
/* A byte as Firmata sends eight bits. */
void write_as_pair(uint8_t byte);

/* Unpacks what came between id and end of a message, which must be `count` bytes of data. */
enum refusal frame_open(uint8_t id, const uint8_t *pairs, uint8_t length, uint8_t *data, uint8_t count);

#endif
