/* One tick each millisecond, by timer 2. Everything that must stop in time hangs on it, not on the main loop. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Counts of timer 2 in a tick. */
#define CLOCK_TICK_COUNTS 250

void clock_init(void);
/* Milliseconds since the start; wraps after 49 days. */
uint32_t clock_ms(void);

#endif
