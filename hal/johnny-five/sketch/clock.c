#include "clock.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "guard.h"
#include "tone.h"
#include "witness.h"

static volatile uint32_t now_ms;

void clock_init(void) {
  /* Fast PWM with its top at OCR2A: a tick for us, and the lamp on OC2B beside it. */
  OCR2A = CLOCK_TICK_COUNTS - 1;
  TCCR2A = _BV(WGM21) | _BV(WGM20);
  TCCR2B = _BV(WGM22) | _BV(CS22);
  TIMSK2 = _BV(TOIE2);
}

uint32_t clock_ms(void) {
  uint32_t ms;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { ms = now_ms; }
  return ms;
}

ISR(TIMER2_OVF_vect) {
  now_ms++;
  guard_tick();
  tone_tick();
  /* A servo's pulse does not wait for the barriers. */
  sei();
  witness_tick();
}
