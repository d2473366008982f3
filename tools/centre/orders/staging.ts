import type { Store } from '../../../hal/ports/store.ts';
import { sameBytes } from '../../../protocol/cose/bytes.ts';
import { decodeConfig } from '../../../protocol/messages/config.ts';
import { NO_BASE } from './config-base.ts';
import type { ConfigOrders } from './config-orders.ts';
import type { ConfigStore } from './config-store.ts';
import { noRollout, OrderError } from './order-error.ts';
import type { Origin } from './origin.ts';
import type { WantedRollout } from './rollout-plan.ts';
import type { Rollout, RolloutStore, RolloutUnit, StopReason } from './rollout-store.ts';
import { orderWords } from './words.ts';

/** How one unit of a rollout stands. `silent`: its patience is over; `later`: its wave has not begun. */
export type UnitStanding =
  | 'later'
  | 'waiting'
  | 'deferred'
  | 'applied'
  | 'rejected'
  | 'silent'
  | 'superseded'
  | 'skipped';

const failures: ReadonlySet<UnitStanding> = new Set(['rejected', 'silent']);

export interface StagingSurroundings {
  readonly store: Store;
  readonly configs: ConfigStore;
  readonly rollouts: RolloutStore;
  readonly orders: ConfigOrders;
}

/**
 * Brings a configuration to a group of units in waves. A wave ends when each of its units has applied it, or has failed
 * within what is allowed; with more failures the rollout stops and waits for a person. Everything it goes by is stored.
 */
export class Staging {
  readonly #around: StagingSurroundings;

  constructor(around: StagingSurroundings) {
    this.#around = around;
  }

  /** Stores the rollout; `step` begins it. @throws OrderError */
  begin({ devices, plan }: WantedRollout, origin: Origin, nowMs: number): number {
    const { configs, rollouts, orders } = this.#around;
    const id = rollouts.add({ plan, ...origin }, nowMs);
    const waves = plan.waves.flatMap((size, wave) => Array.from({ length: size }, () => wave));
    for (const [index, device] of devices.entries()) {
      const other = rollouts.unfinishedWith(device);
      if (other !== undefined) {
        throw new OrderError('conflict', {
          da: `${device} mangler endnu i udrulning ${other}; stands den først.`,
          en: `${device} is still to come in rollout ${other}; stop that one first.`,
        });
      }
      // What is wrong with the document is said now, not in the last wave.
      orders.check(documentFor(plan, device, configs));
      rollouts.addUnit(id, { device, wave: waves[index] ?? 0, base: configs.wanted(device)?.hash ?? NO_BASE });
    }
    return id;
  }

