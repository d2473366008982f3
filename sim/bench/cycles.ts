import { EVERY_PART } from '../../firmware/domain/parts.ts';
import { IN_PLACE } from '../../firmware/domain/placement.ts';
import type { Input } from '../../firmware/machine/chart.ts';
import { type Volatile, volatileAtStart } from '../../firmware/machine/turn.ts';
import { BareMachine } from './bare-machine.ts';
import { obedientWorld } from './obedient.ts';

export interface CycleRates {
  /** Dose cycles a second of the whole simulation: world, firmware, ledger, link, centre and judge. */
  readonly simulated: number;
  /** Dose cycles a second of the bare chart, fed the same events. */
  readonly bare: number;
  readonly eventsPerCycle: number;
}

const WARM_UP_DAYS = 30;
const DAYS = 120;
const ROUNDS = 3;

/** Measures both in turn, several rounds, and keeps each one's best: these machines are noisy. */
export function cycleRates(nowMs: () => number): CycleRates {
  let simulated = 0;
  let bare = 0;
  let eventsPerCycle = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { world, live } = obedientWorld();
    const machine = new BareMachine();
    live(WARM_UP_DAYS);
    const memory = world.unit.host?.state.memory;
    const state = world.unit.host?.state.chart;
    if (memory == null || state?.custody !== 'locked') throw new Error('The warm-up did not end at rest.');
    const input = restingInput(memory, world.unit.clock.read(), world.unit.parts.evidence());
    const recording = {
      observed: (observation: Parameters<BareMachine['observe']>[0]) => machine.observe(observation),
    };
    world.watch(recording);
    machine.begin(input.boot, world.unit.parts.evidence());
    const startedMs = nowMs();
    const cycles = live(DAYS);
    simulated = Math.max(simulated, (cycles * 1000) / (nowMs() - startedMs));
    const last = machine.learn({ input });
    if (last !== 'locked') throw new Error(`The replayed machine ended ${last}, not at rest.`);
    const bareStartedMs = nowMs();
    machine.run({ input });
    bare = Math.max(bare, (cycles * 1000) / (nowMs() - bareStartedMs));
    eventsPerCycle = machine.events / cycles;
    world.dispose();
  }
  return { simulated, bare, eventsPerCycle };
}

type Reading = { readonly wallMs: number; readonly monoMs: number };

function restingInput(memory: Input['memory'], at: Reading, evidence: Volatile['evidence']): Input {
  const boot = { wallMs: at.wallMs, monoMs: at.monoMs, trusted: true };
  return {
    memory,
    boot,
    volatile: {
      ...volatileAtStart(boot, {
        door: 'closed',
        power: { source: 'mains', batteryPercent: 100 },
        placement: IN_PLACE,
        parts: EVERY_PART,
      }),
      evidence,
    },
  };
}
