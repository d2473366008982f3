import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { IN_PLACE } from '../../../firmware/domain/placement.ts';
import { openBoard } from '../../../firmware/main.ts';
import { createClock } from '../../../hal/linux/clock.ts';
import type { MechanismEvent } from '../../../hal/ports/mechanism.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { encodeEnrolment } from '../../../protocol/messages/enrolment.ts';
import { phrase } from '../../../protocol/phrases.ts';
import { noDbus } from '../../../sim/bluez/private-bus.ts';
import { keyFinder } from '../../../sim/bluez/tag-spec.ts';
import { demoConfig } from '../../../sim/live/demo-config.ts';
import { startOnBoard } from '../../../tools/cli/device-start.ts';
import type { UnitElectronics } from '../../../tools/cli/unit-electronics.ts';
import type { UnitFile } from '../../../tools/cli/unit-file.ts';
import { freePort } from '../../contract/brokers.ts';
import { useTagRig } from '../../contract/tag-rig.ts';
import { CENTRE, signed } from '../firmware/centre-desk.ts';
import { enrolment } from '../firmware/recovery/recovery-bench.ts';
import { shownAt } from './shown-at.ts';

const DEVICE = 'DD-0042';
const patience = { timeout: 60_000, interval: 10 };
const evidence = { fed: { A: 0, B: 0 }, binned: 0, cup: 'empty', gate: 'clear' } as const;

/** Electronics that are not there until somebody plugs them in, and note what they are told. */
class ScriptedBoard implements UnitElectronics {
  readonly told: string[] = [];
  readonly hasCupSensor = true;
  #isThere = false;
  #inspectionOwed = false;
  #tell: (event: MechanismEvent) => void = () => undefined;
  readonly mechanism: UnitElectronics['mechanism'] = {
    listen: (listener) => {
      this.#tell = listener;
    },
    release: () => void this.told.push('release'),
    swallow: () => void this.told.push('swallow'),
    retract: () => void this.told.push('retract'),
    stop: () => void this.told.push('stop'),
    inspect: () => {
      this.#inspectionOwed = true;
      this.#answer();
    },
  };
  readonly sensors: UnitElectronics['sensors'] = {
    listen: () => undefined,
    power: () => ({ source: 'mains', batteryPercent: 100 }),
    door: () => 'closed',
    placement: () => IN_PLACE,
  };
  readonly panel: UnitElectronics['panel'] = {
    show: ({ lamp, message }) => void this.told.push(`${lamp} ${message}`),
  };
  readonly lock: UnitElectronics['lock'] = { set: (locked) => void this.told.push(locked ? 'lock' : 'unlock') };
  close = () => undefined;

  plugIn(): void {
    this.#isThere = true;
    this.#answer();
  }

