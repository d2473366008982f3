#include "witness.h"

#include <util/atomic.h>

#include "clock.h"
#include "frame.h"
#include "guard.h"
#include "pins.h"
#include "stepper.h"
#include "store.h"
#include "watchdog.h"

/* The inputs that count sachets come first. */
#define BARRIERS 3
/* An input is low, or high, when it has been so for this long: one look more than milliseconds. */
#define STEADY_MS 5
#define LAYOUT 2

enum flag { UNREADABLE = 1, TRIPPED = 2, STRUCK = 4, GUARDED = 8 };

static struct {
  uint8_t pin;
  bool low;
  uint8_t changing_ms;
} inputs[INPUT_COUNT];

static struct tally tally;
/* Since the start, and from 255 on to 0. */
static volatile uint8_t presses;
static volatile bool unwritten;
static bool asked;

void witness_init(void) {
  store_open(&tally);
  tally.starts++;
  unwritten = true;
}

void witness_watch(const uint8_t pins[INPUT_COUNT]) {
  for (uint8_t i = 0; i < INPUT_COUNT; i++) {
    if (pins[i] != PIN_NONE) pin_set_mode(pins[i], MODE_PULLUP);
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
      inputs[i].pin = pins[i];
      inputs[i].changing_ms = 0;
      inputs[i].low = pins[i] != PIN_NONE && !pin_reads_high(pins[i]);
    }
  }
}

bool witness_is_low(enum input input) { return inputs[input].low; }
bool witness_is_high(enum input input) { return inputs[input].pin != PIN_NONE && !inputs[input].low; }

static void count(uint8_t barrier) {
  if (tally.counts[barrier] == COUNT_UNKNOWN) return;
  tally.counts[barrier]++;
  unwritten = true;
}

static void watch(uint8_t i) {
  if (inputs[i].pin == PIN_NONE) return;
  bool low = !pin_reads_high(inputs[i].pin);
  if (low == inputs[i].low) {
    inputs[i].changing_ms = 0;
  } else if (++inputs[i].changing_ms > STEADY_MS) {
    inputs[i].changing_ms = 0;
    inputs[i].low = low;
    if (low && i < BARRIERS) count(i);
    if (low && i == BUTTON) presses++;
  }
}

void witness_tick(void) {
  for (uint8_t i = 0; i < INPUT_COUNT; i++) watch(i);
  if (!unwritten || store_is_busy()) return;
  unwritten = false;
  store_write(&tally);
}

void witness_ask(void) { asked = true; }

static bool is_unreadable(void) { return store_is_worn() || tally.counts[0] == COUNT_UNKNOWN; }

static uint8_t flags(void) {
  uint8_t flags = is_unreadable() ? UNREADABLE : 0;
  if (guard_take_tripped()) flags |= TRIPPED;
  if (guard_take_struck()) flags |= STRUCK;
  if (guard_stands()) flags |= GUARDED;
  return flags;
}

static uint8_t low_inputs(void) {
  uint8_t bits = 0;
  for (uint8_t i = 0; i < INPUT_COUNT; i++) {
    if (inputs[i].low) bits |= 1 << i;
  }
  return bits;
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
  frame_put(low_inputs());
  frame_put(presses);
  frame_put(flags());
  frame_put_u16(guard_trips());
  for (uint8_t i = 0; i < STEPPER_COUNT; i++) frame_put_u16(stepper_made(i));
  frame_end();
}
