import type { PanelView } from '../../hal/ports/panel.ts';
import type { AlarmCode } from '../../protocol/messages/alarm.ts';
import { type SelfTestPart, selfTestParts } from '../../protocol/messages/command.ts';
import type { Host, HostState } from '../host/host.ts';
import type { Ports } from '../host/ports.ts';
import { BATTERY_PERCENT_LOW } from '../machine/verdict.ts';
import type { ServicedSelfTest, TestResult, Verdict } from '../service/unit.ts';

/** What a test of a part finds out by itself; what a person must see or hear is left to the person. */
type Finding = Omit<TestResult, 'part'>;

const PERSON: Finding = { outcome: 'person' };
const PASSED: Finding = { outcome: 'passed' };
const failed = (found: string): Finding => ({ outcome: 'failed', found });

/** States of custody in which no press releases a dose, so that lamps may lie and a button may be tried. */
const QUIET: ReadonlySet<string> = new Set(['open', 'fault', 'uncertain']);

/**
 * The unit tries its own parts, one at a time, when somebody with a pass asks. No medicine moves: of the mechanism only
 * the sensors are read, and lamp, sound and speech are tried only where no dose can be called for.
 */
export class SelfTest implements ServicedSelfTest {
  readonly #ports: Ports;
  readonly #host: () => Host;
  readonly #results = new Map<SelfTestPart, Finding>();

  constructor(ports: Ports, host: () => Host) {
    this.#ports = ports;
    this.#host = host;
  }

  parts(): readonly SelfTestPart[] {
    return selfTestParts;
  }

  run(part: SelfTestPart): Verdict {
    const { phase, chart, memory } = this.#host().state;
    if (phase === 'running' && SHOWN.has(part) && !QUIET.has(chart.custody ?? '') && memory?.settings.version !== 0)
      return 'not-permitted';
    this.#results.set(part, this.#find(part));
    return null;
  }

  report(): readonly TestResult[] {
    return selfTestParts.map((part) => ({ part, ...(this.#results.get(part) ?? { outcome: 'untested' }) }));
  }

  #find(part: SelfTestPart): Finding {
    return TESTS[part](this.#ports, this.#host().state);
  }
}

/** What each part does when it is tried, and what it says of itself. */
const TESTS: Readonly<Record<SelfTestPart, (ports: Ports, state: HostState) => Finding>> = {
  lamp({ panel }) {
    panel.show({ ...BLANK, lamp: 'alarm' });
    return PERSON;
  },
  sounder({ panel }) {
    panel.show({ ...BLANK, sound: 2 });
    return PERSON;
  },
  speech({ speech }) {
    speech.say('thank-you', {});
    return PERSON;
  },
  lock({ lock, sensors }) {
    lock.set(sensors.door() !== 'opened');
    return PERSON;
  },
  button: () => PERSON,
  battery({ sensors }) {
    const { source, batteryPercent } = sensors.power();
    if (source === 'battery') return failed('no-mains');
    return batteryPercent <= BATTERY_PERCENT_LOW ? failed('battery-low') : PASSED;
  },
  clock({ clock }, { chart }) {
    if (clock.read().source === 'lost') return failed('clock-lost');
    return chart.time === 'suspect' ? failed('time-suspect') : PASSED;
  },
  radio: (_ports, { chart }) => (chart.link === 'draining' || chart.link === 'current' ? PASSED : failed('offline')),
  motor: (_ports, state) => mechanism(state, 'mechanism-silent'),
  sensors: (_ports, state) => mechanism(state, 'sensor-fault'),
};

/** What the last look at the mechanism found; the machine looks again whenever it must know. */
function mechanism({ memory, phase }: HostState, own: AlarmCode): Finding {
  if (phase !== 'running' || memory === null) return failed('not-running');
  const found = ([own, 'mechanism-jam', 'position-mismatch'] as const).find((code) => memory.alarms.has(code));
  if (found !== undefined) return failed(found);
  return memory.registers.position === null ? failed('never-inspected') : PASSED;
}

const SHOWN: ReadonlySet<SelfTestPart> = new Set(['lamp', 'sounder', 'speech', 'lock', 'button']);

const BLANK: PanelView = {
  message: 'working',
  params: {},
  lamp: 'off',
  sound: 0,
  choices: [],
  button: 'idle',
  device: '',
  serviceNumber: '',
};
