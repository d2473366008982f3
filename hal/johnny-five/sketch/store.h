/*
 * What survives a power cut, in EEPROM: a ring of 64 records of 16 bytes, each in the place of the oldest. A record's
 * number is written last. Until then its place holds an old number, and is not looked at; from then on its CRC is sure to
 * find a number that is half written. So a cut loses the record under way and nothing else.
 */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stdint.h>

/* Stands for a count that damage has made unreadable; it stays so. */
#define COUNT_UNKNOWN 0xFFFFFF

struct tally {
  /* Sachets: fed A, fed B, binned. */
  __uint24 counts[3];
  __uint24 starts;
};

/* The newest record; zeros from a memory that was never written, COUNT_UNKNOWN from one that is damaged. */
void store_open(struct tally *tally);
/* Begins to write. Only while not busy. */
void store_write(const struct tally *tally);
bool store_is_busy(void);
/* A cell did not take what was written. */
bool store_is_worn(void);

#endif
