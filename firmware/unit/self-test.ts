import { lockdownFaults } from '../../protocol/faults/catalogue.ts';
import { type SelfTestPart, selfTestParts } from '../../protocol/messages/command.ts';
import type { Host, HostState } from '../host/host.ts';
import type { Ports } from '../host/ports.ts';
import { batteryFault, type MechanicalPart, mechanismFault } from '../machine/self-test.ts';
import type { ServicedSelfTest, TestResult, Verdict } from '../service/unit.ts';
import type { Asking } from './asking.ts';
import type { TriedSigns } from './tried-signs.ts';

/** What a test of a part finds out by itself; what a person must see or hear is left to the person. */
type Finding = Omit<TestResult, 'part'>;

const PERSON: Finding = { outcome: 'person' };
const PASSED: Finding = { outcome: 'passed' };
const RUNNING: Finding = { outcome: 'running' };
const judged = (found: string | null): Finding => (found === null ? PASSED : { outcome: 'failed', found });

/** States of custody in which no press releases a dose, so that lamps may lie and a button may be tried. */
const QUIET: ReadonlySet<string> = new Set(['open', 'fault', 'uncertain']);
const SHOWN: ReadonlySet<SelfTestPart> = new Set(['lamp', 'sounder', 'speech', 'lock', 'button']);

/** What is tried of the unit itself. */
export interface Tested {
  readonly ports: Pick<Ports, 'speech' | 'sensors' | 'clock'>;
  readonly signs: TriedSigns;
  readonly host: () => Host;
  readonly ask: Asking;
}

/**
 * The unit tries its own parts, one at a time, when somebody with a pass asks. No medicine moves: of the mechanism only
 * the sensors are read, and lamp, sound and speech are tried only where no dose can be called for.
 */
export class SelfTest implements ServicedSelfTest {
  readonly #tested: Tested;
  readonly #results = new Map<SelfTestPart, Finding>();
  /** The part for which the machine asks its mechanism. */
  #asked: MechanicalPart | null = null;

  constructor(tested: Tested) {
    this.#tested = tested;
  }

  parts(): readonly SelfTestPart[] {
    return selfTestParts;
  }

  run(part: SelfTestPart): Verdict {
    if (this.#mustNotShow(part)) return 'not-permitted';
    this.#settle();
    this.#tested.signs.settle();
    if (part === 'motor' || part === 'sensors') return this.#askMechanism(part);
    this.#results.set(part, TRIALS[part](this.#tested));
    return null;
  }

  report(): readonly TestResult[] {
    this.#settle();
    return selfTestParts.map((part) => ({ part, ...(this.#results.get(part) ?? { outcome: 'untested' }) }));
  }

  #mustNotShow(part: SelfTestPart): boolean {
    const { state } = this.#tested.host();
    // A bolt can only be seen to move while the door stands open, and only then may it.
    if (part === 'lock' && this.#tested.ports.sensors.door() !== 'opened') return true;
    if (state.phase !== 'running' || !SHOWN.has(part)) return false;
    return !QUIET.has(state.chart.custody ?? '') && state.memory?.settings.version !== 0;
  }

  #askMechanism(part: MechanicalPart): Verdict {
    const { host, ask } = this.#tested;
    const isRunning = host().state.phase === 'running';
    const verdict = isRunning ? ask({ type: 'selfTest.requested', parts: [part] }) : null;
    if (verdict !== null) return verdict;
    this.#asked = part;
    this.#results.set(part, RUNNING);
    this.#settle();
    return null;
  }

  /** The mechanism has answered, or been silent for too long. */
  #settle(): void {
    const { state } = this.#tested.host();
    if (this.#asked === null || state.testing === true) return;
    this.#results.set(this.#asked, judged(faultIn(this.#asked, state)));
    this.#asked = null;
  }
}

function faultIn(part: MechanicalPart, { phase, cause, memory }: HostState): string | null {
  if (phase === 'running' && memory !== null) return mechanismFault(part, memory);
  return cause === null || cause.fault === 'empty' ? 'not-running' : lockdownFaults[cause.fault];
}

/** What each part does when it is tried, and what it says of itself. */
const TRIALS: Readonly<Record<Exclude<SelfTestPart, MechanicalPart>, (tested: Tested) => Finding>> = {
  lamp({ signs }) {
    signs.tryPanel({ lamp: 'alarm' });
    return PERSON;
  },
  sounder({ signs }) {
    signs.tryPanel({ sound: 2 });
    return PERSON;
  },
  speech({ ports }) {
    ports.speech.say('thank-you', {});
    return PERSON;
  },
  lock({ signs }) {
    signs.tryLock();
    return PERSON;
  },
  button: () => PERSON,
  battery: ({ ports }) => judged(batteryFault(ports.sensors.power())),
  clock({ ports, host }) {
    if (ports.clock.read().source === 'lost') return judged('clock-lost');
    return judged(host().state.chart.time === 'suspect' ? 'time-suspect' : null);
  },
  radio({ host }) {
    const { link } = host().state.chart;
    return judged(link === 'draining' || link === 'current' ? null : 'offline');
  },
};
