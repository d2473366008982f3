import { describe, expect, it, onTestFinished } from 'vitest';
import { noImages } from '../../../../firmware/unit/no-images.ts';
import { servicedHost } from '../../../../firmware/unit/serviced-host.ts';
import { TriedSigns } from '../../../../firmware/unit/tried-signs.ts';
import type { SelfTestPart } from '../../../../protocol/messages/command.ts';
import type { MotionFault } from '../../../../sim/device/mechanism-faults.ts';
import { usualUnit } from '../../../../sim/device/unit-spec.ts';
import { type FaultName, faultNames } from '../../../../sim/kernel/fault-plan.ts';
import { dayNumberOf } from '../../../../sim/prescription/calendar.ts';
import { makeWorld } from '../../../../sim/run/firmware.ts';

const MINUTE = 60_000;
const startMs = dayNumberOf('2026-03-02') * 86_400_000 + 5 * 60 * MINUTE;
const config = {
  version: 1,
  profile: 'dual-roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '70 10 20 30',
  regimen: { slots: [{ id: 'morgen', at: '08:00', beforeMinutes: 60, afterMinutes: 60 }], minIntervalMinutes: 0 },
} as const;
const JUDGED = ['motor', 'sensors', 'battery', 'clock', 'radio'] as const;

/** A virtual unit in a home, filled, at an hour at which a press gives a dose; and a cable to it. */
class Home {
  readonly world = makeWorld({ seed: 3, startMs, config, spec: usualUnit });
  readonly cable: ReturnType<typeof servicedHost>;

  constructor() {
    const { unit, timeline, nurse } = this.world;
    onTestFinished(() => this.world.dispose());
    unit.start(0);
    this.pass(MINUTE);
    nurse.refill();
    timeline.runUntil(Date.parse('2026-03-02T07:59:00+01:00'));
    const never = { read: () => ({ wallMs: 0, monoMs: 0, source: 'rtc' as const }), wakeAfter: () => undefined };
    this.cable = servicedHost({
      host: () => {
        if (unit.host === undefined) throw new Error('The unit is off.');
        return unit.host;
      },
      ports: unit.ports,
      signs: new TriedSigns(unit.signs.panel, unit.signs.lock, never),
      vault: { read: () => null, write: () => undefined, erase: () => undefined },
      images: noImages,
      enrolment: null,
      trace: null,
      firmware: '0.1.0',
      machine: 'arm64',
      deviceClass: { name: 'dosis-virtual', id: new Uint8Array(16) },
      serviceNumber: '',
      problemWith: () => undefined,
      restartSoon: () => undefined,
    });
  }

  get sachets(): number {
    const { bays, chute, cup } = this.world.unit.parts;
    return bays.A.length + bays.B.length + chute.length + cup.length;
  }

  pass(ms: number): void {
    this.world.timeline.runUntil(this.world.nowMs + ms);
  }

  /** The citizen presses, and takes what comes. */
  press(fault: MotionFault = {}): void {
    const { unit } = this.world;
    unit.mechanism.faults = () => fault;
    unit.sensors.press(false);
    this.pass(3 * MINUTE);
    unit.mechanism.faults = () => undefined;
    unit.takeFromCup();
    this.pass(MINUTE);
  }

  /** What a technician is told of each part that is not well, and what `fault.list` gives. */
  examine(): { found: Partial<Record<SelfTestPart, string>>; faults: readonly string[] } {
    const stamp = { wallMs: 0, monoMs: 0, trusted: true };
    for (const part of JUDGED) {
      expect(this.cable.selfTest.run(part, stamp)).toBeNull();
      this.pass(5 * MINUTE);
    }
    const results = this.cable.selfTest.report().filter(({ part }) => (JUDGED as readonly string[]).includes(part));
    expect(results.map(({ outcome }) => outcome)).not.toContain('running');
    const bad = results.filter(({ outcome }) => outcome === 'failed');
    return {
      found: Object.fromEntries(bad.map(({ part, found }) => [part, found])),
      faults: [...this.cable.facts().faults].sort(),
    };
  }
}

interface Row {
  /** What of the plan of faults it is; the parts that no plan breaks have none. */
  readonly fault?: FaultName;
  readonly is: string;
  readonly strike: (home: Home) => void;
  readonly found: Partial<Record<SelfTestPart, string>>;
  readonly faults: readonly string[];
}

