import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lock } from '../../hal/ports/lock.ts';
import type { Evidence, Mechanism, MechanismEvent } from '../../hal/ports/mechanism.ts';
import type { SensorEvent, Sensors } from '../../hal/ports/sensors.ts';

/** Electronics that are ready, filled with rolls, their door shut; and somebody at them. */
export interface ElectronicsRig {
  readonly mechanism: Mechanism;
  readonly sensors: Sensors;
  readonly lock: Lock;
  /** Whether the door would open; null where nobody can look. */
  readonly isUnlocked: (() => boolean) | null;
  /** What a person does; where there is one, it is said what to do. */
  readonly hands: {
    press(): void;
    takeSachet(): void;
    openDoor(withKey: boolean): void;
    closeDoor(): void;
    turnLid(): void;
    setUpright(isUpright: boolean): void;
    /** Roll B, on its hook or off it. */
    hangRollB(isHung: boolean): void;
  };
  /** Lets time pass until it holds. */
  until(holds: () => boolean): Promise<void>;
  remove(): Promise<void>;
}

class Watched {
  readonly rig: ElectronicsRig;
  readonly answers: MechanismEvent[] = [];
  readonly sensed: SensorEvent[] = [];
  #intent: number;

  constructor(rig: ElectronicsRig, firstIntent: number) {
    this.rig = rig;
    this.#intent = firstIntent;
    rig.mechanism.listen((event) => this.answers.push(event));
    rig.sensors.listen((event) => {
      // A charge may be told at any time.
      if (event.type !== 'power.changed') this.sensed.push(event);
    });
  }

  async evidence(): Promise<Evidence> {
    this.rig.mechanism.inspect();
    const answer = await this.#next();
    if (answer.type !== 'mechanism.inspected') return expect.unreachable(`it told ${answer.type}`);
    return answer.evidence;
  }

  async move(motion: 'release' | 'swallow' | 'retract', roll: 'A' | 'B' = 'A'): Promise<Evidence> {
    const intent = this.begin(motion, roll);
    const answer = await this.#next();
    expect(answer).toMatchObject({ type: 'mechanism.moved', intent });
    return 'evidence' in answer ? answer.evidence : expect.unreachable();
  }

  begin(motion: 'release' | 'swallow' | 'retract', roll: 'A' | 'B' = 'A'): number {
    this.#intent += 1;
    this.rig.mechanism[motion]({ intent: this.#intent, roll });
    return this.#intent;
  }

  async #next(): Promise<MechanismEvent> {
    const count = this.answers.length;
    await this.rig.until(() => this.answers.length > count);
    return this.answers[count] ?? expect.unreachable();
  }

  async sense(type: SensorEvent['type']): Promise<void> {
    await this.rig.until(() => this.sensed.some((event) => event.type === type));
  }
}

const counted = ({ fed, binned }: Evidence) => ({ A: fed.A ?? 0, B: fed.B ?? 0, bin: binned ?? 0 });

/** What electronics must do, whatever they are made of. */
export function electronicsContract(name: string, make: () => Promise<ElectronicsRig>): void {
  describe(`electronics contract: ${name}`, () => {
    let watched: Watched;
    let rig: ElectronicsRig;
    let intent = 0;

    beforeEach(async () => {
      rig = await make();
      watched = new Watched(rig, intent);
    });

    afterEach(async () => {
      intent += 10;
      await rig.remove();
    });

    it('are at rest: the door shut, the cup empty, nothing in the way', async () => {
      expect(await watched.evidence()).toMatchObject({ cup: 'empty', gate: 'clear' });
      expect(rig.sensors.door()).toBe('closed');
    });

    it.each(['A', 'B'] as const)('release one sachet of roll %s, and tell when it is taken', async (roll) => {
      const before = counted(await watched.evidence());
      const after = await watched.move('release', roll);
      expect(after).toMatchObject({ cup: 'occupied', gate: 'clear' });
      expect(counted(after)).toEqual({ ...before, [roll]: before[roll] + 1 });
      rig.hands.takeSachet();
      await watched.sense('cup.emptied');
      expect(await watched.evidence()).toMatchObject({ cup: 'empty' });
    });

    it('swallow one sachet, past the cup', async () => {
      const before = counted(await watched.evidence());
      const after = await watched.move('swallow');
      expect(after).toMatchObject({ cup: 'empty', gate: 'clear' });
      expect(counted(after)).toEqual({ A: before.A + 1, B: before.B, bin: before.bin + 1 });
      expect(watched.sensed).toEqual([]);
    });

    it('draw back what nobody takes', async () => {
      const { bin } = counted(await watched.evidence());
      await watched.move('release');
      const after = await watched.move('retract');
      expect(after).toMatchObject({ cup: 'empty', gate: 'clear' });
      expect(counted(after).bin).toBe(bin + 1);
    });

    it('do one thing at a time', async () => {
      const before = counted(await watched.evidence());
      const intended = watched.begin('swallow');
      watched.begin('release', 'B');
      await rig.until(() => watched.answers.length > 1);
      expect(watched.answers[1]).toMatchObject({ type: 'mechanism.moved', intent: intended });
      expect(counted(await watched.evidence())).toEqual({ A: before.A + 1, B: before.B, bin: before.bin + 1 });
    });

    it('tell a press once, however the contact bounces', async () => {
      rig.hands.press();
      await watched.sense('button.pressed');
      await watched.evidence();
      expect(watched.sensed).toEqual([{ type: 'button.pressed' }]);
    });

    it('tell a turned lid as a wish for quiet', async () => {
      rig.hands.turnLid();
      await watched.sense('quiet.requested');
    });

    it('tell that the unit was laid on its side, and then make no movement', async () => {
      const before = counted(await watched.evidence());
      rig.hands.setUpright(false);
      await watched.sense('placement.changed');
      expect(rig.sensors.placement()).toEqual({ upright: false, rolls: { A: true, B: true } });
      expect(counted(await watched.move('release'))).toEqual(before);
      rig.hands.setUpright(true);
      await rig.until(() => rig.sensors.placement().upright);
      expect(counted(await watched.move('swallow')).A).toBe(before.A + 1);
    });

    it('tell that a roll does not hang in its bay', async () => {
      rig.hands.openDoor(true);
      await watched.sense('door.opened');
      rig.hands.hangRollB(false);
      await watched.sense('placement.changed');
      const placement = { upright: true, rolls: { A: true, B: false } };
      expect(rig.sensors.placement()).toEqual(placement);
      expect(watched.sensed).toContainEqual({ type: 'placement.changed', placement });
      rig.hands.hangRollB(true);
      await rig.until(() => rig.sensors.placement().rolls.B);
      rig.hands.closeDoor();
      await watched.sense('door.closed');
    });

    it.each([true, false])('tell of the door and whether the key was turned: %s', async (withKey) => {
      rig.hands.openDoor(withKey);
      await watched.sense('door.opened');
      expect(watched.sensed).toEqual([{ type: 'door.opened', withKey }]);
      expect(rig.sensors.door()).toBe(withKey ? 'opened' : 'forced');
      rig.hands.closeDoor();
      await watched.sense('door.closed');
      expect(rig.sensors.door()).toBe('closed');
    });

    it('unlock and lock the door', async ({ skip }) => {
      const isUnlocked = rig.isUnlocked ?? skip('nobody can look at this lock');
      expect(isUnlocked()).toBe(false);
      rig.hands.openDoor(true);
      await watched.sense('door.opened');
      rig.lock.set(false);
      await rig.until(isUnlocked);
      rig.lock.set(true);
      await rig.until(() => !isUnlocked());
    });
  });
}
