import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertLevel, Tag, TagEvent } from '../../hal/ports/tag.ts';

/** A pocket tag that an earlier run has left calling urgently, in reach of a radio that works, and what befalls both. */
export interface TagInTheWorld {
  readonly tag: Tag;
  /** How loudly it calls whoever carries it. */
  level(): number | undefined;
  carry(where: 'away' | 'back'): Promise<unknown>;
  switchRadio(on: boolean): Promise<unknown>;
  press(): Promise<unknown>;
  /** Another cell. */
  setPercent(percent: number): Promise<unknown>;
  /** Lets time pass until it holds. */
  until(holds: () => boolean): Promise<void>;
}

/** Listens to a tag, and notes when it is told something in the middle of a call. */
class Watched {
  readonly world: TagInTheWorld;
  readonly events: TagEvent[] = [];
  readonly toldInCalls: TagEvent[] = [];
  #isCalling = false;

  constructor(world: TagInTheWorld) {
    this.world = world;
    world.tag.listen((event) => {
      this.events.push(event);
      if (this.#isCalling) this.toldInCalls.push(event);
    });
  }

  ask(call: (tag: Tag) => void): void {
    this.#isCalling = true;
    call(this.world.tag);
    this.#isCalling = false;
  }

  count(type: TagEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }

  get percents(): readonly number[] {
    return this.events.flatMap((event) => (event.type === 'tag.battery' ? [event.percent] : []));
  }

  /** Where it was told to be, since it was first reached. */
  get whereabouts(): readonly string[] {
    const all = this.events.flatMap((event) => {
      if (event.type === 'tag.near') return ['near'];
      return event.type === 'tag.gone' ? [event.reason] : [];
    });
    return all.slice(all.indexOf('near'));
  }

  async open(): Promise<void> {
    this.ask((tag) => tag.open());
    await this.world.until(() => this.count('tag.near') > 0 && this.percents.length > 0 && this.world.level() === 0);
  }

  async alert(level: AlertLevel): Promise<void> {
    this.ask((tag) => tag.alert(level));
    await this.world.until(() => this.world.level() === level);
  }

  untilAt(where: string): Promise<void> {
    return this.world.until(() => this.whereabouts.at(-1) === where);
  }
}

/** What every pocket tag must do, as the firmware knows it. */
export function tagContract(name: string, make: () => Promise<TagInTheWorld>): void {
  describe(`tag contract: ${name}`, () => {
    let world: TagInTheWorld;
    let watched: Watched;

    beforeEach(async () => {
      world = await make();
      watched = new Watched(world);
    });

    afterEach(() => {
      watched.ask((tag) => tag.close());
      expect(watched.toldInCalls).toEqual([]);
    });

    it('is told near, with its battery, and silenced when nobody has asked it anything', async () => {
      await watched.open();
      expect(watched.whereabouts).toEqual(['near']);
      expect(watched.percents).toEqual([100]);
    });

    it('calls as loudly as it was asked last', async () => {
      await watched.open();
      for (const level of [1, 2, 0, 2] as const) await watched.alert(level);
      for (const level of [0, 2, 1] as const) watched.ask((tag) => tag.alert(level));
      await world.until(() => world.level() === 1);
    });

    it('calls as it was asked before it was there', async () => {
      watched.ask((tag) => tag.alert(1));
      watched.ask((tag) => tag.open());
      await world.until(() => world.level() === 1);
    });

    it('tells a press, and none out of reach', async () => {
      await watched.open();
      await world.press();
      await world.until(() => watched.count('tag.pressed') === 1);
      await world.carry('away');
      await watched.untilAt('range');
      await world.press();
      await world.carry('back');
      await watched.untilAt('near');
      await world.press();
      await world.until(() => watched.count('tag.pressed') > 1);
      expect(watched.count('tag.pressed')).toBe(2);
    });

    it('is told gone once when it is carried away, and says what was asked meanwhile when it is back', async () => {
      await watched.open();
      await watched.alert(1);
      await world.carry('away');
      await watched.untilAt('range');
      watched.ask((tag) => tag.alert(2));
      expect(world.level()).toBe(1);
      await world.carry('back');
      await world.until(() => world.level() === 2);
      await watched.untilAt('near');
      expect(watched.whereabouts).toEqual(['near', 'range', 'near']);
    });

    it('is told gone anew when it is the radio that hides it now', async () => {
      await watched.open();
      await world.carry('away');
      await watched.untilAt('range');
      await world.switchRadio(false);
      await watched.untilAt('radio');
      await world.carry('back');
      await world.switchRadio(true);
      await watched.untilAt('near');
      expect(watched.whereabouts).toEqual(['near', 'range', 'radio', 'near']);
    });

    it('tells its battery when it has changed, and not when it is the same', async () => {
      await watched.open();
      for (const percent of [80, 80, 7]) await world.setPercent(percent);
      await world.until(() => watched.percents.includes(7));
      expect(watched.percents).toEqual([100, 80, 7]);
    });

    it('tells nothing once it is closed, and all anew when it is opened again', async () => {
      await watched.open();
      watched.ask((tag) => tag.close());
      const before = watched.events.length;
      await world.press();
      await world.setPercent(50);
      watched.ask((tag) => tag.open());
      await world.until(() => watched.percents.includes(50));
      expect(watched.events.slice(before).filter(({ type }) => type !== 'tag.gone')).toEqual([
        { type: 'tag.near' },
        { type: 'tag.battery', percent: 50 },
      ]);
    });
  });
}
