export type SerialEvent =
  | { readonly type: 'serial.opened' }
  | { readonly type: 'serial.received'; readonly bytes: Uint8Array }
  /** Pulled out, or never there. Told once for each loss; it is tried again until `close`. */
  | { readonly type: 'serial.closed'; readonly reason: string };

/**
 * One serial cable: 8 data bits, no parity, no flow control, pieces of any size. It may vanish and come back at any
 * moment; what was on its way is lost then. Whoever calls frames, checks and repeats.
 */
export interface Serial {
  /** One listener; a later one takes its place. */
  listen(listener: (event: SerialEvent) => void): void;
  /** Opens the port, now and again with growing pauses whenever it is not there. */
  open(): void;
  /** Sends all of `bytes`, or nothing: false while the port is not open, or too much still waits to leave. */
  write(bytes: Uint8Array): boolean;
  /** Nothing more is told. */
  close(): void;
}
