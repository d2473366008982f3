import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Temporal } from 'temporal-polyfill';
import { expect, vi } from 'vitest';
import WebSocket from 'ws';
import type { SavedRolls } from '../../sim/live/kept-rolls.ts';
import type { PanelCommand, PanelFrame, PanelMessage } from '../../sim/panel/frames.ts';
import type { enrol, renew } from '../../tools/centre/authority/enrol.ts';
import { openHome } from '../../tools/centre/authority/home.ts';
import { makeHome } from '../../tools/centre/authority/make-home.ts';
import { freePort } from '../contract/brokers.ts';
import type { Cable } from '../contract/cable.ts';
import { nowS } from '../contract/secure-home.ts';

const dosis = fileURLToPath(new URL('../../tools/cli/main.ts', import.meta.url));
/** Where it is noon now, so that whatever the hour of the test, its doses fall on one day. */
const ZONE = zoneAtNoon();

export function zoneAtNoon(): string {
  // The zones of this family name their distance the other way round: Etc/GMT-2 is two hours ahead.
  const west = Temporal.Now.zonedDateTimeISO('UTC').hour - 12;
  return west === 0 ? 'Etc/GMT' : `Etc/GMT${west > 0 ? '+' : ''}${west}`;
}
export const PATIENT = { timeout: 60_000, interval: 50 };
/** As long as the first dose can be given: then the second is due. */
const FIRST_LEFT_MINUTES = 2;

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Typed {
  readonly child: ChildProcess;
  readonly ended: Promise<Said>;
  /** What it has told so far. */
  told(): string;
}

/** A dose by its key, and the date that is printed on its sachet. */
export type Label = readonly [slot: string, date: string];

/**
 * A service centre, and units as processes of their own on cables. The plan of the day: `first` can be given for two
 * minutes more, then `second` for an hour, and `third` comes in three hours.
 */
