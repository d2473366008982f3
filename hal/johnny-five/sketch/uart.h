/* The line to the host: 57,600 baud, 8 data bits, no parity. */
#ifndef UART_H
#define UART_H

#include <stdbool.h>
#include <stdint.h>

/* Read in place of bytes that were lost on their way in. No message of Firmata has it, so none is glued from two. */
#define UART_GAP 0xFD

void uart_init(void);
bool uart_has_byte(void);
uint8_t uart_read(void);
/* Sleeps while the line is full: at most 45 ms, for it always drains. Not from interrupts. */
void uart_write(uint8_t byte);

#endif
