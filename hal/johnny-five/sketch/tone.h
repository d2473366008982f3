/* A square wave for the piezo. */
#ifndef TONE_H
#define TONE_H

#include <stdbool.h>
#include <stdint.h>

#define TONE_HZ_MIN 31
#define TONE_HZ_MAX 5000

/* False when out of range; 0 Hz is silence. */
bool tone_start(uint16_t hz, uint16_t ms);
/* From interrupts too. */
void tone_stop(void);
void tone_tick(void);
uint32_t tone_beat(void);

#endif
