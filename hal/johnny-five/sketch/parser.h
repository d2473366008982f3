/* Cuts what arrives into messages of Firmata. */
#ifndef PARSER_H
#define PARSER_H

#include <stdint.h>

/* The command of a message's first byte, without the number that some carry in their low half. */
uint8_t command_of(uint8_t first);
/* One byte more; tells `firmata_follow` when it ends a message. */
void parser_take(uint8_t byte);

#endif
