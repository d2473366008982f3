#include "beat.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <stdbool.h>
#include <util/atomic.h>

#include "stepper.h"
#include "tone.h"

/* Longer waits are made of several, so that a due count is always less than half a turn of the timer away. */
#define HOP_MAX 30000
/* Counts that pass at least between the setting of the compare unit and its match. */
#define SOON 16

static struct {
  bool runs;
  uint16_t due;
  /* Counts to wait after `due`. */
  uint32_t more;
} beats[BEAT_COUNT];

void beat_init(void) { TCCR1B = _BV(CS11); }

static void wait(uint8_t beat, uint32_t counts) {
  uint16_t hop = counts > HOP_MAX ? HOP_MAX : counts;
  beats[beat].due += hop;
  beats[beat].more = counts - hop;
}

/* Sets the compare unit for whoever is due first. */
static void arm(void) {
  int16_t first = INT16_MAX;
  uint16_t now = TCNT1;
  bool any = false;
  for (uint8_t i = 0; i < BEAT_COUNT; i++) {
    if (!beats[i].runs) continue;
    int16_t left = beats[i].due - now;
    if (left < first) first = left;
    any = true;
  }
  if (!any) return;
  OCR1B = now + (first < SOON ? SOON : first);
  TIFR1 = _BV(OCF1B);
  TIMSK1 |= _BV(OCIE1B);
}

void beat_start(uint8_t beat) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    beats[beat].runs = true;
    beats[beat].due = TCNT1;
    beats[beat].more = 0;
    arm();
  }
}

void beat_stop(uint8_t beat) { beats[beat].runs = false; }

/* Counts until it beats again; 0 for never. May let other interrupts in. */
static uint32_t perform(uint8_t beat) { return beat == BEAT_TONE ? tone_beat() : stepper_beat(beat); }

ISR(TIMER1_COMPB_vect) {
  TIMSK1 &= ~_BV(OCIE1B);
  for (uint8_t i = 0; i < BEAT_COUNT; i++) {
    if (!beats[i].runs || (int16_t)(beats[i].due - TCNT1) > 0) continue;
    uint32_t counts = beats[i].more > 0 ? beats[i].more : perform(i);
    if (counts == 0) beats[i].runs = false;
    else wait(i, counts);
  }
  arm();
}
