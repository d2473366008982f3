/* Why a message was understood and yet not followed. The numbers travel. */
#ifndef REFUSAL_H
#define REFUSAL_H

enum refusal {
  ACCEPTED = 0,
  MALFORMED = 1,
  CRC_WRONG = 2,
  OUT_OF_RANGE = 3,
  NO_GUARD = 4,
  NO_LEASE = 5,
  BUSY = 6,
  /* The door is shut and the key is not turned. */
  NO_KEY = 7,
};

#endif