  /** Takes every rollout as far as it can go now. Needs a transaction of its own. @returns units with something new */
  step(nowMs: number): string[] {
    const { store, rollouts } = this.#around;
    const running = rollouts.running();
    return running.flatMap(({ id }) => store.transaction(() => this.#advance(id, nowMs)));
  }

  /** Goes on in spite of what has failed. @throws OrderError */
  resume(id: number, nowMs: number): void {
    const { rollouts } = this.#around;
    const rollout = this.#stopped(id);
    for (const unit of rollouts.units(id)) {
      if (failures.has(standingOf(unit, rollout, nowMs))) rollouts.forgive(id, unit.device);
    }
    rollouts.setState(id, 'running', rollout.wave);
  }

  /** @throws OrderError */
  stop(id: number, { author }: Origin): void {
    const rollout = this.#find(id);
    if (rollout.state !== 'running')
      throw new OrderError('conflict', {
        da: `Udrulning ${id} er ikke i gang, men ${orderWords.da.rolloutStates[rollout.state]}.`,
        en: `Rollout ${id} is not under way but ${orderWords.en.rolloutStates[rollout.state]}.`,
      });
    this.#around.rollouts.setState(id, 'stopped', rollout.wave, { by: 'operator', author });
  }

  #advance(id: number, nowMs: number): string[] {
    const rollout = this.#find(id);
    const reached: string[] = [];
    for (let { wave } = rollout; wave < rollout.plan.waves.length; wave += 1) {
      reached.push(...this.#beginWave(rollout, wave, nowMs));
      const verdict = judge(this.#around.rollouts.units(id), { ...rollout, wave }, nowMs);
      if (verdict === 'over') continue;
      if (verdict === 'waiting') this.#around.rollouts.setState(id, 'running', wave);
      else this.#around.rollouts.setState(id, 'stopped', wave, verdict.why);
      return reached;
    }
    this.#around.rollouts.setState(id, 'done', rollout.plan.waves.length - 1);
    return reached;
  }

  #beginWave(rollout: Rollout, wave: number, nowMs: number): string[] {
    const units = this.#around.rollouts.units(rollout.id);
    const next = units.filter((unit) => unit.wave === wave && unit.version === null && unit.skipped === null);
    return next.flatMap((unit) => (this.#make(rollout, unit, nowMs) ? [unit.device] : []));
  }

  #make({ id, plan, author, reason }: Rollout, { device, base }: RolloutUnit, nowMs: number): boolean {
    const { configs, rollouts, orders } = this.#around;
    const now = configs.wanted(device)?.hash ?? NO_BASE;
    if (!sameBytes(now, base)) {
      rollouts.skip(id, device, {
        da: 'En anden har ændret dets indstilling imens.',
        en: 'Its configuration was changed by somebody else meanwhile.',
      });
      return false;
    }
    try {
      const wanted = {
        author,
        reason,
        document: documentFor(plan, device, configs),
        base: base.length === 0 ? null : base,
      };
      const { version } = orders.make(device, wanted, nowMs);
      rollouts.setMade(id, device, version, nowMs);
      return true;
    } catch (error) {
      if (!(error instanceof OrderError) || error.code === 'unable') throw error;
      rollouts.skip(id, device, error.said);
      return false;
    }
  }

  #stopped(id: number): Rollout {
    const rollout = this.#find(id);
    if (rollout.state === 'stopped') return rollout;
    throw new OrderError('conflict', {
      da: `Udrulning ${id} er ${orderWords.da.rolloutStates[rollout.state]}; kun en, der er standset, kan genoptages.`,
      en: `Rollout ${id} is ${orderWords.en.rolloutStates[rollout.state]}; only one that has stopped can go on.`,
    });
  }

  #find(id: number): Rollout {
    const rollout = this.#around.rollouts.find(id);
    if (rollout === undefined) throw noRollout(id);
    return rollout;
  }
}

export function standingOf(unit: RolloutUnit, { plan }: Pick<Rollout, 'plan'>, nowMs: number): UnitStanding {
  if (unit.skipped !== null) return 'skipped';
  if (unit.state === null || unit.madeMs === null) return 'later';
  if (unit.state === 'made' || unit.state === 'sent') {
    return nowMs - unit.madeMs > plan.patienceS * 1000 ? 'silent' : 'waiting';
  }
  return unit.state;
}

type Verdict = 'over' | 'waiting' | { readonly why: StopReason };

/** A unit that defers has answered: it holds the wave only as long as patience lasts, and never counts against it. */
function judge(units: readonly RolloutUnit[], rollout: Rollout, nowMs: number): Verdict {
  const { plan, wave } = rollout;
  const counted = units.filter((unit) => unit.wave === wave && unit.skipped === null && !unit.forgiven);
  const standings = counted.map((unit) => standingOf(unit, rollout, nowMs));
  const failed = standings.filter((standing) => failures.has(standing)).length;
  if (failed > 0 && failed / counted.length > plan.failuresMax) {
    const rejected = standings.filter((standing) => standing === 'rejected').length;
    return { why: { by: 'failures', wave: wave + 1, units: counted.length, rejected, silent: failed - rejected } };
  }
  const open = counted.some((unit, index) => {
    const patient = unit.madeMs !== null && nowMs - unit.madeMs <= plan.patienceS * 1000;
    return standings[index] === 'waiting' || (standings[index] === 'deferred' && patient);
  });
  return open ? 'waiting' : 'over';
}

/** @throws OrderError when there is nothing to change */
function documentFor(plan: Rollout['plan'], device: string, configs: ConfigStore): unknown {
  if (plan.change === undefined) return plan.document;
  const wanted = configs.wanted(device);
  if (wanted === undefined) {
    throw new OrderError('conflict', {
      da: `${device} har ingen indstilling her, der kan ændres; giv det en hel først.`,
      en: `${device} has no configuration here that could be changed; give it a whole one first.`,
    });
  }
  const changed = { ...decodeConfig(wanted.document), ...plan.change };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null));
}
