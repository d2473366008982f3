import { expect, it } from 'vitest';
import { BoardMechanics } from '../../../../sim/board/mechanics/mechanics.ts';
import { MechanismParts } from '../../../../sim/device/mechanism-parts.ts';
import { Random } from '../../../../sim/kernel/random.ts';
import { FiveRig, five } from './five-rig.ts';
import { geometry, sachet } from './mechanics-rig.ts';
import { GUARD, LEASE, PINS } from './sketch-rig.ts';

const SACHET_STEPS = 350;

it('johnny-five moves a sachet from its roll into the cup', async () => {
  const rig = await new FiveRig().ready();
  const parts = new MechanismParts(60);
  parts.bays.B.push(sachet(1), sachet(2));
  const told: string[] = [];
  const mechanics = new BoardMechanics({
    chip: rig.chip,
    parts,
    geometry,
    random: Random.stream(1, 'mechanics'),
    witness: ({ type }) => told.push(type),
  });
  await rig.tell({ ...GUARD, silenceMs: 10_000 });
  const power = new five.Pin({ board: rig.board, pin: PINS.power, type: 'digital' });
  const stepper = new five.Stepper({
    board: rig.board,
    type: five.Stepper.TYPE.DRIVER,
    stepsPerRev: 200,
    pins: { step: PINS.stepB, dir: PINS.stepB },
  });
  const pwmRange = [geometry.servo.minUs, geometry.servo.maxUs];
  const cutter = new five.Servo({ board: rig.board, pin: PINS.cutter, pwmRange });
  const gate = new five.Servo({ board: rig.board, pin: PINS.gate, pwmRange });
  mechanics.expect({ motion: 'release', intent: 1, roll: 'B' });
  await rig.tell({ ...LEASE, stepsB: SACHET_STEPS, forMs: 10_000 });
  power.high();
  let isFed = false;
  stepper.step({ steps: SACHET_STEPS, direction: 1, rpm: 180, accel: 1600, decel: 1600 }, () => {
    isFed = true;
  });
  await rig.until(() => isFed);
  await rig.ms(20);
  expect(mechanics.position('B')).toBeCloseTo(70);
  for (const [servo, degrees] of [
    [cutter, 110],
    [cutter, 20],
    [gate, 45],
  ] as const) {
    servo.to(degrees);
    await rig.ms(400);
  }
  power.low();
  expect(Math.abs(mechanics.angles.gate - 45)).toBeLessThan(2);
  expect(told).toEqual(['cut', 'presented']);
  expect(parts.cup.map(({ serial }) => serial)).toEqual([1]);
});
