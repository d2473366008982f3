import { setTimeout as delay } from 'node:timers/promises';
import { mistake, TechProblem } from '../technician/problem.ts';
import type { SwapPlan } from '../technician/swap-plan.ts';
import { atPort, choosePort, type Desk, type PortFlags } from './tech-visit.ts';

export interface SwapPortFlags extends PortFlags {
  /** Of the unit that goes. */
  readonly from?: string;
  /** Of the unit that comes. */
  readonly to?: string;
}

/** One path twice where one cable goes from unit to unit. */
export interface SwapPorts {
  readonly from: string;
  readonly to: string;
}

/** Between two looks whether the cable has been moved. */
const LOOK_MS = 500;
/** What is there while a cable is moved, or a unit starts. */
const passing: ReadonlySet<string> = new Set(['portMissing', 'portSilent', 'notAUnit', 'cableLost', 'silent']);

/** @param dead whether the unit that goes is not asked */
export async function swapPorts(desk: Desk, flags: SwapPortFlags, dead: boolean): Promise<SwapPorts> {
  const { from, to, port } = flags;
  if (dead) {
    const only = to ?? port ?? (await choosePort(desk));
    return { from: only, to: only };
  }
  if (from !== undefined && to !== undefined) return { from, to };
  const other = port ?? (await choosePort(desk));
  return { from: from ?? other, to: to ?? other };
}

/** One cable for both: waits until another unit answers than the one that goes. @param gone its ledger */
export async function moveCable(
  desk: Desk,
  plan: SwapPlan,
  flags: PortFlags & { readonly port: string },
  gone: number,
): Promise<void> {
  const { t, signal } = desk;
  const endMs = performance.now() + plan.patienceS * 1000;
  for (let looks = 1; ; looks += 1) {
    const there = await epochAt(desk, flags);
    if (there !== undefined && there !== gone) return;
    if (looks === 1) plan.tell(t.swap.moveCable);
    if (!plan.asks && performance.now() >= endMs) throw mistake(t, 'cableNotMoved', flags.port);
    await delay(LOOK_MS, undefined, { signal });
  }
}

/** @returns null for a unit that is nobody yet; undefined when none answers */
async function epochAt(desk: Desk, flags: PortFlags & { readonly port: string }): Promise<number | null | undefined> {
  try {
    return await atPort(desk, flags, async (visit) => (await visit.state()).epoch ?? null);
  } catch (error) {
    if (error instanceof TechProblem && passing.has(error.code)) return undefined;
    throw error;
  }
}
