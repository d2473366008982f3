import type { World } from '../world/world.ts';
import type { Exceptions } from './exceptions.ts';

/** A unit that has just started, or been touched, is given so long before anything is asked of it. */
const calmMs = 30_000;
/** A movement whose answer is lost is waited for so long. */
const answerMs = 75_000;
/** A line must have stood so long before the centre is expected to hear in time. */
const standingMs = 120_000;

/** Tells whether anything in the world excuses a unit from what it would otherwise have to do at once. */
export class Calm {
  readonly #world: World;
  readonly #exceptions: Exceptions;
  #disturbedMs = Number.NEGATIVE_INFINITY;
  #startedMs = Number.NEGATIVE_INFINITY;
  #commandedMs = Number.NEGATIVE_INFINITY;
  #connectedMs = Number.POSITIVE_INFINITY;

  constructor(world: World, exceptions: Exceptions) {
    this.#world = world;
    this.#exceptions = exceptions;
  }

  /** The unit stopped, or somebody or something laid hands on it. */
  disturbed(): void {
    this.#disturbedMs = this.#world.nowMs;
  }

  /** The firmware has asked for a movement. */
  commanded(): void {
    this.#commandedMs = this.#world.nowMs;
  }

  /** Whether a movement was asked for since an instant. */
  movedSince(ms: number): boolean {
    return this.#commandedMs >= ms;
  }

  started(): void {
    this.#startedMs = this.#world.nowMs;
    this.disturbed();
  }

  /** Whether the unit has run without a break since an instant. */
  ranSince(ms: number): boolean {
    return this.#world.unit.running && this.#startedMs <= ms;
  }

  /** How long nothing has disturbed the unit. */
  get quietMs(): number {
    return this.#world.nowMs - this.#disturbedMs;
  }

  /** The unit runs, has run for a while, has power, a sound store, sound sensors and the right time. */
  get holds(): boolean {
    const { unit, swap } = this.#world;
    if (!unit.running || swap.underWay || this.quietMs < calmMs) return false;
    if (unit.store.failing !== undefined || this.isLockedDown || !this.#exceptions.sensorsSound) return false;
    const power = unit.battery.power();
    if (power.source === 'battery' && power.batteryPercent <= 15) return false;
    return !this.#exceptions.clockIsWrong && Math.abs(unit.clock.errorMs) <= 1_000;
  }

  /** The unit says that it cannot trust its store, which a judge elsewhere holds it to. */
  get isLockedDown(): boolean {
    return this.#world.unit.host?.state.phase === 'lockedDown';
  }

  /** Nothing moves or is still waited for, the door is closed and the cup empty. */
  get nothingUnderWay(): boolean {
    const { unit, nowMs } = this.#world;
    if (nowMs - this.#commandedMs < answerMs) return false;
    return unit.parts.cup.length === 0 && !unit.mechanism.moving && !unit.sensors.isDoorOpen;
  }

  /** Notes since when the line to the centre has stood. */
  lookAtLine(): void {
    const { weather, unit } = this.#world;
    const up = unit.mqtt.connected && weather.conditions.up;
    if (!up) this.#connectedMs = Number.POSITIVE_INFINITY;
    else if (this.#connectedMs === Number.POSITIVE_INFINITY) this.#connectedMs = this.#world.nowMs;
  }

  /** The line has stood for a while and loses nothing. */
  get isOnline(): boolean {
    this.lookAtLine();
    const { weather, broker, plan } = this.#world;
    const { dropChance, delayChance } = weather.conditions;
    const sound = dropChance === 0 && delayChance === 0 && broker.centreUp && plan.rate('broker-loses') === 0;
    return sound && this.#world.nowMs - this.#connectedMs > standingMs;
  }
}
