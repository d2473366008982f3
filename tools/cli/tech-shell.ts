import { setTimeout as delay } from 'node:timers/promises';
import { styleText } from 'node:util';
import { Command } from 'commander';
import { hexOf } from '../../protocol/cose/bytes.ts';
import { type LiveView, lookLive } from '../technician/live.ts';
import { className } from '../technician/portrait.ts';
import { failure, mistake } from '../technician/problem.ts';
import { type ScreenMoment, screenOf } from '../technician/screen.ts';
import { SmpRefusal, SmpSilence } from '../technician/smp-client.ts';
import type { Visit } from '../technician/visit.ts';
import type { TechWords } from '../technician/words.ts';
import { type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';

/** Whoever watches wants to see at once that a unit falls silent. */
const patience = { answerMsMax: 1_000, attemptsMax: 2 };
/** Between two looks at the unit. */
const LOOK_MS = 2_000;
const CTRL_C = '\u0003';
/** The other screen of the terminal, which leaves what was there as it was; and no cursor (xterm control sequences). */
const enterScreen = '\u001b[?1049h\u001b[?25l';
const leaveScreen = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';

export function techShellCommand(): Command {
  return withCable(new Command('shell'))
    .description('watch a unit: who it is, what is wrong, what it counts and records; with --json one look')
    .action((flags: PortFlags) => visiting(flags, flags.json === true ? lookOnce : watch, patience));
}

async function lookOnce(visit: Visit, { terminal }: Desk): Promise<void> {
  const { state, images, records, ...view } = await lookLive(visit);
  terminal.answer(
    {
      ...view,
      state: { ...state, class: className(state), hash: state.hash === undefined ? null : hexOf(state.hash) },
      images: images.map((one) => ({ ...one, hash: one.hash === undefined ? null : hexOf(one.hash) })),
      faults: view.faults.map(({ code, number }) => ({ code, number })),
      records: records.map(({ seq, event }) => event ?? { seq, type: null }),
    },
    [],
  );
}

async function watch(visit: Visit, { t, signal }: Desk): Promise<void> {
  if (process.stdout.isTTY !== true || process.stdin.isTTY !== true) throw mistake(t, 'notATerminal');
  await visit.enter();
  const screen = new Screen(t);
  const keys = new Keys();
  // A terminal that was made larger or smaller is drawn anew, without asking the unit.
  const redraw = () => screen.draw();
  process.stdout.on('resize', redraw);
  process.stdout.write(enterScreen);
  try {
    while (!keys.quit) {
      screen.show(await seen(visit, screen));
      await keys.pressed(LOOK_MS, signal);
    }
  } finally {
    process.stdout.removeListener('resize', redraw);
    keys.release();
    process.stdout.write(leaveScreen);
  }
}

/** A cable that is out, or a unit that restarts, is shown as such and looked for again. */
async function seen(visit: Visit, screen: Screen): Promise<Partial<Shown>> {
  const { t } = visit;
  try {
    const view = await lookLive(visit);
    return { view, trouble: '', seenS: visit.nowMs() / 1000 };
  } catch (error) {
    const over = error instanceof SmpRefusal && screen.hasView;
    if (!(error instanceof SmpSilence) && !over) throw error;
    visit.forget();
    return { trouble: over ? failure(t, 'sessionOver').message : t.shell.lost };
  }
}

interface Shown extends ScreenMoment {
  readonly view: LiveView | null;
}

class Screen {
  readonly #t: TechWords;
  #shown: Shown = { view: null, trouble: '', seenS: 0 };

  constructor(t: TechWords) {
    this.#t = t;
  }

  get hasView(): boolean {
    return this.#shown.view !== null;
  }

  show(changes: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...changes };
    this.draw();
  }

  draw(): void {
    const { columns = 80, rows = 24 } = process.stdout;
    const lines = screenOf(this.#t, this.#shown.view, this.#shown, { columns, rows });
    const [heading = '', ...rest] = lines;
    const painted = [styleText('inverse', heading.padEnd(columns)), ...rest.map((line) => `${line}${clearLine}`)];
    process.stdout.write(`${home}${painted.join('\r\n')}${clearBelow}`);
  }
}

/** Single keys, as they are pressed. */
class Keys {
  #quit = false;
  #wake = new AbortController();

  constructor() {
    process.stdin.setRawMode(true);
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', this.#hear);
    process.stdin.resume();
  }

  get quit(): boolean {
    return this.#quit;
  }

  /** Resolves at the next key, or when the time is over. */
  async pressed(msMax: number, signal: AbortSignal): Promise<void> {
    if (this.#quit) return;
    this.#wake = new AbortController();
    try {
      await delay(msMax, undefined, { signal: AbortSignal.any([this.#wake.signal, signal]) });
    } catch {
      // Whoever pressed Ctrl-C once wants to leave; there is nothing to interrupt.
      this.#quit ||= signal.aborted;
    }
  }

  release(): void {
    process.stdin.removeListener('data', this.#hear);
    process.stdin.setRawMode(false);
    process.stdin.pause();
  }

  readonly #hear = (text: string | Buffer): void => {
    const key = String(text).toLowerCase();
    if (key === 'q' || key === CTRL_C) this.#quit = true;
    if (this.#quit || key === 'r') this.#wake.abort();
  };
}
