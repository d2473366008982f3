import { Random } from '../../sim/kernel/random.ts';
import { runOnEmulatedBoard } from '../../sim/run/emulated.ts';
import type { ScenarioRun } from '../../sim/run/run-scenario.ts';
import { readScenario } from '../../sim/scenarios/read-scenario.ts';

const scenario = readScenario(
  `
name: The cable to the electronics is pulled in the middle of a release
story: A loose plug
device: dual-roll
start: 2026-09-14 07:00
people: { technician: when called }
regimen:
  morgen: { at: "08:00", before: 30 min, after: 3 h }
steps:
  - at: 2026-09-14 08:01
    citizen: presses
  - after: 1 min
    citizen: presses 3 times
  - at: 2026-09-14 20:00
    note: The oracle judges the rest.
    expect: { cup: 0 }
`,
  'pulled-plug',
);

type Events = ScenarioRun['events'];

/** What is raised of a mechanism that stopped in the middle, or whose counters do not fit. */
const MECHANISM: ReadonlySet<string> = new Set(['mechanism-jam', 'mechanism-silent', 'position-mismatch']);
/** An end of a dose, and what is to be raised of it; null: nothing. */
const ENDS: Readonly<Record<string, string | null>> = {
  'dose.taken': null,
  'dose.settled': 'dose-uncertain',
  'dose.uncertain': 'dose-uncertain',
  'dose.missed': 'dose-missed',
  'dose.retracted': 'dose-not-taken',
  // A technician found it in the cup.
  'dose.withheld': null,
};

/** A release takes less. */
const RELEASE_MS = 3_600;

export interface Pulls {
  readonly seed: number;
  readonly pulls: number;
}

export interface PullsResult {
  /** What was wrong, each with the command that shows it again. */
  readonly findings: readonly string[];
  /** How many of the pulls broke a movement off. */
  readonly midMove: number;
}

/** Pulls the cable once in each of many worlds, each at another moment of its first release, for a blink or for hours. */
export function pullPlugs({ seed, pulls }: Pulls): PullsResult {
  const findings: string[] = [];
  let midMove = 0;
  for (let pull = 0; pull < pulls; pull += 1) {
    const result = pullOnce(seed + pull);
    midMove += result.brokeOff ? 1 : 0;
    const again = `DOSIS_SEED=${seed + pull} DOSIS_PULLS=1 npx vitest run --project scenario emulated-board`;
    findings.push(...result.findings.map((finding) => `${finding} (${again})`));
  }
  return { findings, midMove };
}

function pullOnce(seed: number) {
  const random = Random.stream(seed, 'plug');
  const pullMs = random.below(RELEASE_MS);
  const awayMs = Math.round(random.logBetween(20, 2 * 3_600_000));
  const resets = random.chance(0.5);
  const halved: number[] = [];
  let pulled = false;
  let brokeOff = false;
  const run = runOnEmulatedBoard(scenario, {
    seed,
    wire(make, wiring) {
      const pullPlug = (): void => {
        brokeOff = unit.mechanism.moving;
        unit.serial.unplug();
        wiring.timeline.after(awayMs, () => {
          // As a controller does whose port is opened, unless its capacitor on DTR is cut.
          if (resets) unit.chip.reset();
          unit.mechanism.dead = false;
        });
      };
      const unit = make({
        ...wiring,
        witness: (event) => {
          wiring.witness(event);
          if (event.type === 'halved') halved.push(event.sachet.serial);
          if (event.type !== 'commanded' || pulled) return;
          pulled = true;
          wiring.timeline.after(pullMs, pullPlug);
        },
      });
      return unit;
    },
  });
  const where = `pulled ${pullMs} ms into the release, back after ${awayMs} ms${resets ? ' with a reset' : ''}`;
  return {
    brokeOff,
    findings: [
      ...run.failures.map(({ step, expected, actual }) => `${where}: ${step}: ${expected}, but ${actual}`),
      ...halved.map((serial) => `${where}: the blade went through sachet ${serial}`),
      ...(pulled ? [] : [`${where}: there was no release`]),
      ...(brokeOff ? untold(run.events).map((finding) => `${where}: a movement was broken off, and ${finding}`) : []),
      ...unended(run.events).map((finding) => `${where}: ${finding}`),
    ],
  };
}

/**
 * That a movement was broken off is told of the mechanism, whatever is told of the dose; unless what was read after it, when
 * the cable was out for longer than a movement is waited for, settles it: nothing has moved, or the sachet lies in the cup.
 */
function untold(events: Events): readonly string[] {
  const codes = events.flatMap((event) => (event.type === 'alarm.raised' ? [String(event.code)] : []));
  const has = (name: string) => events.some(({ type }) => type === name);
  const isSettled = has('dose.presented') || !(has('dose.released') || has('dose.uncertain'));
  return isSettled || codes.some((code) => MECHANISM.has(code)) ? [] : [`of the mechanism nobody was told: ${codes}`];
}

/** Every dose has come to an end, or is in doubt, and what that asks for was raised of it. */
function unended(events: Events): readonly string[] {
  const last = new Map<string, string>();
  for (const { type, dose } of events) if (type.startsWith('dose.')) last.set(String(dose), type);
  return [...last].flatMap(([dose, type]) => {
    const asked = ENDS[type];
    if (asked === undefined) return [`${dose} is left at ${type}`];
    const isRaised = events.some(
      (event) => event.type === 'alarm.raised' && event.dose === dose && event.code === asked,
    );
    return asked === null || isRaised ? [] : [`${dose} ended with ${type}, and ${asked} was not raised`];
  });
}
