/* Firmata 2.6 as far as the unit needs it, and our own messages in its frames. */
#ifndef FIRMATA_H
#define FIRMATA_H

#include <stdint.h>

/* Says which protocol and which sketch this is; unasked after a start, so that the host learns of one. */
void firmata_greet(void);
/*
 * Follows what has arrived, one byte a turn, so that a turn is never longer than the answer to one message. A message
 * that is unknown or too long is dropped whole.
 */
void firmata_poll(void);
/* Does what a whole message says: from its first byte, without the end of a sysex. Unknown ones are dropped. */
void firmata_follow(const uint8_t *message, uint8_t length);

#endif
