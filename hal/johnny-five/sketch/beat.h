/* Whatever recurs in less than a millisecond: steps and tones, on one compare unit of timer 1. */
#ifndef BEAT_H
#define BEAT_H

#include <stdint.h>

/* Timer 1 counts half microseconds. */
#define BEATS_PER_SECOND 2000000UL

/* The steppers come first: a stepper's number is its beat. */
enum { BEAT_TONE = 2, BEAT_COUNT };

void beat_init(void);
/* The first beat comes at once. */
void beat_start(uint8_t beat);
/* From interrupts too. */
void beat_stop(uint8_t beat);

#endif
