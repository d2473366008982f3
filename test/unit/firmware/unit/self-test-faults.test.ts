import { describe, expect, it } from 'vitest';
import type { StoreFailure } from '../../../../hal/ports/store.ts';
import { faults as catalogue } from '../../../../protocol/faults/catalogue.ts';
import type { SelfTestPart } from '../../../../protocol/messages/command.ts';
import type { MotionFault } from '../../../../sim/device/mechanism-faults.ts';
import type { CupHealth, SensorHealth } from '../../../../sim/device/mechanism-parts.ts';
import { type FaultName, faultNames } from '../../../../sim/kernel/fault-plan.ts';
import { loosenPlug } from '../../../../sim/world/loose-plug.ts';
import { orderWords } from '../../../../tools/centre/orders/words.ts';
import { techWords } from '../../../../tools/technician/words.ts';
import { ExaminedHome, type FromAfar, MINUTE } from './examined-home.ts';

/** Of a part: every way in which it can be broken. */
type Hardware =
  | `motion ${keyof MotionFault}`
  | `jam ${NonNullable<MotionFault['jam']>['part']}`
  | `counter ${Exclude<SensorHealth, 'sound'>}`
  | `cup ${Exclude<CupHealth, 'sound'>}`
  | `store ${StoreFailure}`;

/** What a later kind of fault is missing in, until somebody has said here what becomes of it. */
const hardware: Readonly<Record<Hardware, true>> = {
  ...{ 'motion jam': true, 'motion noMovement': true, 'motion doubleFeed': true, 'motion feedbackLost': true },
  ...{ 'motion slowness': true, 'motion powerCutAt': true, 'jam feed': true, 'jam cutter': true, 'jam gate': true },
  ...{ 'counter stuck': true, 'counter unknown': true },
  ...{ 'cup unknown': true, 'cup says-empty': true, 'cup says-occupied': true },
  ...{ 'store full': true, 'store io': true, 'store corrupt': true, 'store constraint': true },
};

interface Row {
  /** What it is an example of: of the plan of faults, and of the ways in which hardware breaks. */
  readonly of: readonly (FaultName | Hardware)[];
  readonly is: string;
  readonly strike: (home: ExaminedHome) => void;
  readonly found: Partial<Record<SelfTestPart, string>>;
  readonly faults: readonly string[];
  /** Where the centre is not told the same. */
  readonly afar?: FromAfar;
}

const both = (found: string) => ({ motor: found, sensors: found });
const counter = (name: 'A' | 'B' | 'bin', health: 'stuck' | 'unknown') => (home: ExaminedHome) => {
  home.world.unit.parts.counterHealth[name] = health;
};
const cup = (health: 'unknown' | 'says-occupied') => (home: ExaminedHome) => {
  home.world.unit.parts.cupHealth = health;
};
const mains = (percent: number) => (home: ExaminedHome) => {
  home.world.unit.battery.setPercent(percent);
  home.world.unit.setMains(false);
  home.pass(MINUTE);
};

const medium = (is: string, failure: StoreFailure, of: FaultName[] = [], found = 'storage-fault'): Row => ({
  of: [...of, `store ${failure}`],
  is,
  strike: (home) => home.breakStore(failure),
  found: { ...both(found), radio: 'offline' },
  faults: [found],
  afar: 'silent',
});

