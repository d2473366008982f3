import { SingleBar } from 'cli-progress';

/** A shell's exit codes for a program that a signal ended: 128 and the signal's number (POSIX, `kill -l`). */
const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const;

export interface PlannedSoak {
  readonly years: number;
  readonly seed: number;
  readonly faults: boolean;
}

/** Shows on a terminal how far a soak has come, and tells it in one line when somebody ends it early. */
export class SoakProgress {
  readonly #soak: PlannedSoak;
  readonly #bar: SingleBar | undefined;
  #done = 0;

  constructor(soak: PlannedSoak, visible: boolean) {
    this.#soak = soak;
    for (const signal of signals) process.once(signal, this.#interrupted);
    this.#bar = visible ? startBar(soak.years) : undefined;
  }

  update(done: number): void {
    this.#done = done;
    this.#bar?.update(done);
  }

  /** Clears the bar away. May be called twice. */
  stop(): void {
    for (const signal of signals) process.removeListener(signal, this.#interrupted);
    this.#bar?.stop();
  }

  readonly #interrupted = (signal: keyof typeof signalCodes): void => {
    this.stop();
    process.stderr.write(`${stoppedWords(this.#soak, this.#done)}\n`);
    process.exit(signalCodes[signal]);
  };
}

const signals = Object.keys(signalCodes) as (keyof typeof signalCodes)[];

/** What had been done, and how to see what it found. */
function stoppedWords({ years, seed, faults }: PlannedSoak, done: number): string {
  if (done === 0) return `Stopped before the first of ${years} device-years was done.`;
  const again = `dosis sim soak --years ${done} --seed ${seed}${faults ? ' --faults' : ''}`;
  return `Stopped after ${done} of ${years} device-years; for a report on as many: ${again}`;
}

/** Hides no cursor and leaves line wrapping alone, so that no way of ending can leave the terminal changed. */
function startBar(years: number): SingleBar {
  const bar = new SingleBar({
    format: '{bar} {value}/{total} device-years, {eta_formatted} left',
    clearOnComplete: true,
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
    synchronousUpdate: true,
    stream: process.stderr,
  });
  bar.start(years, 0);
  return bar;
}