  #answer(): void {
    if (!this.#isThere || !this.#inspectionOwed) return;
    this.#inspectionOwed = false;
    this.#tell({ type: 'mechanism.inspected', evidence });
  }
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dosis-real-'));
  mkdirSync(join(folder, 'vault'), { mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(electronics: ScriptedBoard, display?: number) {
  const clock = createClock({ assume: 'synchronised' });
  const board = openBoard({ folder, className: 'dosis-reference', clock, imageKeys: [], host: () => undefined });
  const line = { listen: () => undefined, connect: () => undefined, publish: () => undefined, disconnect: vi.fn() };
  const file: UnitFile = {
    ...{ board: 'reference', port: '', cable: undefined, sound: null, phrases: undefined },
    ...{ display, language: 'en', named: (field) => `"${field}"` },
  };
  const unit = startOnBoard({
    ...{ folder, file, electronics, clock },
    board: { ...board, mqttOf: () => line },
    log: { write: () => undefined },
    kick: () => undefined,
    restart: () => undefined,
  });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= unit.close();
    return closed;
  };
  onTestFinished(close);
  return { host: unit.host, board, line, close };
}

/** A unit that a technician has told who it is, at its next start. */
function enrolled(electronics: ScriptedBoard, display?: number) {
  const newcomer = { ...enrolment, device: DEVICE, centreKeys: [CENTRE], issuedAt: 1_795_150_000 };
  const first = start(electronics);
  first.board.vault.write('newcomer', encodeEnrolment(newcomer));
  return first.close().then(() => start(electronics, display));
}

describe('a unit on a real board', () => {
  it('is locked and asks for its electronics while they are not there, and goes on when they come', async () => {
    const electronics = new ScriptedBoard();
    const { host } = await enrolled(electronics);
    expect(host.state).toMatchObject({ phase: 'running', chart: { custody: 'inspecting' } });
    expect(electronics.told).not.toContain('unlock');
    electronics.plugIn();
    expect(host.state.chart.custody).toBe('locked');
    expect(electronics.told.at(-1)).not.toMatch(/working$/);
  });

  it('has the pocket tag that was paired with it from its next start on, and none before', async () => {
    vi.stubEnv('DBUS_SYSTEM_BUS_ADDRESS', `unix:path=${join(folder, 'no-bus')}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const electronics = new ScriptedBoard();
    const { host, board, close } = await enrolled(electronics);
    expect(host.state.chart.tag).toBe('absent');
    board.vault.write('tag', new TextEncoder().encode('FF:FF:10:3A:5B:0C my finder'));
    await close();
    expect(start(electronics).host.state.chart.tag).toBe('silent');
  });

  it('shows the language of its file until it has a plan, then that of its citizen, also from a start on', async () => {
    const electronics = new ScriptedBoard();
    electronics.plugIn();
    const display = await freePort();
    const { host, close } = await enrolled(electronics, display);
    const english = await vi.waitFor(() => shownAt(display), patience);
    expect(english).toContain('The unit is waiting for its plan');
    const document = { ...demoConfig('dual-roll'), version: 2 };
    expect(host.offerConfig(signed(document))).toMatchObject({ status: 'applied' });
    await vi.waitFor(async () => expect(await shownAt(display)).toContain('Der er ikke mere medicin'), patience);
    await close();
    const next = await freePort();
    start(electronics, next);
    expect(await vi.waitFor(() => shownAt(next), patience)).toContain('Der er ikke mere medicin');
  });

  it('ends with its motors off, locked and dark before anything is waited for, and hears nothing any more', async () => {
    const electronics = new ScriptedBoard();
    const { host, line, close } = await enrolled(electronics);
    electronics.told.length = 0;
    const closed = close();
    expect(electronics.told).toEqual(['stop', 'lock', 'off working']);
    electronics.plugIn();
    await closed;
    expect([host.state.phase, electronics.told.length]).toEqual(['stopped', 3]);
    expect(line.disconnect).toHaveBeenCalled();
    openStore({ path: join(folder, 'ledger.db') }).close();
  });

  it('locks itself down and says so over a ledger that nobody can read, and leaves it as it is', () => {
    const ledger = join(folder, 'ledger.db');
    writeFileSync(ledger, 'no database'.repeat(500));
    const electronics = new ScriptedBoard();
    const { host } = start(electronics);
    expect(host.state).toMatchObject({ phase: 'lockedDown', cause: { fault: 'damaged' } });
    expect(electronics.told).toEqual(['stop', 'lock', 'alarm ledger-damaged']);
    expect(phrase('ledger-damaged', 'en')).toContain('damaged');
    expect(readFileSync(ledger, 'utf8')).toBe('no database'.repeat(500));
  });

  it('does not share its ledger with another unit', () => {
    const other = openStore({ path: join(folder, 'ledger.db') });
    onTestFinished(() => other.close());
    other.exec('CREATE TABLE t (x)');
    expect(() => start(new ScriptedBoard())).toThrow('another process has it open');
  });
});

describe.skipIf(noDbus !== undefined)('a unit with a pocket tag, on a real D-Bus', () => {
  const rigOf = useTagRig();

  it('silences its tag as it ends', async () => {
    const rig = rigOf();
    const first = start(new ScriptedBoard());
    first.board.vault.write('tag', new TextEncoder().encode(`${keyFinder.address} my finder`));
    await first.close();
    const { host, close } = await enrolled(new ScriptedBoard());
    await rig.until(() => rig.level === 0 && host.state.chart.tag === 'silent');
    await close();
    await rig.until(() => rig.alerts.length === 2);
    expect(rig.alerts).toEqual([0, 0]);
    await rig.untilState('"followers":0');
  });
});
