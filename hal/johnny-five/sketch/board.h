/* What is soldered to the reference unit. Nothing that arrives on the line can change it. */
#ifndef BOARD_H
#define BOARD_H

#define PIN_BIT(pin) (1UL << (pin))

/* Pins that move something: steps A and B, servos of cutter, gate and cup, power of the motors. High under a lease only. */
#define MOTOR_PINS (PIN_BIT(7) | PIN_BIT(8) | PIN_BIT(9) | PIN_BIT(10) | PIN_BIT(11) | PIN_BIT(13))
/* Pins that open something: the lock's relay. High under an unlock only. */
#define LOCK_PINS PIN_BIT(4)
#define GUARDED_PINS (MOTOR_PINS | LOCK_PINS)

#define SOUNDER_PIN 12

#endif
