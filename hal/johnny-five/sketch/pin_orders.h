/* What Firmata asks of pins, servos and steppers, as far as the board and the guard allow it. */
#ifndef PIN_ORDERS_H
#define PIN_ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "refusal.h"

enum refusal set_mode(uint8_t pin, uint8_t mode);
enum refusal set_digital(uint8_t pin, bool high);
/* Eight pins at once; the last refusal, if any. */
enum refusal set_port(uint8_t port, uint8_t levels);
/* A duty of 255, or what a servo takes. */
enum refusal set_analog(uint8_t pin, uint16_t value);
/* data: pin, shortest pulse (2), longest pulse (2). */
enum refusal configure_servo(const uint8_t *data);
/* What follows the id of the stepper's sysex. */
enum refusal follow_stepper(const uint8_t *data, uint8_t length);

#endif
