import { afterEach, describe, expect, it } from 'vitest';
import type { RollId } from '../../../../hal/ports/mechanism.ts';
import { emulationOf } from '../../../../sim/board/reference.ts';
import { BoardRig } from './board-rig.ts';

const { file } = emulationOf('reference');
const { strip, servos } = file;
const STEPPER_STEP = [0xf0, 0x72, 0x01];
/** Where the number of the stepper stands in its order. */
const STEPPER_AT = STEPPER_STEP.length;
/** Where the seven lowest bits of its steps stand. */
const STEPS_AT = STEPPER_AT + 2;
const FREE_DEGREES = servos.cutter.rest + 3;

const isStep = (message: Uint8Array) => STEPPER_STEP.every((byte, index) => message[index] === byte);

let rig: BoardRig;
afterEach(() => rig.end());

describe('a step order', () => {
  it('that is never said to be done ends its movement as a jam of the feed, and nothing is cut', () => {
    rig = new BoardRig();
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    rig.until(() => rig.mechanics.position('A') >= strip.barrierMm);
    let lost = 0;
    rig.serial.swallows = (message) => {
      if (isStep(message)) lost += 1;
      return isStep(message);
    };
    expect(rig.answer()).toMatchObject({ type: 'mechanism.jammed', intent: 1, part: 'feed' });
    expect(lost).toBe(1);
    expect(rig.halved).toEqual([]);
    expect(rig.parts.bays.A).toHaveLength(5);
  });

  it.each<[RollId, RollId, number]>([
    ['A', 'B', 1],
    ['B', 'A', 0],
  ])('that goes astray while roll %s is released does not move roll %s', (asked, other, stepper) => {
    rig = new BoardRig();
    let strayed = 0;
    rig.serial.swallows = (message) => {
      if (!isStep(message) || message[STEPPER_AT] === stepper) return false;
      strayed += 1;
      rig.serial.write(message.with(STEPPER_AT, stepper));
      return false;
    };
    rig.board.mechanism.release({ intent: 1, roll: asked });
    expect(rig.answer()).toMatchObject({ type: 'mechanism.moved', evidence: { fed: { [asked]: 1, [other]: 0 } } });
    expect(strayed).toBeGreaterThan(1);
    expect(rig.mechanics.position(other)).toBe(0);
  });

  it.each(['A', 'B'] as const)('that comes while a sachet of roll %s is drawn back moves no roll', (roll) => {
    rig = new BoardRig();
    const orders: Uint8Array[] = [];
    rig.serial.swallows = (message) => {
      if (isStep(message)) orders.push(message);
      return false;
    };
    rig.board.mechanism.release({ intent: 1, roll });
    rig.answer();
    rig.board.mechanism.retract({ intent: 2, roll });
    rig.until(() => rig.mechanics.angles.cup > servos.cup.rest + 10);
    const order = orders.at(-1) ?? expect.unreachable();
    for (const stepper of [0, 1]) rig.serial.write(order.with(STEPPER_AT, stepper));
    expect(rig.answer()).toMatchObject({ type: 'mechanism.moved', intent: 2 });
    expect([rig.mechanics.position('A'), rig.mechanics.position('B')]).toEqual([0, 0]);
  });
});

