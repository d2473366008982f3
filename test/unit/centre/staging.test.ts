import { describe, expect, it } from 'vitest';
import { readRollout } from '../../../tools/centre/orders/rollout-plan.ts';
import { OrdersBench, origin, wholeDocument } from './orders-bench.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `unit-${index + 100}`);

/** Units that are there, all of them willing. */
function fleet(count: number) {
  const bench = new OrdersBench();
  const units = names(count).map((name) => bench.unit(name));
  for (const unit of units) unit.birth();
  const begin = (more: object = {}) =>
    bench.orders.beginRollout(readRollout({ devices: names(count), document: wholeDocument, ...more }), origin);
  const standings = (id: number) => bench.rollout(id)?.units.map(({ standing }) => standing);
  return { bench, units, begin, standings };
}

describe('a rollout', () => {
  it('reaches all of a willing group, wave by wave', () => {
    const { units, begin, bench } = fleet(40);
    const begun = begin();
    expect(begun.waves).toEqual([1, 1, 8, 30]);
    expect(bench.rollout(begun.id)).toMatchObject({ state: 'done', wave: 4 });
    expect(units.every(({ inForce }) => inForce !== undefined)).toBe(true);
  });

  it('waits for the reports of a wave before the next begins', () => {
    const { units, begin, bench, standings } = fleet(4);
    for (const unit of units) unit.temper = 'silent';
    const { id } = begin({ waves: [1, '100%'] });
    expect(standings(id)).toEqual(['waiting', 'later', 'later', 'later']);
    const [first] = units;
    if (first !== undefined) first.temper = 'applies';
    first?.birth();
    expect(standings(id)).toEqual(['applied', 'waiting', 'waiting', 'waiting']);
    expect(bench.rollout(id)?.state).toBe('running');
  });

  it('stops by itself when too many of a wave reject it, and reaches nobody else', () => {
    const { units, begin, bench, standings } = fleet(20);
    for (const unit of units.slice(1, 4)) unit.temper = { refuses: [{ path: 'zone', code: 'invalid' }] };
    const { id } = begin({ waves: [1, '50%', '100%'], failuresMax: 0.2 });
    expect(bench.rollout(id)).toMatchObject({
      state: 'stopped',
      wave: 2,
      // The second of nine is one too many; the third was on its way already.
      why: { by: 'failures', wave: 2, units: 9, rejected: 2, silent: 0 },
    });
    expect(standings(id)?.slice(10)).toEqual(Array.from({ length: 10 }, () => 'later'));
    bench.pass(3_600_000);
    for (const unit of units) unit.birth();
    expect(units.slice(10).every(({ inForce }) => inForce === undefined)).toBe(true);
  });

  it('goes on past failures within what is allowed', () => {
    const { units, begin, bench } = fleet(20);
    const [, second] = units;
    if (second !== undefined) second.temper = { refuses: [{ path: '', code: 'conflict' }] };
    const { id } = begin({ waves: [1, '100%'], failuresMax: 0.1 });
    expect(bench.rollout(id)?.state).toBe('done');
  });

  it('takes silence for a failure when patience is over, and goes on when somebody says so', () => {
    const { units, begin, bench, standings } = fleet(3);
    const [first] = units;
    if (first !== undefined) first.temper = 'silent';
    const { id } = begin({ waves: [1, '100%'], patienceS: 600 });
    bench.pass(599_000);
    expect(bench.rollout(id)?.state).toBe('running');
    bench.pass(2_000);
    expect(bench.rollout(id)).toMatchObject({ state: 'stopped', why: { silent: 1 } });
    expect(() => bench.orders.stopRollout(id, origin)).toThrow(/is not under way but stopped/);
    for (const unit of units.slice(1)) unit.birth();
    bench.orders.resumeRollout(id);
    expect(standings(id)).toEqual(['silent', 'applied', 'applied']);
    expect(bench.rollout(id)?.state).toBe('done');
    expect(() => bench.orders.resumeRollout(id)).toThrow(/only one that has stopped/);
  });

  it('does not count a unit that waits for a dose against the wave', () => {
    const { units, begin, bench, standings } = fleet(2);
    const [first] = units;
    if (first !== undefined) first.temper = { defers: [{ path: '', code: 'dose-open' }] };
    const { id } = begin({ waves: [1, '100%'], patienceS: 600 });
    expect(bench.rollout(id)?.wave).toBe(1);
    bench.pass(601_000);
    for (const unit of units) unit.birth();
    expect(standings(id)).toEqual(['deferred', 'applied']);
    expect(bench.rollout(id)?.state).toBe('done');
  });

  it('leaves alone a unit that somebody changed meanwhile', () => {
    const { units, begin, bench, standings } = fleet(2);
    const [first] = units;
    if (first !== undefined) first.temper = 'silent';
    const { id } = begin({ waves: [1, '100%'] });
    const { version } = bench.set('unit-101', { ...wholeDocument, quietMinutes: 9 });
    if (first !== undefined) first.temper = 'applies';
    first?.birth();
    expect(standings(id)).toEqual(['applied', 'skipped']);
    expect(units[1]?.inForce?.version).toBe(version);
  });

  it('changes members of the document that each unit has', () => {
    const { begin, bench } = fleet(2);
    bench.set('unit-100', { ...wholeDocument, quietMinutes: 9 });
    expect(() => begin({ document: undefined, change: { takeOutDosesMax: 14 } })).toThrow(
      /unit-101 has no configuration/,
    );
    bench.set('unit-101', { ...wholeDocument, serviceNumber: '11 11 11 11', quietMinutes: 5 });
    begin({ document: undefined, change: { takeOutDosesMax: 14, quietMinutes: null } });
    const documents = names(2).map((name) => {
      const { wanted } = bench.orders.readings.config(name);
      const { version: _version, ...rest } =
        bench.orders.readings.configDocument(name, wanted?.version ?? 0)?.document ?? {};
      return rest;
    });
    expect(documents).toEqual([
      { ...wholeDocument, takeOutDosesMax: 14 },
      { ...wholeDocument, serviceNumber: '11 11 11 11', takeOutDosesMax: 14 },
    ]);
  });

  it('goes on after a restart of the centre', () => {
    const { units, begin, bench } = fleet(3);
    for (const unit of units) unit.temper = 'silent';
    const { id } = begin({ waves: [1, '100%'] });
    const next = bench.restart();
    for (const unit of units) unit.temper = 'applies';
    for (const unit of units) unit.birth();
    for (const unit of units) unit.birth();
    expect(next.orders.rollout(id)?.state).toBe('done');
    expect(units.map(({ inForce }) => inForce !== undefined)).toEqual([true, true, true]);
  });

  it('is not begun for a unit that another one is still to reach', () => {
    const { units, begin } = fleet(2);
    for (const unit of units) unit.temper = 'silent';
    const { id } = begin({ waves: [1, '100%'] });
    expect(() => begin()).toThrow(`unit-101 is still to come in rollout ${id}; stop that one first.`);
  });

  it('is refused before it begins when its document cannot be', () => {
    const { begin, bench } = fleet(2);
    expect(() => begin({ document: { ...wholeDocument, zone: '' } })).toThrow(/^zone must be/);
    expect(bench.orders.readings.rollouts()).toEqual([]);
  });
});