export class SwapStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'dosis-swap-'));
  readonly #running = new Set<ChildProcess>();
  readonly #panels: UnitPanel[] = [];
  #http = 0;

  async openCentre(): Promise<void> {
    const mqtts = await freePort();
    this.#http = await freePort();
    await makeHome({ folder: this.path('home'), hosts: [], port: mqtts, now: nowS() });
    await this.must(...centre('pass', 'T-1', '--home', 'home', '--out', 'T-1.pass'));
    const says = this.start(...centre('run', '--home', 'home', '--mosquitto', '--http-port', String(this.#http)));
    await vi.waitFor(() => expect(says.told()).toContain('connected to the broker'), PATIENT);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Where `dosis centre` finds the centre. */
  get at(): readonly string[] {
    return ['--centre', `http://127.0.0.1:${this.#http}`, '--home', 'home'];
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(`http://127.0.0.1:${this.#http}${path}`)).json()) as T;
  }

  start(...args: readonly string[]): Typed {
    const env = { ...process.env, DOSIS_PASS: this.path('T-1.pass') };
    const child = spawn(process.execPath, [dosis, ...args], {
      cwd: this.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    this.#running.add(child);
    const ended = new Promise<Said>((resolve) => {
      child.once('close', (code) => {
        this.#running.delete(child);
        resolve({ code, out, err });
      });
    });
    return { child, ended, told: () => out + err };
  }

  /** Runs one command to its end, as a person would type it. */
  type(...args: readonly string[]): Promise<Said> {
    return this.start(...args).ended;
  }

  /** A command that must hold. @returns what it answered */
  async must(...args: readonly string[]): Promise<string> {
    const said = await this.type(...args);
    expect({ command: args.slice(0, 3), ...said }).toMatchObject({ code: 0 });
    return said.out;
  }

  /** An enrolment for a unit, the first or a further one. */
  async enrol(act: typeof enrol | typeof renew, device: string, file: string): Promise<void> {
    const order = { device, deviceClass: 'dosis-virtual', years: 1, out: this.path(file), now: nowS() };
    await act(openHome(this.path('home')), order);
  }

  /** Turns a unit on: one that is nobody yet, or one that goes on where it was. */
  async turnOn(name: string, cable: Cable): Promise<UnitPanel> {
    const port = await freePort();
    const says = this.start('device', '--folder', name, '--serial', cable.device, '--panel-port', String(port));
    await vi.waitFor(() => expect(says.told()).toContain('The unit is running'), PATIENT);
    const panel = new UnitPanel(says, port);
    this.#panels.push(panel);
    await panel.shows(() => true);
    return panel;
  }

  /** The rolls as they hang in a unit that is off. */
  hang(name: string, labels: readonly Label[]): void {
    const sachets = labels.map(([slot, date], place) => ({ serial: place + 1, contents: { slot, date } }));
    const empty = { chute: [], cup: [], bin: [], fed: { A: 0, B: 0 }, binned: 0, given: [] };
    mkdirSync(this.path(name), { recursive: true });
    writeFileSync(join(this.path(name), 'rolls.json'), JSON.stringify({ ...empty, bays: { A: sachets, B: [] } }));
  }

  rolls(name: string): SavedRolls {
    return JSON.parse(readFileSync(join(this.path(name), 'rolls.json'), 'utf8')) as SavedRolls;
  }

  async close(): Promise<void> {
    for (const panel of this.#panels) panel.leave();
    for (const child of this.#running) {
      child.kill('SIGTERM');
      await new Promise((resolve) => (child.exitCode === null ? child.once('close', resolve) : resolve(undefined)));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const centre = (...words: readonly string[]): readonly string[] => ['centre', ...words];
export const tech = (...words: readonly string[]): readonly string[] => ['tech', ...words];

/** A person at a unit: sees what it shows, presses, takes, opens its door with the key. */
export class UnitPanel {
  readonly process: Typed;
  readonly #socket: WebSocket;
  #face: PanelFrame | undefined;

  constructor(running: Typed, port: number) {
    this.process = running;
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { origin: `http://127.0.0.1:${port}` } });
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as PanelMessage;
      if (!('refused' in message)) this.#face = message;
    });
  }

  send(command: PanelCommand): void {
    this.#socket.send(JSON.stringify(command));
  }

  shows(what: (face: PanelFrame) => boolean): Promise<void> {
    return vi.waitFor(() => expect(this.#face !== undefined && what(this.#face)).toBe(true), PATIENT);
  }

  /** Presses when it may, and takes what comes. */
  async takeDose(): Promise<void> {
    await this.shows(({ view }) => view.button === 'release');
    this.send({ do: 'press' });
    await this.shows(({ hardware }) => hardware.cup !== null);
    this.send({ do: 'take' });
    await this.shows(({ hardware }) => hardware.cup === null);
  }

  /** The unit's own time goes fast until it shows something. */
  async hurryUntil(what: (face: PanelFrame) => boolean): Promise<void> {
    this.send({ do: 'speed', factor: 20 });
    await this.shows(what);
    this.send({ do: 'speed', factor: 1 });
  }

  /** The plug is pulled. */
  async dies(): Promise<void> {
    this.process.child.kill('SIGKILL');
    await this.process.ended;
    this.leave();
  }

  leave(): void {
    this.#socket.terminate();
  }
}

export interface DayPlan {
  readonly yaml: string;
  readonly labels: readonly Label[];
  /** When the second dose can be given. */
  readonly secondMs: number;
}

/** A plan in which one dose can be given now, one soon, and one comes later; with the labels of its first days. */
export function planOfToday(): DayPlan {
  const minute = Temporal.Now.zonedDateTimeISO(ZONE).round({ smallestUnit: 'minute', roundingMode: 'floor' });
  const slots = [
    { id: 'first', due: minute.subtract({ minutes: 20 }), lasts: 20 + FIRST_LEFT_MINUTES },
    { id: 'second', due: minute.add({ minutes: FIRST_LEFT_MINUTES }), lasts: 60 },
    { id: 'third', due: minute.add({ hours: 3 }), lasts: 60 },
  ];
  const lines = slots.map(
    ({ id, due, lasts }) =>
      `    - { id: ${id}, at: "${due.toPlainTime().toString({ smallestUnit: 'minute' })}", beforeMinutes: 0, afterMinutes: ${lasts} }`,
  );
  const head = ['profile: dual-roll', `zone: ${ZONE}`, 'language: da', 'serviceNumber: "70 12 34 56"'];
  return {
    secondMs: minute.add({ minutes: FIRST_LEFT_MINUTES }).epochMilliseconds,
    yaml: [...head, 'regimen:', '  slots:', ...lines].join('\n'),
    labels: [0, 1].flatMap((days) =>
      slots.map(({ id, due }): Label => [id, due.toPlainDate().add({ days }).toString()]),
    ),
  };
}
