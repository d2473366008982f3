import type { FaultPlan } from '../kernel/fault-plan.ts';
import type { Random } from '../kernel/random.ts';

/** How the way from the unit to the broker behaves. Probabilities are per message. */
export interface NetworkConditions {
  up: boolean;
  latencyMsMin: number;
  latencyMsMax: number;
  /** The connection breaks under a message. */
  dropChance: number;
  /** The broker hands a message on twice. */
  duplicateChance: number;
  /** A message is held up for up to `delayMsMax`, so that later ones overtake it. */
  delayChance: number;
  delayMsMax: number;
}

export function calmNetwork(): NetworkConditions {
  return {
    up: true,
    latencyMsMin: 20,
    latencyMsMax: 60,
    dropChance: 0,
    duplicateChance: 0,
    delayChance: 0,
    delayMsMax: 8_000,
  };
}

/** Draws the fate of single messages from the conditions and one stream of chance. */
export class Weather {
  readonly conditions: NetworkConditions;
  readonly #random: Random;
  readonly #plan: FaultPlan;

  constructor(conditions: NetworkConditions, random: Random, plan: FaultPlan) {
    this.conditions = conditions;
    this.#random = random;
    this.#plan = plan;
  }

  latencyMs(): number {
    return this.#random.between(this.conditions.latencyMsMin, this.conditions.latencyMsMax);
  }

  drops(): boolean {
    return this.#happens(this.conditions.dropChance, 'link-drop');
  }

  duplicates(): boolean {
    return this.#happens(this.conditions.duplicateChance, 'message-duplicate');
  }

  /** Extra delay of one message, usually 0. */
  delayMs(): number {
    if (!this.#happens(this.conditions.delayChance, 'message-delay')) return 0;
    return this.#random.between(1, this.conditions.delayMsMax);
  }

  #happens(chance: number, fault: 'link-drop' | 'message-duplicate' | 'message-delay'): boolean {
    if (chance === 0 || !this.#random.chance(chance)) return false;
    this.#plan.count(fault);
    return true;
  }
}
