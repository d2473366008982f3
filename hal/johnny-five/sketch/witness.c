#include "witness.h"

#include <stdbool.h>
#include <util/atomic.h>

#include "clock.h"
#include "frame.h"
#include "guard.h"
#include "pins.h"
#include "store.h"
#include "watchdog.h"

#define BARRIERS 3
/* A barrier is dark, or clear, when it has been so for this long: one look more than milliseconds. */
#define STEADY_MS 5
#define LAYOUT 1

enum flag { UNREADABLE = 1, FIRST_DARK = 2, TRIPPED = 16, STRUCK = 32 };

static struct {
  uint8_t pin;
  bool dark;
  uint8_t changing_ms;
} barriers[BARRIERS];

static struct tally tally;
static volatile bool unwritten;
static bool asked;

void witness_init(void) {
  store_open(&tally);
  tally.starts++;
  unwritten = true;
}

void witness_watch(const uint8_t pins[BARRIERS]) {
  for (uint8_t i = 0; i < BARRIERS; i++) {
    if (pins[i] != PIN_NONE) pin_set_mode(pins[i], MODE_PULLUP);
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
      barriers[i].pin = pins[i];
      barriers[i].changing_ms = 0;
      barriers[i].dark = pins[i] != PIN_NONE && !pin_reads_high(pins[i]);
    }
  }
}

static void count(uint8_t barrier) {
  if (tally.counts[barrier] == COUNT_UNKNOWN) return;
  tally.counts[barrier]++;
  unwritten = true;
}

static void watch(uint8_t i) {
  if (barriers[i].pin == PIN_NONE) return;
  bool dark = !pin_reads_high(barriers[i].pin);
  if (dark == barriers[i].dark) {
    barriers[i].changing_ms = 0;
  } else if (++barriers[i].changing_ms > STEADY_MS) {
    barriers[i].changing_ms = 0;
    barriers[i].dark = dark;
    if (dark) count(i);
  }
}

void witness_tick(void) {
  for (uint8_t i = 0; i < BARRIERS; i++) watch(i);
  if (!unwritten || store_is_busy()) return;
  unwritten = false;
  store_write(&tally);
}

void witness_ask(void) { asked = true; }

static bool is_unreadable(void) { return store_is_worn() || tally.counts[0] == COUNT_UNKNOWN; }

static uint8_t flags(void) {
  uint8_t flags = is_unreadable() ? UNREADABLE : 0;
  for (uint8_t i = 0; i < BARRIERS; i++) {
    if (barriers[i].dark) flags |= FIRST_DARK << i;
  }
  if (guard_take_tripped()) flags |= TRIPPED;
  if (guard_take_struck()) flags |= STRUCK;
  return flags;
}

void witness_poll(void) {
  if (!asked) return;
  struct tally kept;
  bool all_kept = false;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    all_kept = !unwritten && !store_is_busy();
    kept = tally;
  }
  if (!all_kept) return;
  asked = false;
  frame_begin(FRAME_WITNESS);
  frame_put(LAYOUT);
  frame_put_u32(kept.starts);
  frame_put_u32(clock_ms());
  frame_put(watchdog_reset_cause());
  for (uint8_t i = 0; i < BARRIERS; i++) frame_put_u32(is_unreadable() ? 0 : kept.counts[i]);
  frame_put(flags());
  frame_put_u16(guard_trips());
  frame_end();
}
