import { expect, it } from 'vitest';
import { CYCLES_PER_MS } from '../../../../sim/board/chip.ts';
import { FiveRig, five } from './five-rig.ts';
import { GUARD, LEASE, MODE, PINS } from './sketch-rig.ts';

const READY_MS_MAX = 200;

it('is ready soon after power-on, and knows what every pin can', async () => {
  const { chip, io } = await new FiveRig().ready();
  expect(chip.cycles / CYCLES_PER_MS).toBeLessThan(READY_MS_MAX);
  expect(io.firmware).toEqual({ name: 'dosis', version: { major: 2, minor: 0 } });
  expect(io.pins).toHaveLength(22);
  const modesOf = (pin: number) => io.pins[pin]?.supportedModes.toSorted((a, b) => a - b);
  expect(modesOf(0)).toEqual([]);
  expect(modesOf(2)).toEqual([MODE.input, MODE.output, MODE.pullUp]);
  expect(modesOf(3)).toEqual([MODE.input, MODE.output, MODE.pwm, MODE.pullUp]);
  expect(modesOf(PINS.relay)).toEqual([]);
  expect(modesOf(PINS.stepA)).toEqual([MODE.input, MODE.output, MODE.servo, MODE.stepper]);
  expect(modesOf(14)).toEqual([MODE.input, MODE.output, MODE.analog, MODE.pullUp]);
  expect(modesOf(21)).toEqual([MODE.analog]);
  expect(io.pins[20]?.analogChannel).toBe(6);
});

it('writes a digital pin', async () => {
  const rig = await new FiveRig().ready();
  const lamp = new five.Pin({ board: rig.board, pin: 5, type: 'digital' });
  lamp.high();
  await rig.ms(10);
  expect(rig.chip.driveOf(5)).toBe('high');
  lamp.low();
  await rig.ms(10);
  expect(rig.chip.driveOf(5)).toBe('low');
});

it('keeps the lock open while a lamp beside it on the port goes on and off', async () => {
  const rig = await new FiveRig().ready();
  await rig.tell(GUARD);
  await rig.tell({ type: 'unlock', forMs: 1000 });
  const lamp = new five.Pin({ board: rig.board, pin: 5, type: 'digital' });
  lamp.high();
  await rig.ms(10);
  lamp.low();
  await rig.ms(10);
  expect(rig.rises(5)).toHaveLength(1);
  expect(rig.changes.filter(({ pin }) => pin === PINS.relay).map(({ drive }) => drive)).toEqual(['low', 'high']);
});

it.each([0, 1, 64, 128, 254, 255])('dims the three lamps to %i of 255', async (value) => {
  const rig = await new FiveRig().ready();
  const lamp = new five.Led.RGB({ board: rig.board, pins: [3, 5, 6] });
  lamp.color(value, value, value);
  await rig.ms(20);
  const since = rig.chip.cycles;
  await rig.ms(200);
  for (const pin of [3, 5, 6]) expect(Math.abs(rig.duty(pin, since) - value / 255)).toBeLessThan(0.008);
});

it('hears a button that is pressed and let go', async () => {
  const rig = await new FiveRig().ready();
  const heard: string[] = [];
  const button = new five.Button({ board: rig.board, pin: 2, isPullup: true });
  for (const event of ['press', 'release']) button.on(event, () => heard.push(event));
  await rig.ms(20);
  expect(rig.chip.driveOf(2)).toBe('pulled up');
  const waitFor = (count: number) =>
    expect
      .poll(
        async () => {
          await rig.ms(1);
          return heard.length;
        },
        { timeout: 60_000, interval: 1 },
      )
      .toBe(count);
  rig.chip.setLevel(2, false);
  await waitFor(1);
  rig.chip.setLevel(2, undefined);
  await waitFor(2);
  expect(heard).toEqual(['press', 'release']);
});

it.each([
  ['A0', 14, 2.5, 512],
  ['A6', 20, 1.0, 204],
  ['A7', 21, 4.2, 860],
])('measures %s', async (name, pin, volts, expected) => {
  const rig = await new FiveRig().ready();
  rig.chip.setVolts(pin, volts);
  const seen: number[] = [];
  rig.io.on(`analog-read-${pin - 14}`, (value: number) => seen.push(value));
  const sensor = new five.Sensor({ board: rig.board, pin: name, freq: 10 });
  await rig.until(() => seen.length >= 5);
  expect(new Set(seen)).toEqual(new Set([expected]));
  expect(sensor.value).toBe(expected);
});

it('feeds by a stepper under a lease, and hears when it is done', async () => {
  const rig = await new FiveRig().ready();
  await rig.tell(GUARD);
  await rig.tell({ ...LEASE, stepsA: 300 });
  const stepper = new five.Stepper({
    board: rig.board,
    type: five.Stepper.TYPE.DRIVER,
    stepsPerRev: 200,
    // DIR is strapped: johnny-five wants a pin for it, and the sketch takes STEP twice for none.
    pins: { step: PINS.stepA, dir: PINS.stepA },
  });
  let done = false;
  stepper.step({ steps: 300, direction: 1, rpm: 180, accel: 1600, decel: 1600 }, () => {
    done = true;
  });
  let asked = 0;
  await rig.until(() => {
    asked += 1;
    if (asked % 200 === 0) rig.io.queryFirmware(() => undefined);
    return done;
  });
  expect(rig.rises(PINS.stepA)).toHaveLength(300);
});

it('turns a servo under a lease', async () => {
  const rig = await new FiveRig().ready();
  await rig.tell(GUARD);
  await rig.tell(LEASE);
  const servo = new five.Servo({ board: rig.board, pin: PINS.cutter, pwmRange: [1000, 2000] });
  servo.to(90);
  await rig.ms(300);
  expect(rig.rises(PINS.cutter).length).toBeGreaterThan(10);
  const since = rig.rises(PINS.cutter)[3] ?? 0;
  const end = rig.rises(PINS.cutter)[4] ?? 0;
  const fall = rig.changes.find(({ pin, cycle, drive }) => pin === PINS.cutter && cycle > since && drive === 'low');
  expect(Math.abs((fall?.cycle ?? 0) - since - 1500 * 16)).toBeLessThan(6 * 16);
  expect(Math.abs(end - since - 20 * CYCLES_PER_MS)).toBeLessThan(500);
});

it('answers a question in three milliseconds of the board’s time, most of it on the line', async () => {
  const rig = await new FiveRig().ready();
  await rig.ms(100);
  const since = rig.chip.cycles;
  let answered = false;
  rig.io.queryPinState(5, () => {
    answered = true;
  });
  await rig.until(() => answered);
  expect((rig.chip.cycles - since) / CYCLES_PER_MS).toBeLessThan(4);
});

it('tells when the cable is pulled', async () => {
  const rig = await new FiveRig().ready();
  expect(rig.isLost).toBe(false);
  rig.serial.unplug();
  expect(rig.isLost).toBe(true);
  expect(rig.chip.isPowered).toBe(true);
});