const rows: readonly Row[] = [
  {
    of: ['cup-sensor-lies', 'cup says-empty'],
    is: 'a cup sensor that never sees a sachet',
    strike: (home) => {
      home.world.unit.parts.cupHealth = 'says-empty';
      home.press();
    },
    found: { motor: 'dose-uncertain', sensors: 'sensor-fault' },
    faults: ['dose-uncertain', 'sensor-fault'],
  },
  {
    of: ['counter-stuck'],
    is: 'a counter of the bin that sticks while a sachet is drawn back',
    strike: (home) => {
      counter('bin', 'stuck')(home);
      home.forget();
    },
    found: { motor: 'dose-uncertain', sensors: 'position-mismatch' },
    faults: ['dose-uncertain', 'position-mismatch'],
  },
  {
    of: [],
    is: 'a mechanism whose board says nothing',
    strike: ({ world }) => {
      world.unit.mechanism.dead = true;
    },
    found: both('mechanism-silent'),
    faults: ['mechanism-silent'],
  },
  {
    of: ['feed-jam', 'motion jam', 'jam feed'],
    is: 'a feed that sticks',
    strike: (home) => home.press({ jam: { part: 'feed', halfOut: false } }),
    found: { motor: 'mechanism-jam' },
    faults: ['dose-uncertain', 'mechanism-jam'],
  },
  {
    of: ['cutter-jam', 'jam cutter'],
    is: 'a cutter that sticks',
    strike: (home) => home.press({ jam: { part: 'cutter', halfOut: false } }),
    found: { motor: 'mechanism-jam' },
    faults: ['dose-uncertain', 'mechanism-jam'],
  },
  {
    of: ['cutter-jam', 'jam cutter'],
    is: 'a cutter that sticks with the sachet half out',
    strike: (home) => home.press({ jam: { part: 'cutter', halfOut: true } }),
    found: { motor: 'mechanism-jam' },
    faults: ['dose-uncertain', 'mechanism-jam'],
  },
  {
    of: ['gate-jam', 'jam gate'],
    is: 'a gate that sticks over a sachet that is cut',
    strike: (home) => home.press({ jam: { part: 'gate', halfOut: false } }),
    found: { motor: 'mechanism-jam' },
    faults: ['dose-uncertain', 'mechanism-jam', 'stock-mismatch'],
  },
  {
    of: [],
    is: 'a sachet that is stuck in the gate, before anybody has asked for a dose',
    strike: ({ world }) => {
      world.unit.parts.obstruction = 'gate';
    },
    found: { motor: 'mechanism-jam' },
    faults: ['mechanism-jam'],
  },
  {
    of: ['no-movement', 'motion noMovement'],
    is: 'a motor that turns and moves nothing',
    strike: (home) => {
      home.press({ noMovement: true });
      home.press({ noMovement: true });
    },
    found: { motor: 'mechanism-jam' },
    faults: ['mechanism-jam'],
  },
  {
    of: ['double-feed', 'motion doubleFeed'],
    is: 'two sachets at once',
    strike: (home) => home.press({ doubleFeed: true }),
    found: both('dose-uncertain'),
    faults: ['dose-uncertain'],
  },
  {
    of: ['power-cut-mid-move', 'motion powerCutAt'],
    is: 'a sachet that hangs half out since the power went',
    strike: (home) => {
      home.press({ powerCutAt: 0.5 });
      home.world.unit.start(0);
      home.pass(MINUTE);
    },
    found: { motor: 'mechanism-jam' },
    faults: ['dose-uncertain', 'mechanism-jam'],
  },
  {
    of: ['counter-stuck', 'counter stuck'],
    is: 'a counter that sticks',
    strike: (home) => {
      counter('A', 'stuck')(home);
      home.world.unit.parts.counterHealth.B = 'stuck';
      home.press();
    },
    found: both('dose-uncertain'),
    faults: ['dose-uncertain'],
  },
  {
    of: ['counter-unknown', 'counter unknown'],
    is: 'a counter of a roll that gives no answer',
    strike: counter('A', 'unknown'),
    found: both('position-mismatch'),
    faults: ['position-mismatch'],
  },
  {
    of: ['counter-unknown', 'counter unknown'],
    is: 'a counter of the bin that gives no answer',
    strike: counter('bin', 'unknown'),
    found: both('position-mismatch'),
    faults: ['position-mismatch'],
  },
  {
    of: ['counter-unknown'],
    is: 'a counter of the other roll that gives no answer',
    strike: counter('B', 'unknown'),
    found: both('position-mismatch'),
    faults: ['position-mismatch'],
  },
  {
    of: ['cup-sensor-lies', 'cup says-occupied'],
    is: 'a cup sensor that sees what is not there',
    strike: cup('says-occupied'),
    found: { sensors: 'sensor-fault' },
    faults: ['sensor-fault'],
  },
  {
    of: ['cup-sensor-unknown', 'cup unknown'],
    is: 'a cup sensor that gives no answer',
    strike: cup('unknown'),
    found: { sensors: 'sensor-fault' },
    faults: ['sensor-fault'],
  },
  {
    of: ['power-outage'],
    is: 'no power from the mains',
    strike: mains(100),
    found: { battery: 'no-mains' },
    faults: ['mains-lost'],
  },
  {
    of: ['power-outage'],
    is: 'a battery that is low, without mains',
    strike: mains(28),
    found: { battery: 'battery-low' },
    faults: ['battery-low', 'mains-lost'],
  },
  {
    of: ['power-outage'],
    is: 'a battery that is nearly empty, without mains',
    strike: mains(9),
    found: { battery: 'battery-critical' },
    faults: ['battery-critical', 'battery-low', 'mains-lost'],
  },
  {
    of: [],
    is: 'a battery that is empty on the mains',
    strike: ({ world }) => world.unit.battery.setPercent(0),
    found: { battery: 'battery-low' },
    faults: [],
  },
  {
    of: ['clock-step'],
    is: 'a clock that somebody has moved',
    strike: (home) => {
      home.world.time.silenceFor(24 * 60 * MINUTE);
      home.world.stepClock(-7 * 60 * MINUTE);
      home.pass(MINUTE);
    },
    found: { clock: 'time-suspect' },
    faults: ['time-suspect'],
    afar: 'time-suspect',
  },
  {
    of: ['clock-lost'],
    is: 'a clock that has forgotten the time',
    strike: (home) => {
      home.world.time.silenceFor(24 * 60 * MINUTE);
      home.world.loseClock();
      home.pass(MINUTE);
    },
    found: { clock: 'clock-lost' },
    faults: ['time-suspect'],
    afar: 'time-suspect',
  },
  {
    of: ['internet-outage'],
    is: 'no line to the centre',
    strike: (home) => {
      home.world.setInternet(false);
      home.pass(10 * MINUTE);
    },
    found: { radio: 'offline' },
    faults: [],
    afar: 'silent',
  },
  medium('a medium that fails', 'io', ['disk-error']),
  medium('a medium that is full', 'full', ['disk-full']),
  medium('a medium that refuses what is written', 'constraint'),
  medium('a medium that has lost something', 'corrupt', [], 'ledger-damaged'),
];

