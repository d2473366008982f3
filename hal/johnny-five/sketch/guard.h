/*
 * What stands between a message and a motor, or the lock. A guard says how long the host may be silent; a lease says for
 * how long and for how many steps the motors obey; an unlock says how long the lock is open, whatever motors do. All are
 * counted down by the clock's interrupt, whatever the main loop does.
 */
#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "witness.h"

#define SILENCE_MS_MIN 100
#define SILENCE_MS_MAX 10000
#define LEASE_MS_MAX 60000
#define UNLOCK_MS_MAX 60000
#define STEPPER_COUNT 2

struct guard {
  uint16_t silence_ms;
  /* PIN_NONE where there is none. */
  uint8_t inputs[INPUT_COUNT];
  uint8_t relay;
  uint8_t power;
};

struct lease {
  uint32_t intent;
  uint16_t steps[STEPPER_COUNT];
  uint16_t ms;
};

/*
 * False when a number is out of range, or a pin is not what the board says. A guard other than the one in force ends the
 * lease, and locks.
 */
bool guard_accept(const struct guard *guard);
bool guard_stands(void);
/* Whether the witness watches this pin. */
bool guard_watches(uint8_t pin);
uint8_t guard_power_pin(void);
bool guard_allows_high(uint8_t pin);

/* False when out of range. Ends the lease before it, and all that moves under it. */
bool lease_accept(const struct lease *lease);
bool lease_stands(void);
void lease_end(void);
/* Takes steps off what a lease allows; false, and noted, when it allows fewer. */
bool lease_take_steps(uint8_t stepper, uint32_t steps);

/* Whether the key is turned, or the door stands open already: no message alone opens a shut door. */
bool unlock_is_allowed(void);
/*
 * Opens the lock for so long from now, at most as long as that is allowed, or locks it: 0. The end of a lease does not shut
 * a door that a nurse holds open. False when out of range, or when the guard names no relay.
 */
bool unlock_accept(uint16_t ms);
void lock_now(void);

/* The host has said something that was understood. */
void guard_heard(void);
void guard_tick(void);
/* As after a reset of the chip: no guard, no lease, locked. */
void guard_forget(void);

/* How often silence ended a lease since the start. */
uint16_t guard_trips(void);
/* Each tells once what has happened since it was asked last. */
bool guard_take_tripped(void);
bool guard_take_struck(void);

#endif
