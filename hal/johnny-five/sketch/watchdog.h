/* The hardware's own watchdog: a sketch that hangs, in the main loop or in an interrupt, starts anew. */
#ifndef WATCHDOG_H
#define WATCHDOG_H

#include <stdint.h>

void watchdog_init(void);
/* Once in each turn of the main loop. It counts only when the clock ticks too, or the motors would not be watched. */
void watchdog_pat(void);
/* MCUSR as it was at the start: power-on 1, reset pin 2, brown-out 4, watchdog 8. */
uint8_t watchdog_reset_cause(void);

#endif
