/*
 * The physical witness: how many sachets have passed the light barriers, how the contacts stand, how often the button was
 * pressed, how many steps were made, and how often the sketch has started. All of it travels under a CRC.
 */
#ifndef WITNESS_H
#define WITNESS_H

#include <stdbool.h>
#include <stdint.h>

/* What is watched, in the order of its bits: barriers that count sachets, then what only has a state. All pull low. */
enum input { FED_A, FED_B, BINNED, CUP, DOOR, KEY, BUTTON, INPUT_COUNT };

void witness_init(void);
/* A pin for each input, PIN_NONE for none. What lies in a barrier now has been counted, or never will be. */
void witness_watch(const uint8_t pins[INPUT_COUNT]);
/* Dark, closed, turned or pressed, or not; neither where there is no such part. From interrupts too. */
bool witness_is_low(enum input input);
bool witness_is_high(enum input input);
void witness_tick(void);
/* Is answered as soon as everything that was counted is kept. */
void witness_ask(void);
void witness_poll(void);

#endif
