import { describe, expect, it } from 'vitest';
import { type FleetReport, promisesOf } from '../../../sim/fleet/report.ts';
import { fleetWords } from '../../../tools/cli/fleet-words.ts';

const rush = { untilCurrentMs: 900, attempts: 8, connects: 8, connectsPerSecond: 8 };
const missed = { samples: 8, p50Ms: 10, p99Ms: 40, maxMs: 50, neverShown: 0, shownTwice: 0 };
const sound: Omit<FleetReport, 'promises'> = {
  devices: 8,
  seconds: 60,
  arrival: rush,
  missed,
  noticed: [
    { how: 'cut', will: true, ms: [20], never: 0 },
    { how: 'frozen', will: false, ms: [18_400, 19_999], never: 0 },
  ],
  storms: [{ ...rush, sessions: 'lost' }],
  incomplete: [],
  crashes: [],
  memory: { fleet: 200, centre: null, broker: 10 },
};

const broken = (report: Omit<FleetReport, 'promises'>) =>
  promisesOf(report).flatMap(({ name, held }) => (held ? [] : [name]));

describe('the promises of a fleet', () => {
  it('are held by a run in which all went well', () => {
    expect(broken(sound)).toEqual([]);
  });

  it.each<[string, Partial<FleetReport>]>([
    ['missed-dose-within-10-s', { missed: { ...missed, p99Ms: 10_001 } }],
    ['missed-dose-within-10-s', { missed: { ...missed, samples: 0, p99Ms: Number.NaN } }],
    ['every-missed-dose-shown-once', { missed: { ...missed, neverShown: 1 } }],
    ['every-missed-dose-shown-once', { missed: { ...missed, shownTwice: 1 } }],
    ['silence-noticed-within-20-s', { noticed: [{ how: 'frozen', will: false, ms: [20_001], never: 0 }] }],
    ['silence-noticed-within-20-s', { noticed: [{ how: 'cut', will: true, ms: [5], never: 1 }] }],
    ['everybody-comes-back', { arrival: { ...rush, untilCurrentMs: null } }],
    ['everybody-comes-back', { storms: [{ ...rush, sessions: 'kept', untilCurrentMs: null }] }],
    ['centre-has-every-record', { incomplete: ['fleet-0001'] }],
    ['firmware-does-not-throw', { crashes: ['fleet-0001: Error: no'] }],
  ])('%s is broken by %j, and no other', (name, change) => {
    expect(broken({ ...sound, ...change })).toEqual([name]);
  });

  it('are told one by one, after what was measured', () => {
    const missing = { ...sound, incomplete: ['fleet-0007'] };
    const words = fleetWords({ ...missing, promises: promisesOf(missing) });
    expect(words).toContain('p99 40 ms, at most 50 ms, of 8');
    expect(words).toContain('socket stays, without will   offline after 20.0 s at most, of 2');
    expect(words).toContain('fleet 200 MB, centre unknown, broker 10 MB');
    expect(words).toContain('fleet-0007');
    expect(words).toContain('BROKEN centre-has-every-record');
    expect(words).toContain('held   silence-noticed-within-20-s');
  });
});
