#include "uart.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

#define BAUD 57600
#include <util/setbaud.h>

/* 256 bytes each, so that an index wraps by itself. */
static uint8_t incoming[256], outgoing[256];
static volatile uint8_t in_head, in_tail, out_head, out_tail;
static bool gap;

void uart_init(void) {
  UBRR0 = UBRR_VALUE;
  UCSR0A = USE_2X ? _BV(U2X0) : 0;
  UCSR0B = _BV(RXCIE0) | _BV(RXEN0) | _BV(TXEN0);
}

static bool keep(uint8_t byte) {
  uint8_t next = in_head + 1;
  if (next == in_tail) return false;
  incoming[in_head] = byte;
  in_head = next;
  return true;
}

ISR(USART_RX_vect) {
  bool broken = (UCSR0A & (_BV(FE0) | _BV(DOR0))) != 0;
  uint8_t byte = UDR0;
  if (broken) gap = true;
  if (gap && keep(UART_GAP)) gap = false;
  if (broken || gap) return;
  if (!keep(byte)) gap = true;
}

ISR(USART_UDRE_vect) {
  UDR0 = outgoing[out_tail++];
  if (out_tail == out_head) UCSR0B &= ~_BV(UDRIE0);
}

bool uart_has_byte(void) { return in_head != in_tail; }
uint8_t uart_read(void) { return incoming[in_tail++]; }

void uart_write(uint8_t byte) {
  uint8_t next = out_head + 1;
  while (next == out_tail) sleep_mode();
  outgoing[out_head] = byte;
  cli();
  out_head = next;
  UCSR0B |= _BV(UDRIE0);
  sei();
}
