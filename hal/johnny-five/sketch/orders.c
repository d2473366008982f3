#include "orders.h"

#include <string.h>

#include "frame.h"
#include "guard.h"
#include "tone.h"

#define GUARD_BYTES 11
#define LEASE_BYTES 10
#define TONE_BYTES 4
#define UNLOCK_BYTES 2

static uint16_t u16_at(const uint8_t *data) { return data[0] | (uint16_t)data[1] << 8; }
static uint32_t u32_at(const uint8_t *data) { return u16_at(data) | (uint32_t)u16_at(data + 2) << 16; }

static void echo(uint8_t id, const uint8_t *data, uint8_t count) {
  frame_begin(id);
  while (count-- > 0) frame_put(*data++);
  frame_end();
}

static enum refusal set_guard(const uint8_t *data) {
  struct guard guard = {
      .silence_ms = u16_at(data),
      .relay = data[2 + INPUT_COUNT],
      .power = data[3 + INPUT_COUNT],
  };
  memcpy(guard.inputs, data + 2, INPUT_COUNT);
  return guard_accept(&guard) ? ACCEPTED : OUT_OF_RANGE;
}

static enum refusal give_lease(const uint8_t *data) {
  if (!guard_stands()) return NO_GUARD;
  struct lease lease = {
      .intent = u32_at(data),
      .steps = {u16_at(data + 4), u16_at(data + 6)},
      .ms = u16_at(data + 8),
  };
  return lease_accept(&lease) ? ACCEPTED : OUT_OF_RANGE;
}

static enum refusal sound(const uint8_t *data) {
  return tone_start(u16_at(data), u16_at(data + 2)) ? ACCEPTED : OUT_OF_RANGE;
}

static enum refusal unlock(const uint8_t *data) {
  if (!guard_stands()) return NO_GUARD;
  uint16_t ms = u16_at(data);
  if (ms > 0 && !unlock_is_allowed()) return NO_KEY;
  return unlock_accept(ms) ? ACCEPTED : OUT_OF_RANGE;
}

/* Orders with data. Those with a reply are answered with what they said. */
static const struct order {
  uint8_t id, bytes;
  bool answered;
  enum refusal (*follow)(const uint8_t *data);
} orders[] = {
    {FRAME_GUARD, GUARD_BYTES, true, set_guard},
    {FRAME_LEASE, LEASE_BYTES, true, give_lease},
    {FRAME_TONE, TONE_BYTES, false, sound},
    {FRAME_UNLOCK, UNLOCK_BYTES, true, unlock},
};

bool order_is_known(uint8_t id) { return id >= FRAME_WITNESS && id <= FRAME_UNLOCK && id != FRAME_REFUSED; }

enum refusal order_follow(uint8_t id, const uint8_t *pairs, uint8_t length) {
  if (id == FRAME_END) {
    /* However mangled: to stop is always right. */
    lease_end();
    guard_heard();
    echo(FRAME_END, 0, 0);
    return ACCEPTED;
  }
  if (id == FRAME_WITNESS) {
    if (length > 0) return MALFORMED;
    guard_heard();
    witness_ask();
    return ACCEPTED;
  }
  const struct order *order = orders;
  while (order->id != id) order++;
  uint8_t data[GUARD_BYTES];
  enum refusal refusal = frame_open(id, pairs, length, data, order->bytes);
  if (refusal != ACCEPTED) return refusal;
  guard_heard();
  refusal = order->follow(data);
  if (refusal == ACCEPTED && order->answered) echo(id, data, order->bytes);
  return refusal;
}
