#include "store.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <stddef.h>
#include <string.h>
#include <util/atomic.h>
#include <util/crc16.h>

#define PLACES 64

struct record {
  struct tally tally;
  /* Over the tally and the number. */
  uint16_t crc;
  uint16_t number;
};

_Static_assert(sizeof(struct record) * PLACES == E2END + 1, "the ring fills the memory");

static struct record image;
static volatile uint8_t at = sizeof(struct record);
static uint16_t next_number;
static bool retried;
static volatile bool worn;

static uint16_t address_of(uint8_t place) { return place * sizeof(struct record); }

static uint8_t read_cell(uint16_t address) {
  /* A write goes on through a reset by the watchdog. */
  loop_until_bit_is_clear(EECR, EEPE);
  EEAR = address;
  EECR |= _BV(EERE);
  return EEDR;
}

/* Starts from ones, so that neither an erased place nor one full of zeros is a record. */
static uint16_t crc_of(const struct record *record) {
  uint16_t crc = 0xFFFF;
  const uint8_t *bytes = (const uint8_t *)record;
  for (uint8_t i = 0; i < offsetof(struct record, crc); i++) crc = _crc_ccitt_update(crc, bytes[i]);
  crc = _crc_ccitt_update(crc, record->number);
  return _crc_ccitt_update(crc, record->number >> 8);
}

enum found { ERASED, BROKEN, SOUND };

static enum found read_record(uint8_t place, struct record *record) {
  uint8_t *bytes = (uint8_t *)record;
  bool erased = true;
  for (uint8_t i = 0; i < sizeof *record; i++) {
    bytes[i] = read_cell(address_of(place) + i);
    if (bytes[i] != 0xFF) erased = false;
  }
  if (erased) return ERASED;
  return crc_of(record) == record->crc && record->number % PLACES == place ? SOUND : BROKEN;
}

/* Whether everything is as the writing of records one after another, and power cuts, can have left it. */
static bool is_whole(uint16_t newest) {
  struct record record;
  for (uint8_t age = 1; age < PLACES; age++) {
    uint16_t number = newest - age;
    enum found found = read_record(number % PLACES, &record);
    if (found == SOUND && record.number == number) continue;
    if (age == PLACES - 1) return record.number != (uint16_t)(newest + 1);
    if (found != ERASED || newest >= age) return false;
  }
  return true;
}

void store_open(struct tally *tally) {
  bool any = false, blank = true;
  struct record record, newest = {0};
  for (uint8_t place = 0; place < PLACES; place++) {
    enum found found = read_record(place, &record);
    /* The first record of all may have been cut short. */
    if (found != ERASED && place > 0) blank = false;
    if (found != SOUND || (any && (int16_t)(record.number - newest.number) < 0)) continue;
    newest = record;
    any = true;
  }
  *tally = newest.tally;
  next_number = any ? newest.number + 1 : 0;
  if (any ? is_whole(newest.number) : blank) return;
  for (uint8_t i = 0; i < 3; i++) tally->counts[i] = COUNT_UNKNOWN;
}

bool store_is_busy(void) { return at < sizeof image; }
bool store_is_worn(void) { return worn; }

/* One cell after another, those that differ; each is read again before the next. */
static void write_on(void) {
  uint16_t address = address_of(image.number % PLACES);
  for (; at < sizeof image; at++, retried = false) {
    uint8_t wanted = ((uint8_t *)&image)[at];
    if (read_cell(address + at) == wanted) continue;
    if (retried) break;
    retried = true;
    EEDR = wanted;
    /* The second must follow the first within four cycles. */
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
      EECR |= _BV(EEMPE);
      EECR |= _BV(EEPE);
    }
    EECR |= _BV(EERIE);
    return;
  }
  EECR &= ~_BV(EERIE);
  if (at < sizeof image) worn = true;
  at = sizeof image;
}

ISR(EE_READY_vect) { write_on(); }

void store_write(const struct tally *tally) {
  image.tally = *tally;
  image.number = next_number++;
  image.crc = crc_of(&image);
  retried = false;
  at = 0;
  write_on();
}
