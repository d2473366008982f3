import { Random } from '../../sim/kernel/random.ts';
import { runOnEmulatedBoard } from '../../sim/run/emulated.ts';
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
  const alarms = run.events.filter((event) => event.type === 'alarm.raised').length;
  const where = `pulled ${pullMs} ms into the release, back after ${awayMs} ms${resets ? ' with a reset' : ''}`;
  return {
    brokeOff,
    findings: [
      ...run.failures.map(({ step, expected, actual }) => `${where}: ${step}: ${expected}, but ${actual}`),
      ...halved.map((serial) => `${where}: the blade went through sachet ${serial}`),
      ...(pulled ? [] : [`${where}: there was no release`]),
      ...(brokeOff && alarms === 0 ? [`${where}: a movement was broken off and nobody was told`] : []),
    ],
  };
}
