import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceClassId } from '../../../hal/linux/device-class.ts';
import { decodeEnrolment } from '../../../protocol/messages/enrolment.ts';
import { encodeEvent } from '../../../protocol/messages/event.ts';
import { type Handover, signHandover } from '../../../protocol/messages/handover.ts';
import { enrol, renew } from '../../../tools/centre/authority/enrol.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { noSocat } from '../../contract/cable.ts';
import { newHome, nowS, type TestHome } from '../../contract/secure-home.ts';
import { attestation } from '../protocol/attestation.ts';
import { FreshUnit } from './fresh-unit.ts';
import { type Ran, TechBench, TestUnit } from './tech-bench.ts';

const { da } = techWords;
const DEVICE = 'DK-0042';
const label = { slot: 'morning', date: '2026-11-21' };

/** One record in a chain of hashes, as a unit gives its log. */
function shortLog(): Uint8Array {
  const body = encodeEvent({ type: 'unit.handedOver', seq: 1, at: nowS() });
  const hash = createHash('sha256').update(Buffer.alloc(32)).update(body).digest();
  return Buffer.concat([Buffer.of(0x83, 1, 0x58, body.length), body, Buffer.of(0x58, 32), hash]);
}

/** The one that an enrolment makes. */
function heirIn(file: string): Uint8Array {
  return decodeEnrolment(new Uint8Array(readFileSync(file))).attestationKey.kid;
}

function handoverOf(changes: Partial<Handover> = {}): Uint8Array {
  const at = nowS();
  const dose = { ...label, fate: 'taken', opensAt: at - 60, dueAt: at, closesAt: at + 60, sachets: 1 } as const;
  const usual = { device: DEVICE, epoch: 7, source: 'unit', at, lastSeq: 1, doses: [dose], presence: 'home' } as const;
  return signHandover({ ...usual, heir: heirIn(enrolments[0]), plan: 7, ...changes }, attestation(7).signer);
}

/** The unit that goes. */
class OldUnit extends TestUnit {
  override handed: Uint8Array | null = null;
  doubted: readonly `${string}/${string}`[] = [];

  constructor() {
    super();
    this.files = { log: shortLog() };
    this.state = { ...this.state, faults: [] };
    const { give } = this.handover;
    this.handover = {
      ...this.handover,
      give: (heir, believes) => {
        this.handed ??= handoverOf({ heir });
        return give(heir, believes);
      },
    };
    Object.assign(this, { doubts: () => this.doubted });
  }
}

/** The unit that comes, fresh from its box. */
class NewUnit extends FreshUnit {
  override handed: Uint8Array | null = null;

  constructor() {
    super();
    Object.assign(this, { doubts: () => [], bay: () => ({ sachets: [], over: 0 }) });
  }

  become(device: string, epoch: number): void {
    const config = { version: 7, hash: new Uint8Array(32) };
    this.is({ device, phase: 'running', epoch, config });
  }
}

let secure: TestHome;
/** Two renewals, and the enrolment of the first unit. */
let enrolments: readonly [string, string, string];
beforeAll(async () => {
  secure = await newHome();
  const { home } = secure;
  const order = { device: DEVICE, years: 1 };
  const first = await enrol(home, { ...order, out: join(home.folder, 'first'), now: nowS() });
  const second = await renew(home, { ...order, out: join(home.folder, 'second'), now: nowS() + 1 });
  const third = await renew(home, { ...order, out: join(home.folder, 'third'), now: nowS() + 2 });
  enrolments = [second.file, third.file, first.file];
});
afterAll(() => secure.remove());

/** A cable to each of two units. */
async function twoCables(units: { old?: OldUnit; new?: TestUnit } = {}) {
  const old = await new TechBench(units.old ?? new OldUnit()).lay();
  const unit = units.new ?? new NewUnit();
  const fresh = await new TechBench(unit).lay();
  unit.onRestart = () => {
    if (unit instanceof NewUnit) unit.become(DEVICE, 8);
    fresh.served?.restart();
  };
  const folder = old.path('swap');
  const swap = (
    to = fresh,
    [enrolment = '']: readonly string[] = enrolments,
    ...more: readonly string[]
  ): Promise<Ran> =>
    old.tech(
      'swap',
      enrolment,
      '--from',
      old.cable.laptop,
      '--to',
      to.cable.laptop,
      '--folder',
      folder,
      '--yes',
      ...more,
    );
  return { old, fresh, folder, swap };
}

const gave = ({ unit }: TechBench) =>
  unit.deeds.some((deed) => typeof deed === 'object' && deed !== null && 'give' in deed);