const both = (found: string) => ({ motor: found, sensors: found });
const counter = (name: 'A' | 'bin', health: 'stuck' | 'unknown') => (home: Home) => {
  home.world.unit.parts.counterHealth[name] = health;
};
const cup = (health: 'unknown' | 'says-occupied') => (home: Home) => {
  home.world.unit.parts.cupHealth = health;
};
const mains = (percent: number) => (home: Home) => {
  home.world.unit.battery.setPercent(percent);
  home.world.unit.setMains(false);
  home.pass(MINUTE);
};

const rows: readonly Row[] = [
  {
    is: 'a mechanism whose board says nothing',
    strike: ({ world }) => {
      world.unit.mechanism.dead = true;
    },
    found: both('mechanism-silent'),
    faults: ['mechanism-silent'],
  },
  {
    fault: 'feed-jam',
    is: 'a feed that sticks',
    strike: (home) => home.press({ jam: { part: 'feed', halfOut: false } }),
    found: { motor: 'mechanism-jam' },
    faults: ['dose-uncertain', 'mechanism-jam'],
  },
  {
    fault: 'cutter-jam',
    is: 'a cutter that sticks',
    strike: (home) => home.press({ jam: { part: 'cutter', halfOut: false } }),
    found: { motor: 'mechanism-jam' },
    faults: ['dose-uncertain', 'mechanism-jam'],
  },
  {
    fault: 'cutter-jam',
    is: 'a cutter that sticks with the sachet half out',
    strike: (home) => home.press({ jam: { part: 'cutter', halfOut: true } }),
    found: { motor: 'mechanism-jam' },
    faults: ['dose-uncertain', 'mechanism-jam'],
  },
  {
    fault: 'gate-jam',
    is: 'a gate that sticks over a sachet that is cut',
    strike: (home) => home.press({ jam: { part: 'gate', halfOut: false } }),
    found: { motor: 'mechanism-jam' },
    faults: ['dose-uncertain', 'mechanism-jam'],
  },
  {
    is: 'a sachet that is stuck in the gate, before anybody has asked for a dose',
    strike: ({ world }) => {
      world.unit.parts.obstruction = 'gate';
    },
    found: { motor: 'mechanism-jam' },
    faults: ['mechanism-jam'],
  },
  {
    fault: 'no-movement',
    is: 'a motor that turns and moves nothing',
    strike: (home) => {
      home.press({ noMovement: true });
      home.press({ noMovement: true });
    },
    found: { motor: 'mechanism-jam' },
    faults: ['mechanism-jam'],
  },
  {
    fault: 'double-feed',
    is: 'two sachets at once',
    strike: (home) => home.press({ doubleFeed: true }),
    found: both('dose-uncertain'),
    faults: ['dose-uncertain'],
  },
  {
    fault: 'power-cut-mid-move',
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
    fault: 'counter-stuck',
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
    fault: 'counter-unknown',
    is: 'a counter of a roll that gives no answer',
    strike: counter('A', 'unknown'),
    found: both('position-mismatch'),
    faults: ['position-mismatch'],
  },
  {
    fault: 'counter-unknown',
    is: 'a counter of the bin that gives no answer',
    strike: counter('bin', 'unknown'),
    found: both('position-mismatch'),
    faults: ['position-mismatch'],
  },
  {
    fault: 'cup-sensor-lies',
    is: 'a cup sensor that sees what is not there',
    strike: cup('says-occupied'),
    found: { sensors: 'sensor-fault' },
    faults: ['sensor-fault'],
  },
  {
    fault: 'cup-sensor-unknown',
    is: 'a cup sensor that gives no answer',
    strike: cup('unknown'),
    found: { sensors: 'sensor-fault' },
    faults: ['sensor-fault'],
  },
  {
    fault: 'power-outage',
    is: 'no power from the mains',
    strike: mains(100),
    found: { battery: 'no-mains' },
    faults: ['mains-lost'],
  },
  {
    fault: 'power-outage',
    is: 'a battery that is low, without mains',
    strike: mains(28),
    found: { battery: 'battery-low' },
    faults: ['battery-low', 'mains-lost'],
  },
  {
    fault: 'power-outage',
    is: 'a battery that is nearly empty, without mains',
    strike: mains(9),
    found: { battery: 'battery-critical' },
    faults: ['battery-critical', 'battery-low', 'mains-lost'],
  },
  {
    is: 'a battery that is empty on the mains',
    strike: ({ world }) => world.unit.battery.setPercent(0),
    found: { battery: 'battery-low' },
    faults: [],
  },
  {
    fault: 'clock-step',
    is: 'a clock that somebody has moved',
    strike: (home) => {
      home.world.time.silenceFor(24 * 60 * MINUTE);
      home.world.stepClock(-7 * 60 * MINUTE);
      home.pass(MINUTE);
    },
    found: { clock: 'time-suspect' },
    faults: ['time-suspect'],
  },
  {
    fault: 'clock-lost',
    is: 'a clock that has forgotten the time',
    strike: (home) => {
      home.world.time.silenceFor(24 * 60 * MINUTE);
      home.world.loseClock();
      home.pass(MINUTE);
    },
    found: { clock: 'clock-lost' },
    faults: ['time-suspect'],
  },
  {
    fault: 'internet-outage',
    is: 'no line to the centre',
    strike: (home) => {
      home.world.setInternet(false);
      home.pass(10 * MINUTE);
    },
    found: { radio: 'offline' },
    faults: [],
  },
  {
    fault: 'disk-error',
    is: 'a medium that fails',
    strike: (home) => {
      home.world.unit.store.setFailure('io');
      home.press();
    },
    found: { ...both('storage-fault'), radio: 'offline' },
    faults: ['storage-fault'],
  },
  {
    fault: 'disk-full',
    is: 'a medium that is full',
    strike: (home) => {
      home.world.unit.store.setFailure('full');
      home.press();
    },
    found: { ...both('storage-fault'), radio: 'offline' },
    faults: ['storage-fault'],
  },
];