describe('a sachet is cut at its end', () => {
  /** Spoils one bit of the first order for more steps than a bite. */
  function spoil(rig: BoardRig, stepsFrom: number, bit: number): void {
    let spoilt = false;
    rig.serial.swallows = (message) => {
      const steps = (message[STEPS_AT] ?? 0) + 128 * (message[STEPS_AT + 1] ?? 0);
      if (spoilt || !isStep(message) || steps < stepsFrom) return false;
      spoilt = true;
      rig.serial.write(message.with(STEPS_AT, (message[STEPS_AT] ?? 0) ^ bit));
      return true;
    };
  }

  /** From the first bite on. */
  const [FROM_BITE, FROM_STROKE] = [1, 100];

  it.each([
    ['a bite that came out shorter', FROM_BITE, 8],
    ['a stroke that came out shorter', FROM_STROKE, 64],
  ])('after %s than was ordered: what is missing is ordered again', (_, from, bit) => {
    rig = new BoardRig();
    spoil(rig, from, bit);
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    expect(rig.answer()).toMatchObject({ type: 'mechanism.moved', evidence: { fed: { A: 1 }, cup: 'occupied' } });
    expect(rig.halved).toEqual([]);
    expect(Math.abs(rig.mechanics.position('A'))).toBeLessThan(1);
  });

  it.each([
    ['a bite', FROM_BITE, 64],
    ['a stroke', FROM_STROKE, 4],
  ])('or not at all, when %s came out longer than was ordered', (_, from, bit) => {
    rig = new BoardRig();
    spoil(rig, from, bit);
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    expect(rig.answer()).toMatchObject({ type: 'mechanism.jammed', part: 'feed', evidence: { gate: 'blocked' } });
    expect(rig.parts.bays.A).toHaveLength(5);
  });

  it.each(['release', 'swallow'] as const)(
    'else half of it stays in the chute: a %s by a motor that slips',
    (movement) => {
      rig = new BoardRig();
      rig.board.mechanism[movement]({ intent: 1, roll: 'A' });
      rig.until(() => rig.mechanics.position('A') >= strip.sachetMm / 2);
      rig.parts.obstruction = 'feed';
      rig.ms(50);
      rig.parts.obstruction = undefined;
      expect(rig.answer()).toMatchObject({
        ...{ type: 'mechanism.jammed', part: 'cutter' },
        evidence: { fed: { A: 1 }, cup: 'empty', gate: 'blocked' },
      });
      expect(rig.halved).toEqual([1]);
      expect(rig.parts.chute).toHaveLength(1);
      expect(rig.logged).toContain('Movement 1 stopped: what was cut is shorter than a sachet.');
    },
  );
});

describe('a cut that was broken off', () => {
  /** The blade is through once more, and the sachet is taken out of the chute by hand. */
  function breakOff(how: () => void): void {
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    expect(rig.answer()).toMatchObject({ type: 'mechanism.moved' });
    rig.board.mechanism.release({ intent: 2, roll: 'A' });
    rig.until(() => rig.parts.chute.length > 0);
    how();
    rig.ms(200);
    expect(rig.mechanics.angles.cutter).toBeGreaterThan(FREE_DEGREES);
    for (const place of [rig.parts.chute, rig.parts.cup]) place.splice(0);
    rig.mechanics.look();
    rig.ms(200);
  }

  /** @returns where it stood when the strip began to move, in degrees */
  function bladeAtNextRelease(): number {
    rig.board.mechanism.release({ intent: 3, roll: 'B' });
    rig.until(() => rig.mechanics.position('B') > 0);
    const degrees = rig.mechanics.angles.cutter;
    expect(rig.answer()).toMatchObject({ type: 'mechanism.moved', intent: 3, evidence: { fed: { B: 1 } } });
    expect(rig.halved).toEqual([]);
    return degrees;
  }

  it('by a stop leaves a blade that the next movement first sends to rest', () => {
    rig = new BoardRig();
    breakOff(() => rig.board.mechanism.stop());
    expect(bladeAtNextRelease()).toBeLessThanOrEqual(FREE_DEGREES);
  });

  it('by its cable leaves a blade that the next movement first sends to rest', () => {
    rig = new BoardRig();
    breakOff(() => {
      rig.serial.unplug();
      // The sketch hears nobody, and ends the lease.
      rig.ms(file.controller.silenceMs);
    });
    rig.serial.plug();
    expect(rig.answer()).toMatchObject({ type: 'mechanism.jammed', intent: 2 });
    expect(bladeAtNextRelease()).toBeLessThanOrEqual(FREE_DEGREES);
  });

  it('by the end of its program leaves a blade that the next one first sends to rest', () => {
    rig = new BoardRig();
    breakOff(() => {
      rig.restart();
      rig.until(() => rig.board.isReady);
    });
    expect(bladeAtNextRelease()).toBeLessThanOrEqual(FREE_DEGREES);
  });
});
