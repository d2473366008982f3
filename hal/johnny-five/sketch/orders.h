/* What our own messages ask for. */
#ifndef ORDERS_H
#define ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "refusal.h"

bool order_is_known(uint8_t id);
/* `pairs` is what came between id and end. Answers what was accepted. */
enum refusal order_follow(uint8_t id, const uint8_t *pairs, uint8_t length);

#endif
