#include "tone.h"

#include <util/atomic.h>

#include "beat.h"
#include "board.h"
#include "pins.h"

static volatile uint16_t left_ms;
static uint16_t half_wave;

bool tone_start(uint16_t hz, uint16_t ms) {
  tone_stop();
  if (hz == 0) return true;
  if (hz < TONE_HZ_MIN || hz > TONE_HZ_MAX || ms == 0) return false;
  pin_set_mode(SOUNDER_PIN, MODE_OUTPUT);
  half_wave = BEATS_PER_SECOND / 2 / hz;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { left_ms = ms; }
  beat_start(BEAT_TONE);
  return true;
}

void tone_stop(void) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    left_ms = 0;
    beat_stop(BEAT_TONE);
    pin_low(SOUNDER_PIN);
  }
}

void tone_tick(void) {
  if (left_ms > 0 && --left_ms == 0) tone_stop();
}

uint32_t tone_beat(void) {
  if (pin_is_set(SOUNDER_PIN)) pin_low(SOUNDER_PIN);
  else pin_high(SOUNDER_PIN);
  return half_wave;
}
