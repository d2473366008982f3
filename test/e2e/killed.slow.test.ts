import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { Ledger } from '../../firmware/ledger/ledger.ts';
import { provision } from '../../firmware/ledger/provision.ts';
import type { InboxEvent } from '../../firmware/machine/events.ts';
import type { Evidence } from '../../hal/ports/mechanism.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import type { ConfigDocument } from '../../protocol/messages/config.ts';
import { Random } from '../../sim/kernel/random.ts';
import type { Deed, Happening } from './killed-unit.ts';

const MINUTE_MS = 60_000;
const DAYS = 8;
/** The unit sleeps at least so long, so that days pass in few exchanges; it may oversleep a deadline by as much. */
const NAP_MS_MIN = 5 * MINUTE_MS;
const NAP_MS_MAX = 30 * MINUTE_MS;
/** How likely the process dies over an exchange: when something happens, and when nothing does. */
const KILL_CHANCE = 0.12;
const IDLE_KILL_CHANCE = 0.01;
const START_MS = Date.UTC(2026, 9, 19, 3);
const SLOTS = ['morgen', 'middag', 'aften', 'nat'];
const config: ConfigDocument = {
  version: 1,
  profile: 'dual-roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '70 12 34 56',
  regimen: {
    slots: SLOTS.map((id, index) => ({
      id,
      at: `${String(8 + 4 * index).padStart(2, '0')}:00`,
      beforeMinutes: 30,
      afterMinutes: 60,
    })),
  },
};

/** The house around the unit: its hardware, its clock, its citizen, and somebody who kills its process. */
class House {
  readonly released: string[] = [];
  kills = 0;
  #wallMs = START_MS;
  #bootMs = START_MS;
  #unit: ChildProcess | undefined;
  readonly #heard: Deed[] = [];
  #told: () => void = () => {};
  #fed = 0;
  #binned = 0;
  #cup: string[] = [];
  readonly #roll: string[];
  readonly #path: string;
  readonly #random: Random;

  constructor(path: string, seed: number, roll: readonly string[]) {
    this.#path = path;
    this.#random = Random.stream(seed, 'kill');
    this.#roll = [...roll];
  }

  /** Lives until the end; now and then somebody kills the process. */
  async live(untilMs: number): Promise<void> {
    let next: InboxEvent | null = null;
    while (this.#wallMs < untilMs) {
      const rest = await this.#tell(next);
      next = null;
      if (rest === null) continue;
      if (this.#cup.length > 0) {
        this.#wallMs += 5_000;
        this.#cup = [];
        next = { type: 'cup.emptied' };
      } else if (rest.calls) {
        this.#wallMs += 20_000;
        next = { type: 'button.pressed' };
      } else {
        this.#wallMs += Math.ceil(Math.min(Math.max(rest.delayMs, NAP_MS_MIN), NAP_MS_MAX));
      }
    }
    this.#unit?.kill('SIGKILL');
  }

  /** Tells the unit something and does what it asks, until it rests; null when it was killed over that. */
  async #tell(event: InboxEvent | null): Promise<Extract<Deed, { do: 'rest' }> | null> {
    const unit = this.#unit ?? this.#start();
    const doomed = this.#random.chance(event === null ? IDLE_KILL_CHANCE : KILL_CHANCE);
    this.#say(unit, event);
    if (doomed) return this.#kill(unit);
    // Each happening ends in one rest; what is asked for before it is answered, and so is another happening.
    for (let unrested = 1; ; ) {
      const deed = await this.#next();
      if (deed.do === 'rest') {
        unrested -= 1;
        if (unrested === 0) return deed;
        continue;
      }
      this.#obey(deed);
      this.#wallMs += 1_500;
      const { evidence } = this;
      if (deed.do === 'inspect') this.#say(unit, { type: 'mechanism.inspected', evidence });
      else this.#say(unit, { type: 'mechanism.moved', intent: deed.intent, evidence });
      unrested += 1;
    }
  }

  #say(unit: ChildProcess, event: InboxEvent | null): void {
    unit.send({ wallMs: this.#wallMs, monoMs: this.#wallMs - this.#bootMs, event } satisfies Happening);
  }

  #start(): ChildProcess {
    this.#bootMs = this.#wallMs;
    const unit = fork(fileURLToPath(new URL('./killed-unit.ts', import.meta.url)), [this.#path]);
    unit.on('message', (deed: Deed) => {
      this.#heard.push(deed);
      this.#told();
    });
    this.#unit = unit;
    return unit;
  }

  /** At a random moment of its work. What it had asked of the hardware by then still happens. */
  async #kill(unit: ChildProcess): Promise<null> {
    for (let turns = this.#random.below(400); turns > 0; turns -= 1) await new Promise(setImmediate);
    const gone = once(unit, 'exit');
    unit.kill('SIGKILL');
    await gone;
    for (const deed of this.#heard.splice(0)) if (deed.do !== 'rest') this.#obey(deed);
    this.#unit = undefined;
    this.kills += 1;
    this.#wallMs += 4_000;
    return null;
  }

  async #next(): Promise<Deed> {
    if (this.#heard.length === 0) await new Promise<void>((resolve) => (this.#told = resolve));
    return this.#heard.shift() as Deed;
  }

  #obey(deed: Deed): void {
    if (deed.do === 'release') {
      this.#cup.push(this.#cut());
      this.released.push(this.#cup.at(-1) as string);
    } else if (deed.do === 'swallow') {
      this.#cut();
      this.#binned += 1;
    } else if (deed.do === 'retract') {
      this.#binned += this.#cup.length;
      this.#cup = [];
    }
  }

  #cut(): string {
    this.#fed += 1;
    return this.#roll.shift() ?? 'nothing';
  }

  get evidence(): Evidence {
    return {
      fed: { A: this.#fed, B: 0 },
      binned: this.#binned,
      cup: this.#cup.length > 0 ? 'occupied' : 'empty',
      gate: 'clear',
    };
  }
}

it.for([1, 2, 3])(
  'a unit whose process is killed at random moments gives no dose twice and loses none (seed %i)',
  async (seed) => {
    const folder = mkdtempSync(join(tmpdir(), 'dosis-killed-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'ledger.sqlite');
    const dates = Array.from({ length: DAYS }, (_, day) =>
      new Date(START_MS + day * 1440 * MINUTE_MS).toISOString().slice(0, 10),
    );
    const labels = dates.flatMap((date) => SLOTS.map((slot) => ({ slot, date })));
    const store = openStore({ path });
    provision(store, { device: 'DD-KILL', config, atMs: START_MS, epoch: 1 });
    new Ledger(store).commit([{ set: 'roll', roll: { id: 'A', sachets: labels, next: 0 } }], [], START_MS);
    store.close();

    const house = new House(
      path,
      seed,
      labels.map(({ slot, date }) => `${slot}/${date}`),
    );
    await house.live(START_MS + DAYS * 1440 * MINUTE_MS);

    const after = openStore({ path });
    onTestFinished(() => after.close());
    const ledger = new Ledger(after);
    const fates = labels.map(({ slot, date }) => ledger.dose(slot, date)?.fate ?? 'none');
    expect(house.kills).toBeGreaterThan(10);
    expect(new Set(house.released).size).toBe(house.released.length);
    expect(fates.filter((fate) => fate !== 'taken' && fate !== 'missed')).toEqual([]);
    expect(fates.filter((fate) => fate === 'taken')).toHaveLength(house.released.length);
    expect(ledger.log.unsent(0, 100_000).map(({ seq }) => seq)).toEqual(
      Array.from({ length: ledger.log.lastSeq }, (_, index) => index + 1),
    );
  },
);