describe('a group that somebody wrote', () => {
  const devices = ['unit-1', 'unit-2'];
  it.each([
    ['no map', [], /is a map/],
    ['a member it does not have', { devices, document: {}, speed: 1 }, /"speed" is not known/],
    ['neither document nor change', { devices }, /either "document"/],
    ['both', { devices, document: {}, change: { zone: 'x' } }, /either "document"/],
    ['no devices', { devices: [], document: {} }, /list of 1 to/],
    ['a device twice', { devices: ['unit-1', 'unit-1'], document: {} }, /devices\.1 names unit-1 a second time/],
    ['a bad device', { devices: ['d/+'], document: {} }, /devices\.0 is no device id/],
    ['waves that shrink', { devices, document: {}, waves: [2, 1, '100%'] }, /waves\.1 reaches fewer/],
    ['waves that leave somebody out', { devices, document: {}, waves: [1] }, /must reach every unit/],
    ['a wave that is none', { devices, document: {}, waves: ['half'] }, /waves\.0 must be/],
    ['a share of everything', { devices, document: {}, failuresMax: 1 }, /from 0 to below 1/],
    ['no patience', { devices, document: {}, patienceS: 0 }, /patienceS must be/],
  ])('with %s is refused in one sentence', (_case, input, sentence) => {
    expect(() => readRollout(input)).toThrow(sentence);
  });
});
