import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPass } from '../../tools/technician/files.ts';
import { flash } from '../../tools/technician/flash.ts';
import { readImageFile } from '../../tools/technician/image-file.ts';
import { openPort } from '../../tools/technician/port.ts';
import { imagesOf } from '../../tools/technician/portrait.ts';
import { Visit } from '../../tools/technician/visit.ts';
import { techWords } from '../../tools/technician/words.ts';
import { freePort } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import { CommandLine } from './command-line.ts';
import { isAlive, type Made, UpdatedUnit } from './updated-unit.ts';

const patience = { timeout: 90_000, interval: 100 };
const often = { timeout: 60_000, interval: 1 };

const t = techWords.en;

let typed: CommandLine;
let cable: Cable;
let unit: UpdatedUnit;
let factory: Made;
let revision = 1;
let written: readonly string[] = [];

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

/** Moments of an update, in their order: whether this one has come. */
const moments = {
  'the first bytes came': (to: Made) => isUploading(to) && unit.spareBytes > 0,
  'half of it came': (to: Made) => isUploading(to) && unit.spareBytes > to.bytes / 2,
  'all of it came': (to: Made) => isUploading(to) && unit.spareBytes === to.bytes,
  'it was verified': (to: Made) => isUploading(to) && unit.record.upload?.durable === to.bytes,
  'it was marked': (to: Made) => candidate(to) === 'waiting',
  'its trial was granted': (to: Made) => candidate(to) === 'armed',
  'its trial was written down': (to: Made) => candidate(to) === 'trial',
  'it was laid out': (to: Made) => unit.laidOut.includes(to.hash),
  'it was started': (to: Made, before: Before) =>
    candidate(to) === 'trial' && ![undefined, before.program].includes(unit.program),
  'it ran': (_: Made, before: Before) => unit.said.slice(before.said).includes('The unit is running'),
  'it was confirmed': (to: Made) => hex(unit.record.confirmed?.hash) === to.hash,
} satisfies Record<string, (to: Made, before: Before) => boolean>;

interface Before {
  readonly program: number | undefined;
  readonly said: number;
}

const isUploading = ({ sha256 }: Made) => hex(unit.record.upload?.sha256) === sha256;
const candidate = ({ hash }: Made) => {
  const found = unit.record.candidate;
  return hex(found?.hash) === hash ? found?.phase : undefined;
};

/** What `dosis tech` does, without a process for each. */
async function atUnit<T>(work: (visit: Visit) => Promise<T>): Promise<T> {
  const { client, reopen, close } = await openPort(t, cable.laptop, { answerMsMax: 2_000 });
  const pass = () => readPass(t, typed.file('T-1.pass'));
  const { signal } = new AbortController();
  const visit = new Visit({ t, client, reopen, pass, hasPass: true, signal, nowMs: Date.now });
  try {
    return await work(visit);
  } finally {
    await visit.leave();
    close();
  }
}

const flashed = (to: Made) =>
  atUnit(async (visit) => {
    const { class: deviceClass } = await visit.state();
    const image = await readImageFile(t, to.file, { deviceClass, machine: process.arch });
    const silently = { onUpload: () => {}, onBytes: () => {}, tell: () => {}, agree: async () => true };
    return flash(visit, image, { wait: false, confirm: false, patienceMs: 60_000, ...silently });
  });

/** Kills, and has the loader started again as a service manager does. */
async function strike(victim: 'firmware' | 'loader' | 'both'): Promise<void> {
  if (victim === 'firmware') return unit.killProgram();
  await unit.endLoader('SIGKILL');
  if (victim === 'both') {
    unit.killProgram();
    expectLedgerWhole();
  }
  unit.start(factory);
}

/** It can be read to its end, and what was in it before is in it now. */
function expectLedgerWhole(): void {
  const now = unit.ledger();
  expect(now.slice(0, written.length)).toEqual(written);
  written = now;
}

/** A confirmed and verified image runs, as it says itself. @returns its name */
function settled(): Promise<string> {
  return vi.waitFor(
    () =>
      atUnit(async (visit) => {
        expect(await visit.state()).toMatchObject({ phase: 'running', device: 'DD-0042' });
        const [running] = await imagesOf(visit);
        expect(running).toMatchObject({ slot: 0, active: true, confirmed: true, bootable: true });
        return running?.version ?? '';
      }),
    patience,
  );
}

describe.skipIf(noSocat !== undefined)('a kill in the middle of an update', () => {
  beforeAll(async () => {
    typed = new CommandLine();
    cable = findCable();
    await cable.plug();
    unit = new UpdatedUnit(typed.folder, cable.device);
    factory = await unit.make(0);
    await typed.must('centre', 'init', '--home', 'home', '--port', String(await freePort()));
    const as = ['--class', 'dosis-virtual', '--out', 'DD-0042.enrolment'];
    await typed.must('centre', 'enrol', 'DD-0042', '--home', 'home', ...as);
    await typed.must('centre', 'pass', 'T-1', '--home', 'home', '--role', 'technician', '--out', 'T-1.pass');
    unit.start(factory);
    await vi.waitFor(() => expect(unit.said).toContain('The unit is running'), patience);
    await typed.must('tech', 'provision', 'DD-0042.enrolment', '--port', cable.laptop);
    await settled();
  });
  afterAll(async () => {
    await unit.endLoader('SIGTERM');
    await typed.end();
    await cable.remove();
  });

  it.each([
    ['the first bytes came', 'firmware'],
    ['half of it came', 'both'],
    ['all of it came', 'firmware'],
    ['it was verified', 'loader'],
    ['it was marked', 'both'],
    ['its trial was granted', 'both'],
    ['its trial was written down', 'loader'],
    ['it was laid out', 'both'],
    ['it was started', 'firmware'],
    ['it ran', 'both'],
    ['it was confirmed', 'firmware'],
  ] as const)('when %s, of %s, leaves a verified image running and the ledger whole', async (moment, victim) => {
    const before = { program: unit.program, said: unit.said.length };
    const to = await unit.make(revision);
    revision += 1;
    let first: unknown;
    const going = flashed(to)
      .catch((error: Error) => error)
      .then((outcome) => {
        first = outcome;
      });
    await vi.waitFor(() => expect(moments[moment](to, before), String(first)).toBe(true), often);
    await strike(victim);
    const wasConfirmed = hex(unit.record.confirmed?.hash) === to.hash;
    await going;
    const version = await settled();
    // Who died on trial is not tried again. Anything else ends with the new image, at the latest the second time.
    if (wasConfirmed) expect(version).toBe(to.name);
    if (moment === 'it was started' && !wasConfirmed) {
      expect(first).toMatchObject({ code: 'reverted' });
      expect(version).not.toBe(to.name);
    } else if (version !== to.name) {
      await flashed(to);
      expect(await settled()).toBe(to.name);
    }
  });

  it('leaves a ledger in the end that holds all that was ever written', async () => {
    const { program = 0 } = unit;
    await unit.endLoader('SIGTERM');
    expect(isAlive(program)).toBe(false);
    expectLedgerWhole();
    expect(unit.said).not.toContain('fault of its own');
  });
});