describe.skipIf(noSocat !== undefined)('dosis tech swap, with a cable to each unit', () => {
  it('locks the one, makes the other into it, tells it all, and announces its rolls', async () => {
    const { old, fresh, folder, swap } = await twoCables();
    const { code, out, err } = await swap();
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(old.unit.deeds).toMatchObject([{ give: heirIn(enrolments[0]), believes: [expect.any(Uint8Array)] }]);
    expect(fresh.unit.deeds).toEqual([
      { enrolment: readFileSync(enrolments[0]).length },
      { take: old.unit.handed },
      { type: 'stock.loaded', roll: 'A', sachets: ['unlabelled', null] },
      { type: 'stock.loaded', roll: 'B', sachets: ['unlabelled', null] },
    ]);
    expect(out).toContain('Overtagne doser: 1 taget.');
    expect(JSON.parse(readFileSync(join(folder, 'swap.json'), 'utf8'))).toMatchObject({ epoch: 7, heir: 8 });
    expect(readFileSync(join(folder, 'DK-0042-7.log'))).toEqual(old.unit.files.log);
  });

  it.each<[string, (unit: NewUnit) => void, string]>([
    ['of another kind', (unit) => unit.is({ deviceClass: deviceClassId('other') }), 'art'],
    ['that is somebody else', (unit) => unit.become('DK-0001', 8), da.mistakes.alreadySomebody('DK-0001')],
    ['that has locked itself down', (unit) => unit.is({ phase: 'lockedDown' }), da.mistakes.notEmpty()],
    [
      'that went earlier itself',
      (unit) => {
        unit.become(DEVICE, 3);
        unit.handed = handoverOf({ epoch: 3 });
        unit.state = { ...unit.state, phase: 'replaced' };
      },
      da.failures.replacementGone(DEVICE),
    ],
    ['that is the same', (unit) => unit.become(DEVICE, 7), da.mistakes.swapSame(DEVICE)],
  ])('finds a unit %s before the old one is locked', async (_, spoil, sentence) => {
    const unit = new NewUnit();
    spoil(unit);
    const { old, fresh, swap } = await twoCables({ new: unit });
    const { code, err } = await swap();
    expect(code).toBeGreaterThan(0);
    expect(err).toContain(sentence);
    expect(err.trim().endsWith(da.standing.bothUntouched)).toBe(true);
    expect([gave(old), fresh.unit.deeds]).toEqual([false, []]);
  });

  it('locks nothing while a dose is in doubt, and says how to settle it', async () => {
    const unit = new OldUnit();
    unit.doubted = ['morning/2026-11-21'];
    const { old, swap } = await twoCables({ old: unit });
    const { err } = await swap();
    expect(err).toContain('dosis tech fault --settle morning/2026-11-21 taken');
    expect(err).toContain(da.standing.bothUntouched);
    expect(gave(old)).toBe(false);
  });

  it('waits for the citizen to take what lies in the cup', async () => {
    const { old, swap } = await twoCables();
    old.unit.handover = { ...old.unit.handover, give: () => 'dose-open' };
    const { code, err } = await swap();
    expect({ code, err: err.trim() }).toEqual({
      code: 1,
      err: `${da.failures.swapDoseOpen()} ${da.standing.bothUntouched}`,
    });
  });

  it('locks nothing when what it says would have no room on the laptop', async () => {
    const { old, folder, swap } = await twoCables();
    mkdirSync(join(folder, 'trial/in-the-way'), { recursive: true });
    const { code, err } = await swap();
    expect({ code, locked: gave(old) }).toEqual({ code: 2, locked: false });
    expect(err).toContain(da.standing.bothUntouched);
    const elsewhere = old.file('no-folder', '');
    expect((await swap(undefined, undefined, '--folder', elsewhere)).code).toBe(2);
    expect(gave(old)).toBe(false);
  });

  it('goes on with a log that cannot be read: what counts is in the handover', async () => {
    const unit = new OldUnit();
    unit.files = { log: Uint8Array.of(1, 2, 3) };
    const { folder, swap } = await twoCables({ old: unit });
    const { code, err } = await swap();
    expect(code).toBe(0);
    expect(err).toContain(da.swap.logUnreadable(join(folder, 'DK-0042-7.log')));
  });

  it('never tells a second unit what one has been told, nor takes a used folder for a new swap', async () => {
    const { folder, swap } = await twoCables();
    expect(await swap()).toMatchObject({ code: 0 });
    const third = await new TechBench(new NewUnit()).lay();
    const { code, err } = await swap(third);
    expect({ code, deeds: third.unit.deeds }).toEqual({ code: 1, deeds: [] });
    expect(err).toContain(da.failures.otherHeir(DEVICE));
    expect((await swap(third, [enrolments[1]])).err).toContain(da.mistakes.swapFolderUsed(folder));
    expect(third.unit.deeds).toEqual([]);
    expect(await swap()).toMatchObject({ code: 0 });
  });

  it('goes on only with the enrolment that the old unit was locked for', async () => {
    const { old, fresh, swap } = await twoCables();
    fresh.lost = () => gave(old);
    expect((await swap(undefined, undefined, '--patience', '1')).code).not.toBe(0);
    fresh.lost = () => false;
    for (const folder of [[], ['--folder', fresh.path('anew')]]) {
      const { code, err } = await swap(undefined, [enrolments[1]], ...folder);
      expect({ code, deeds: fresh.unit.deeds }).toEqual({ code: 1, deeds: [] });
      expect(err).toContain(da.failures.otherEnrolment(DEVICE));
    }
    expect(await swap()).toMatchObject({ code: 0 });
  });

  it('locks nothing for a unit that would not believe it', async () => {
    const { old, fresh, swap } = await twoCables();
    const first = await swap(undefined, [enrolments[2]]);
    expect(first).toMatchObject({ code: 2 });
    expect(first.err).toContain(da.mistakes.firstEnrolment(enrolments[2], DEVICE));
    expect([old.unit.deeds, fresh.unit.deeds]).toEqual([[], []]);
    old.unit.verdict = 'unknown-kid';
    const other = await swap();
    expect(other).toMatchObject({ code: 1 });
    expect(other.err).toContain(da.failures.notItsSuccessor(DEVICE));
    expect(other.err).toContain(da.standing.bothUntouched);
    expect(fresh.unit.deeds).toEqual([]);
  });

  it('does not use what the old unit told more than fourteen days ago', async () => {
    const { fresh, folder, swap } = await twoCables();
    mkdirSync(folder);
    writeFileSync(join(folder, 'handover.cbor'), handoverOf({ at: nowS() - 15 * 86_400 }));
    const kept = { device: DEVICE, epoch: 7, lastSeq: 1, waiting: 0, log: null, rolls: [] };
    writeFileSync(join(folder, 'swap.json'), JSON.stringify(kept));
    const { code, err } = await swap();
    expect({ code, deeds: fresh.unit.deeds }).toEqual({ code: 1, deeds: [] });
    expect(err).toContain(da.failures.handoverOld(DEVICE));
    writeFileSync(join(folder, 'swap.json'), '{');
    expect((await swap()).err).toContain(da.mistakes.swapFolderBroken(folder));
  });

  it('tells it all once more when the unit did not say that it has heard the end', async () => {
    const { old, fresh, swap } = await twoCables();
    const at = nowS();
    const doses = Array.from({ length: 300 }, (_, place) => ({
      ...{ slot: `slot-${place}`, date: '2026-11-21', fate: 'missed' as const, sachets: 1 },
      ...{ opensAt: at - 60, dueAt: at, closesAt: at + 60 },
    }));
    old.unit.handed = handoverOf({ doses });
    const takes = () => fresh.unit.deeds.filter((deed) => typeof deed === 'object' && 'take' in (deed as object));
    let missed = 0;
    fresh.unheard = () => {
      if (takes().length === 0 || missed > 0) return false;
      missed += 1;
      return true;
    };
    expect(await swap()).toMatchObject({ code: 0, out: expect.stringContaining('300 ikke taget') });
    expect(takes()).toEqual([{ take: old.unit.handed }, { take: old.unit.handed }]);
  });

  it('sets a clock that the new unit does not trust, and goes on', async () => {
    const { fresh, swap } = await twoCables();
    const { take } = fresh.unit.handover;
    fresh.trusts = false;
    const { set } = fresh.unit.clock;
    fresh.unit.clock = {
      ...fresh.unit.clock,
      set: (wallMs) => {
        fresh.trusts = true;
        return set(wallMs);
      },
    };
    fresh.unit.handover = {
      ...fresh.unit.handover,
      take: (document) => (fresh.trusts ? take(document) : 'time-suspect'),
    };
    const { code, err } = await swap();
    expect(code, err).toBe(0);
    expect(err).toContain(da.swap.clockSet);
  });

  it('asks nobody where nobody can answer', async () => {
    const { old } = await twoCables();
    const { code, err } = await old.tech('swap', enrolments[0]);
    expect({ code, err: err.trim() }).toEqual({ code: 2, err: da.mistakes.needsYes() });
    expect(existsSync('swap-DK-0042')).toBe(false);
  });
});
