import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import { enrol, renew } from '../../tools/centre/authority/enrol.ts';
import type { OwedReading } from '../../tools/centre/successions.ts';
import { readLog } from '../../tools/technician/log-file.ts';
import { mosquittoKind } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import {
  centre,
  type DayPlan,
  type Label,
  PATIENT,
  planOfToday,
  SwapStage,
  tech,
  type UnitPanel,
} from './swap-stage.ts';
import { unitLedger } from './three-ledgers.ts';

const missing = noSocat ?? mosquittoKind.unavailable;

let stage: SwapStage;
let cables: readonly [Cable, Cable];

interface OldUnit extends DayPlan {
  readonly panel: UnitPanel;
}

/** A unit in the middle of a day: the first dose was given, the second is due. */
async function unitInUse(device: string, cable: Cable): Promise<OldUnit> {
  const plan = planOfToday();
  const { yaml, labels } = plan;
  const port = ['--port', cable.laptop];
  const [[slot, from] = ['', '']] = labels;
  stage.hang(device, labels);
  const panel = await stage.turnOn(device, cable);
  await stage.enrol(enrol, device, `${device}.enrolment`);
  await stage.must(...tech('provision', `${device}.enrolment`, ...port));
  writeFileSync(stage.path(`${device}.yaml`), yaml);
  await stage.must(...centre('config', 'set', device, `${device}.yaml`, ...stage.at, '--wait', '--timeout', '60s'));
  panel.send({ do: 'door', open: true });
  await panel.shows(({ hardware }) => hardware.doorOpen);
  const roll = ['--roll', 'A', '--from', from, '--from-slot', slot, '--days', '2', '--yes'];
  await vi.waitFor(() => stage.must(...tech('fill', ...roll, ...port)), PATIENT);
  panel.send({ do: 'door', open: false });
  await panel.takeDose();
  await panel.hurryUntil(({ view }) => view.button === 'release');
  await stage.enrol(renew, device, `${device}-new.enrolment`);
  return { panel, ...plan };
}

interface AtCentre {
  readonly epoch: number;
  readonly seq: number;
  readonly event: object;
}

/** What the centre has of a unit is what its units have written down, one after the other, each record once. */
async function expectWhole(device: string, ...written: readonly (readonly DeviceEvent[])[]): Promise<void> {
  const { events } = await stage.get<{ events: readonly AtCentre[] }>(`/api/devices/${device}/events?after=0`);
  const epochs = [...new Set(events.map(({ epoch }) => epoch))];
  const inOrder = epochs.map((epoch) => events.filter((one) => one.epoch === epoch).sort((a, b) => a.seq - b.seq));
  expect(inOrder.map((one) => one.map(({ event }) => event))).toEqual(written);
  expect(await stage.get('/api/refused')).toEqual({ refused: [] });
  expect(await stage.get('/api/unreadable')).toMatchObject({ unreadable: [] });
  expect(await stage.get('/api/owed')).toEqual({ owed: [] });
}

/** Of a unit that is off. */
const writtenIn = (unit: string) => unitLedger(stage.path(unit)).events;
const fate = (unit: string, [slot, date]: Label = ['', '']) =>
  unitLedger(stage.path(unit)).fates.get(`${slot}/${date}`);
const given = (name: string) => stage.rolls(name).given.map(({ contents }) => contents?.slot);

