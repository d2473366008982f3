#include "watchdog.h"

#include <avr/io.h>
#include <avr/wdt.h>

#include "clock.h"

static uint8_t reset_cause __attribute__((section(".noinit")));
static uint8_t patted_at;

/* After a reset by the watchdog it stays on, with 16 ms: it is taken off before anything else. */
static void take_off(void) __attribute__((naked, used, section(".init3")));
static void take_off(void) {
  reset_cause = MCUSR;
  MCUSR = 0;
  wdt_disable();
}

/* Longer than the longest turn of the main loop, which is a capability response on a full line. */
void watchdog_init(void) { wdt_enable(WDTO_250MS); }

void watchdog_pat(void) {
  uint8_t now = clock_ms();
  if (now == patted_at) return;
  patted_at = now;
  wdt_reset();
}

uint8_t watchdog_reset_cause(void) { return reset_cause; }