/** The unit finds out by itself and goes on, so that afterwards there is nothing to mend. */
const borne: readonly Required<Pick<Row, 'fault' | 'is' | 'strike'>>[] = [
  { fault: 'feedback-lost', is: 'an answer that never came', strike: (home) => home.press({ feedbackLost: true }) },
  { fault: 'slow-motion', is: 'a movement that took long', strike: (home) => home.press({ slowness: 4 }) },
  { fault: 'clock-drift', is: 'a clock that runs a little fast', strike: ({ world }) => world.unit.clock.drift(200) },
];

/** What happens to a unit, and breaks none of its parts. */
const happenings: readonly FaultName[] = [
  ...(['process-kill', 'crash-point', 'days-offline', 'link-drop', 'message-duplicate', 'message-delay'] as const),
  ...(['broker-loses', 'broker-forgets', 'door-forced', 'button-mash'] as const),
];

describe('the self-test and the list of faults', () => {
  it.each(rows)('name $is', ({ strike, found, faults }) => {
    const home = new Home();
    strike(home);
    const { sachets } = home;
    const { binned } = home.world.unit.parts.evidence();
    expect(home.examine()).toEqual({ found, faults });
    // A test moves no medicine.
    expect(home.sachets).toBe(sachets);
    expect(home.world.unit.parts.evidence().binned).toBe(binned);
  });

  it('have nothing to say of a unit that is well, and have not moved a sachet of it', () => {
    const home = new Home();
    const { sachets } = home;
    expect(home.examine()).toEqual({ found: {}, faults: [] });
    expect(home.sachets).toBe(sachets);
    home.press();
    expect(home.sachets).toBe(sachets - 1);
  });

  it.each(borne)('have nothing to say after $is: the unit has settled that', ({ strike }) => {
    const home = new Home();
    strike(home);
    expect(home.examine()).toEqual({ found: {}, faults: [] });
  });

  it('cannot tell a cup sensor that always says "empty" from an empty cup', () => {
    const home = new Home();
    home.world.unit.parts.cupHealth = 'says-empty';
    expect(home.examine()).toEqual({ found: {}, faults: [] });
  });

  it('know every fault that can befall a virtual unit', () => {
    const known = new Set([...rows, ...borne].flatMap(({ fault }) => fault ?? []).concat(happenings));
    expect(faultNames.filter((name) => !known.has(name) && !name.startsWith('unit-'))).toEqual([]);
  });
});
