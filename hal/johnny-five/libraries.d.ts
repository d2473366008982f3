/** What is used here of johnny-five 2.1.0 and firmata-io 2.3.0, which bring no types. */
declare module 'johnny-five' {
  import type { EventEmitter } from 'node:events';
  import type { Firmata } from 'firmata-io';

  export interface Button extends EventEmitter {
    readonly isDown: boolean;
  }
  export interface Switch extends EventEmitter {
    readonly isClosed: boolean;
  }
  export interface Sensor extends EventEmitter {
    /** The last reading, 0–1023; null before the first. */
    readonly value: number | null;
    disable(): void;
  }
  export interface Servo {
    to(degrees: number): void;
  }
  export interface StepOrder {
    readonly steps: number;
    readonly direction: 0 | 1;
    readonly rpm: number;
    /** Hundredths of rad/s². */
    readonly accel: number;
    readonly decel: number;
  }
  export interface Stepper {
    step(order: StepOrder, done: (error: Error | null) => void): void;
  }
  export interface Pin {
    high(): void;
    low(): void;
  }
  export interface RgbLed {
    color(parts: readonly number[]): void;
    blink(everyMs: number): void;
    stop(): void;
    off(): void;
  }

  type Part<T> = new (options: { readonly board: EventEmitter; readonly [option: string]: unknown }) => T;

  const five: {
    readonly Board: new (options: { io: Firmata; repl: false; debug: false; sigint: false }) => EventEmitter;
    readonly Button: Part<Button>;
    readonly Switch: Part<Switch>;
    readonly Sensor: Part<Sensor>;
    readonly Servo: Part<Servo>;
    readonly Stepper: Part<Stepper> & { readonly TYPE: { readonly DRIVER: number } };
    readonly Pin: Part<Pin>;
    readonly Led: { readonly RGB: Part<RgbLed> };
  };
  // biome-ignore lint/style/noDefaultExport: a CommonJS module has nothing else.
  export default five;
}

declare module 'firmata-io' {
  import { EventEmitter } from 'node:events';

  /** What it wants of a serial port. */
  export interface Transport extends EventEmitter {
    write(bytes: readonly number[] | Uint8Array): void;
  }

  export class Firmata extends EventEmitter {
    constructor(port: Transport, options: { readonly samplingInterval: number });
    readonly isReady: boolean;
    readonly firmware: {
      readonly name?: string;
      readonly version?: { readonly major: number; readonly minor: number };
    };
    /** The board tells the port of this pin at once, and whenever it changes. */
    reportDigitalPin(pin: number, on: 0 | 1): void;
    sysexCommand(bytes: readonly number[]): void;
    /** For all boards of this process: `this` is the one that heard it. */
    sysexResponse(id: number, heard: (this: Firmata, bytes: number[]) => void): void;
  }

  const library: { readonly Firmata: typeof Firmata };
  // biome-ignore lint/style/noDefaultExport: a CommonJS module has nothing else.
  export default library;
}
