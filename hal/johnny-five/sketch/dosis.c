/*
 * The sketch of the reference unit: Firmata for johnny-five, and beside it what a computer must not be trusted with. The
 * board sees to it that motors stop when the computer falls silent, and counts what has passed them. Interrupts do all
 * that has a deadline; the main loop talks, and sleeps.
 */
#include <avr/interrupt.h>
#include <avr/sleep.h>

#include "beat.h"
#include "clock.h"
#include "firmata.h"
#include "guard.h"
#include "pins.h"
#include "report.h"
#include "uart.h"
#include "watchdog.h"
#include "witness.h"

static void sleep_until_something_happens(void) {
  cli();
  if (uart_has_byte()) {
    sei();
    return;
  }
  sleep_enable();
  sei();
  sleep_cpu();
  sleep_disable();
}

int main(void) {
  watchdog_init();
  guard_forget();
  pins_init();
  report_init();
  witness_init();
  uart_init();
  beat_init();
  clock_init();
  set_sleep_mode(SLEEP_MODE_IDLE);
  sei();
  firmata_greet();
  for (;;) {
    watchdog_pat();
    firmata_poll();
    witness_poll();
    report_poll();
    sleep_until_something_happens();
  }
}