describe.skipIf(missing !== undefined)('a unit that takes the place of another', () => {
  beforeAll(async () => {
    stage = new SwapStage();
    cables = [findCable(), findCable()];
    for (const cable of cables) await cable.plug();
    await stage.openCentre();
  });
  afterAll(async () => {
    await stage.close();
    for (const cable of cables) await cable.remove();
  });

  test('gives the dose that is due once, and none that was given, however often the swap breaks off', async () => {
    const [from, to] = cables;
    const { panel, labels } = await unitInUse('DD-0042', from);
    let heir = await stage.turnOn('heir', to);
    const swap = tech('swap', 'DD-0042-new.enrolment', '--from', from.laptop, '--to', to.laptop, '--yes');

    // The laptop is closed when the old unit has just been locked, and that one loses its power.
    const first = stage.start(...swap);
    await vi.waitFor(() => expect(first.told()).toContain('er låst for altid'), { timeout: 60_000, interval: 5 });
    first.child.kill('SIGKILL');
    await panel.dies();
    const locked = await stage.turnOn('DD-0042', from);
    await locked.shows(({ view }) => view.button !== 'release');

    // The new unit loses its power when it has taken over, and waits for its rolls.
    const second = stage.start(...swap);
    await vi.waitFor(() => expect(second.told()).toContain('Venter på, at lågen'), { timeout: 60_000, interval: 5 });
    await locked.dies();
    await heir.dies();
    await to.unplug();
    const broken = await second.ended;
    expect(broken).toMatchObject({ code: 1, err: expect.stringContaining('samme kommando går videre derfra') });

    const [, ...left] = labels;
    stage.hang('heir', left);
    await to.plug();
    heir = await stage.turnOn('heir', to);
    heir.send({ do: 'door', open: true });
    await heir.shows(({ hardware }) => hardware.doorOpen);
    const done = JSON.parse(await stage.must(...swap, '--json')) as Record<string, unknown>;
    expect(done).toMatchObject({
      device: 'DD-0042',
      source: 'unit',
      doubts: [],
      rolls: [{ roll: 'A', loaded: 5, cutOff: 0 }],
    });
    heir.send({ do: 'door', open: false });
    await heir.hurryUntil(({ view }) => view.button === 'release');
    await heir.takeDose();

    await heir.shows(({ link }) => link.state === 'current');
    await heir.dies();

    expect(given('DD-0042')).toEqual(['first']);
    expect(given('heir')).toEqual(['second']);
    expect([fate('heir', labels[0]), fate('heir', labels[1])]).toEqual(['taken', 'taken']);
    await stage.must(...centre('take-in', 'swap-DD-0042', ...stage.at));
    await expectWhole('DD-0042', writtenIn('DD-0042'), writtenIn('heir'));
  });

  test('leaves the open dose to a person when the old one is dead, and takes in what that had to tell', async () => {
    const [cable] = cables;
    const port = ['--port', cable.laptop];
    const { panel, labels, secondMs } = await unitInUse('DD-0043', cable);
    const [, [, date] = []] = labels;
    await vi.waitFor(async () => {
      const { events } = await stage.get<{ events: object[] }>('/api/devices/DD-0043/events');
      expect(JSON.stringify(events)).toContain('dose.taken');
    }, PATIENT);
    await panel.dies();
    await stage.must(...centre('handover', 'DD-0043', '--out', 'DD-0043.handover', ...stage.at));
    const plan = ['config', 'get', 'DD-0043', '--signed', 'DD-0043.plan', '--new-unit'];
    await stage.must(...centre(...plan, ...stage.at));

    const heir = await stage.turnOn('heir-2', cable);
    await heir.hurryUntil(({ now }) => Date.parse(now) > secondMs);
    const files = ['--handover', 'DD-0043.handover', '--plan', 'DD-0043.plan'];
    const swapped = await stage.type(...tech('swap', 'DD-0043-new.enrolment', ...files, ...port, '--yes'));
    expect(swapped.code, swapped.err).toBe(1);
    expect(swapped.out).toContain(`dosis tech fault --settle second/${date} taken`);
    await heir.shows(({ view }) => view.button !== 'release');
    await stage.must(...tech('fault', '--settle', `second/${date}`, 'missed', '--yes', ...port));
    const again = await stage.must(...tech('swap', 'DD-0043-new.enrolment', ...files, ...port, '--yes', '--json'));
    expect(JSON.parse(again)).toMatchObject({ source: 'centre', doubts: [] });
    const { owed } = await stage.get<{ owed: readonly OwedReading[] }>('/api/owed');
    expect(owed).toMatchObject([{ device: 'DD-0043', handedOver: false }]);
    await heir.shows(({ link }) => link.state === 'current');
    await heir.dies();

    // In the workshop, where it can do no harm, the old unit speaks again.
    await stage.must(...centre('revoke', 'DD-0043', '--older', '--home', 'home'));
    const old = await stage.turnOn('DD-0043', cable);
    await stage.must(...tech('log', '--out', 'old.log', ...port));
    await old.dies();
    const whose = ['--unit', 'DD-0043', '--epoch', String(owed[0]?.epoch)];
    expect(await stage.must(...centre('take-in', 'old.log', ...whose, ...stage.at))).toMatch(
      /[1-9]\d* records? came in/,
    );
    expect([fate('heir-2', labels[0]), fate('heir-2', labels[1])]).toEqual(['taken', 'missed']);
    expect([given('DD-0043'), given('heir-2')]).toEqual([['first'], []]);
    const { records } = readLog(new Uint8Array(readFileSync(stage.path('old.log'))));
    await expectWhole(
      'DD-0043',
      records.flatMap(({ event }) => event ?? []),
      writtenIn('heir-2'),
    );
  });
});
