import { IN_PLACE } from '../../firmware/domain/placement.ts';
import type { Entrance, TraceLine } from '../../firmware/trace/format.ts';
import type { ClockReading } from '../../hal/ports/clock.ts';
import type { DoorState, Placement, Power } from '../../hal/ports/sensors.ts';
import { StoreError } from '../../hal/ports/store.ts';
import { PowerCut } from '../device/crash-points.ts';

/** The firmware asked its ports for more than the trace knows. */
export class OutOfStep extends Error {
  override readonly name = 'OutOfStep';
}

/** Answers what the firmware asks during one entrance, in the order in which it was answered then. */
export class ReplayScript {
  readonly #line: TraceLine;
  readonly #clock: readonly ClockReading[];
  readonly #enter: (entrance: Entrance, event: unknown) => void;
  #outOfStep: string | undefined;
  #readings = 0;
  #draws = 0;
  #orders = 0;
  #calls = 0;
  #reads = 0;

  constructor(
    line: TraceLine,
    clock: readonly ClockReading[],
    enter: (entrance: Entrance, event: unknown) => void = () => undefined,
  ) {
    this.#line = line;
    this.#clock = clock;
    this.#enter = enter;
  }

  /** What was asked for and not known, also when the firmware bore the refusal. */
  get outOfStep(): string | undefined {
    return this.#outOfStep;
  }

  get problems(): string[] {
    return Array.from({ length: Math.min(100, this.#line.problems ?? 0) }, () => 'a problem of the recorded unit');
  }

  get power(): Power {
    return this.#line.power ?? { source: 'mains', batteryPercent: 100 };
  }

  get door(): DoorState {
    return this.#line.door ?? 'closed';
  }

  get placement(): Placement {
    return this.#line.placement ?? IN_PLACE;
  }

  /** How much of the trace there was to send. */
  get file(): number {
    return this.#line.file ?? 0;
  }

  reading(): ClockReading {
    this.#readings += 1;
    return this.#known(this.#clock[this.#readings - 1], 'read the clock', this.#readings);
  }

  draw(): number {
    this.#draws += 1;
    return this.#known(this.#line.draws?.[this.#draws - 1], 'drew chance', this.#draws);
  }

  order(): unknown {
    this.#orders += 1;
    return this.#known(this.#line.orders?.[this.#orders - 1], 'read an order', this.#orders);
  }

  /** A port call other than a transaction. */
  call(): void {
    const number = this.#count();
    if (this.#failureAt(number) !== undefined) throw new Error('A port of the recorded unit failed.');
    this.#cutAt(number);
  }

  /** Runs `commit`, which gets what to do between the body of the transaction and its end. */
  transaction<T>(commit: (last: () => void) => T): T {
    const number = this.#count();
    const failure = this.#failureAt(number);
    if (failure !== undefined) throw storeError(failure);
    const isEarly = this.#line.cut?.[1] === 'before commit';
    const result = commit(() => {
      if (isEarly) this.#cutAt(number);
    });
    this.#cutAt(number);
    return result;
  }

  /** A reading of the store, or a statement. */
  read<T>(act: () => T): T {
    this.#reads += 1;
    const failure = this.#line.unread?.find(([at]) => at === this.#reads)?.[1];
    if (failure !== undefined) throw storeError(failure);
    return act();
  }

  /** What the trace has beyond what the firmware asked for, or undefined. */
  rest(): string | undefined {
    const { cut, draws, orders, calls } = this.#line;
    if (cut !== undefined && this.#calls < cut[0])
      return `the trace has a power cut at port call ${cut[0]}; the firmware made ${this.#calls}`;
    return (
      differing('read the clock', this.#readings, this.#clock.length) ??
      differing('drew chance', this.#draws, draws?.length ?? 0) ??
      differing('read an order', this.#orders, orders?.length ?? 0) ??
      differing('made port calls', this.#calls, calls ?? 0)
    );
  }

  #known<T>(value: T | undefined, what: string, times: number): T {
    if (value !== undefined) return value;
    this.#outOfStep ??= differing(what, times, times - 1) ?? '';
    throw new OutOfStep(this.#outOfStep);
  }

  #count(): number {
    this.#calls += 1;
    const number = this.#calls;
    for (const [at, entrance, event] of this.#line.inside ?? []) if (at === number) this.#enter(entrance, event);
    return number;
  }

  #failureAt(number: number): string | undefined {
    return this.#line.failed?.find(([at]) => at === number)?.[1];
  }

  #cutAt(number: number): void {
    if (this.#line.cut?.[0] === number) throw new PowerCut(this.#line.cut[1]);
  }
}

function differing(what: string, times: number, inTrace: number): string | undefined {
  return times === inTrace ? undefined : `the firmware ${what} ${times} times, in the trace ${inTrace} times`;
}

function storeError(failure: string): StoreError {
  return new StoreError(failure as StoreError['failure'], `the recorded medium said: ${failure}`);
}