/** The unit finds out by itself and goes on, so that afterwards there is nothing to mend. */
const borne: readonly Pick<Row, 'of' | 'is' | 'strike'>[] = [
  {
    of: ['feedback-lost', 'motion feedbackLost'],
    is: 'an answer that never came',
    strike: (home) => home.press({ feedbackLost: true }),
  },
  {
    of: ['slow-motion', 'motion slowness'],
    is: 'a movement that took long',
    strike: (home) => home.press({ slowness: 4 }),
  },
  {
    of: ['loose-plug'],
    is: 'a plug that came and went for a moment',
    strike: (home) => {
      loosenPlug(home.world, 10_000);
      home.pass(MINUTE);
    },
  },
  { of: ['clock-drift'], is: 'a clock that runs a little fast', strike: ({ world }) => world.unit.clock.drift(200) },
];

/** What happens to a unit, and breaks none of its parts. */
const happenings: readonly FaultName[] = [
  ...(['process-kill', 'crash-point', 'days-offline', 'link-drop', 'message-duplicate', 'message-delay'] as const),
  ...(['broker-loses', 'broker-forgets', 'door-forced', 'button-mash', 'unit-swapped', 'unit-burns-out'] as const),
  'unit-tilted',
];

describe('the self-test and the list of faults', () => {
  it.each(rows)('name $is, beside the unit and from afar', ({ strike, found, faults, afar = found }) => {
    const home = new ExaminedHome();
    strike(home);
    const before = home.whereabouts;
    expect(home.examine()).toEqual({ found, faults });
    expect(home.examineFromAfar()).toEqual(afar);
    // A test moves no medicine.
    expect(home.whereabouts).toEqual(before);
  });

  it('have nothing to say of a unit that is well, and have not moved a sachet of it', () => {
    const home = new ExaminedHome();
    const { whereabouts } = home;
    expect(home.examine()).toEqual({ found: {}, faults: [] });
    expect(home.examineFromAfar()).toEqual({});
    expect(home.whereabouts).toEqual(whereabouts);
    home.press();
    expect(home.whereabouts).not.toEqual(whereabouts);
  });

  it.each(borne)('have nothing to say after $is', ({ strike }) => {
    const home = new ExaminedHome();
    strike(home);
    expect(home.examine()).toEqual({ found: {}, faults: [] });
    expect(home.examineFromAfar()).toEqual({});
  });

  it.each(['da', 'en'] as const)('find nothing for which operators and technicians have no words (%s)', (language) => {
    const wordless = rows.flatMap(({ found, faults, afar }) => {
      const told = Object.values(typeof afar === 'object' ? { ...found, ...afar } : found);
      const numbered = (code: string) => catalogue.some((fault) => fault.code === code && fault.title[language] !== '');
      const beside: Readonly<Record<string, string>> = techWords[language].selftest.found;
      const known = (code: string) => numbered(code) || (code in orderWords[language].found && code in beside);
      return [...faults.filter((code) => !numbered(code)), ...told.filter((code) => !known(code))];
    });
    expect(wordless).toEqual([]);
  });

  it('know every fault that can befall a virtual unit', () => {
    const known = new Set<string>([...rows, ...borne].flatMap(({ of }) => of).concat(happenings));
    expect([...faultNames, ...Object.keys(hardware)].filter((name) => !known.has(name))).toEqual([]);
  });
});
