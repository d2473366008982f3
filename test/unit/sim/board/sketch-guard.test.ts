import { expect, it } from 'vitest';
import { CYCLES_PER_MS } from '../../../../sim/board/chip.ts';
import { BARRIERS, GUARD, LEASE, MODE, MOTOR_PINS, PINS, SketchRig } from './sketch-rig.ts';

/** 200 steps a second with 200 steps a turn. */
const STEADY = 628;
/** What a limit in milliseconds may be late. */
const LATE_MS = 5;

it('lets no motor pin and no lock go high before it has a guard', () => {
  const rig = new SketchRig();
  rig.ms(50);
  for (const pin of [...MOTOR_PINS, PINS.relay]) {
    for (const mode of Object.values(MODE)) {
      rig.setMode(pin, mode);
      rig.setDigital(pin, true);
      rig.setAnalog(pin, 255);
      rig.send(0x90 | (pin >> 3), 0x7f, 1);
    }
  }
  rig.tell(LEASE);
  rig.tell({ type: 'unlock', forMs: 1000 });
  rig.step(0, 10, STEADY);
  rig.ms(100);
  const guarded = rig.changes.filter(({ pin }) => [...MOTOR_PINS, PINS.relay].includes(pin));
  expect(guarded.filter(({ drive }) => drive === 'high' || drive === 'pulled up')).toEqual([]);
  expect(rig.refusals()).toContain('3 no-guard');
  expect(rig.refusals()).toContain('7 no-guard');
  expect(rig.refusals()).toContain('244 no-guard');
});

it('lets no motor move without a lease', () => {
  const rig = new SketchRig();
  rig.ask(GUARD);
  rig.configureStepper(0, PINS.stepA);
  rig.setMode(PINS.cutter, MODE.servo);
  rig.setMode(PINS.power, MODE.output);
  rig.step(0, 10, STEADY);
  rig.setAnalog(PINS.cutter, 90);
  rig.setDigital(PINS.power, true);
  rig.ms(100);
  expect(MOTOR_PINS.flatMap((pin) => rig.rises(pin))).toEqual([]);
  expect(rig.refusals()).toEqual(['114 no-lease', '233 no-lease', '245 no-lease']);
});

it('keeps the pins of steps and servos from being written by hand, even under a lease', () => {
  const rig = new SketchRig();
  rig.arm();
  for (const pin of [PINS.stepA, PINS.gate]) {
    for (const mode of [MODE.output, MODE.pwm, MODE.pullUp]) rig.setMode(pin, mode);
    rig.setDigital(pin, true);
  }
  rig.ms(20);
  expect([...rig.rises(PINS.stepA), ...rig.rises(PINS.gate)]).toEqual([]);
});

it('stops motors, power and lock when the host falls silent, and leaves the lamp alone', () => {
  const rig = new SketchRig();
  rig.arm({ stepsA: 60_000, forMs: 60_000 });
  rig.setMode(5, MODE.output);
  rig.setDigital(5, true);
  rig.setDigital(PINS.power, true);
  rig.tell({ type: 'unlock', forMs: 60_000 });
  rig.tell({ type: 'tone', hz: 440, forMs: 5000 });
  rig.setAnalog(PINS.cutter, 90);
  rig.step(0, 60_000, STEADY);
  const silentFrom = rig.chip.receivedBy;
  rig.ms(GUARD.silenceMs + 100);
  const last = rig.changes.at(-1);
  const limit = silentFrom + (GUARD.silenceMs + LATE_MS) * CYCLES_PER_MS;
  expect(last?.cycle).toBeGreaterThan(silentFrom + (GUARD.silenceMs - 1) * CYCLES_PER_MS);
  expect(last?.cycle).toBeLessThan(limit);
  for (const pin of [...MOTOR_PINS, PINS.relay, PINS.sounder]) expect(rig.chip.driveOf(pin)).not.toBe('high');
  expect(rig.chip.driveOf(5)).toBe('high');
  expect(rig.witness()).toMatchObject({ silenceStopped: true, trips: 1 });
  expect(rig.witness()).toMatchObject({ silenceStopped: false, trips: 1 });
});

it('moves nothing after a silence until there is a new lease', () => {
  const rig = new SketchRig();
  rig.arm({ forMs: 60_000 });
  rig.ms(GUARD.silenceMs + LATE_MS);
  rig.step(0, 10, STEADY);
  rig.ms(100);
  expect(rig.rises(PINS.stepA)).toEqual([]);
  rig.ask(LEASE);
  rig.step(0, 10, STEADY);
  rig.ms(100);
  expect(rig.rises(PINS.stepA)).toHaveLength(10);
});

it('keeps moving while the host talks', () => {
  const rig = new SketchRig();
  rig.arm({ forMs: 60_000 });
  rig.step(0, 600, STEADY);
  for (let i = 0; i < 10; i += 1) {
    rig.ms(GUARD.silenceMs - 100);
    rig.sysex(0x79);
  }
  expect(rig.rises(PINS.stepA)).toHaveLength(600);
});

it('is not kept awake by bytes that it does not understand', () => {
  const rig = new SketchRig();
  rig.arm({ forMs: 60_000 });
  rig.step(0, 600, STEADY);
  for (let i = 0; i < 10; i += 1) {
    rig.ms(100);
    rig.sysex(0x33, 1, 2, 3);
    rig.sysex(3, 1, 2, 3);
    rig.send(1, 2, 3, 0xfd);
  }
  expect(rig.rises(PINS.stepA).length).toBeLessThan(120);
});

it('ends a lease on time', () => {
  const rig = new SketchRig();
  rig.arm({ forMs: 300 });
  rig.setDigital(PINS.power, true);
  const from = rig.chip.cycles;
  rig.step(0, 1000, STEADY);
  rig.ms(400);
  const last = rig.changes.at(-1);
  expect(last).toMatchObject({ pin: PINS.power, drive: 'low' });
  expect((last?.cycle ?? 0) - from).toBeLessThan((300 + LATE_MS) * CYCLES_PER_MS);
  expect(rig.messages.some(([, id]) => id === 0x72)).toBe(false);
});

it('refuses a move of more steps than the lease has left, whole', () => {
  const rig = new SketchRig();
  rig.arm({ stepsA: 100, stepsB: 0 });
  rig.step(0, 60, STEADY);
  rig.ms(400);
  rig.step(0, 41, STEADY);
  rig.step(1, 1, STEADY);
  rig.ms(300);
  expect(rig.rises(PINS.stepA)).toHaveLength(60);
  expect(rig.rises(PINS.stepB)).toHaveLength(0);
  expect(rig.refusals()).toEqual(['114 out-of-range', '114 out-of-range']);
  expect(rig.witness().limitStruck).toBe(true);
  expect(rig.witness().limitStruck).toBe(false);
  rig.step(0, 40, STEADY);
  rig.ms(300);
  expect(rig.rises(PINS.stepA)).toHaveLength(100);
});

it.each(['end', 'a new lease', 'another guard', 'a system reset'])('stops everything at %s', (word) => {
  const rig = new SketchRig();
  rig.arm({ forMs: 60_000 });
  rig.setDigital(PINS.power, true);
  rig.setAnalog(PINS.cutter, 90);
  rig.step(0, 1000, STEADY);
  rig.ms(100);
  if (word === 'end') rig.sysex(4, 1, 2, 3);
  else if (word === 'a new lease') rig.tell(LEASE);
  else if (word === 'another guard') rig.tell({ ...GUARD, silenceMs: 1000 });
  else rig.send(0xff);
  const before = rig.changes.length;
  rig.ms(200);
  expect(rig.changes.length).toBe(before);
  for (const pin of MOTOR_PINS) expect(rig.chip.driveOf(pin)).not.toBe('high');
});

it('answers the same guard once more without ending the lease', () => {
  const rig = new SketchRig();
  rig.arm({ forMs: 60_000 });
  rig.step(0, 100, STEADY);
  expect(rig.ask(GUARD)).toEqual(GUARD);
  rig.ms(450);
  rig.sysex(0x79);
  rig.ms(200);
  expect(rig.rises(PINS.stepA)).toHaveLength(100);
});

it.each([
  ['a barrier on a motor', { fedA: PINS.cutter }],
  ['a barrier on the line', { fedA: 1 }],
  ['one barrier for two counters', { fedA: BARRIERS.fedB }],
  ['a door that is its own key', { key: GUARD.door }],
  ['a relay that is no lock', { relay: 5 }],
  ['a motor as lock', { relay: PINS.power }],
  ['a motor power that is no motor pin', { motorPower: 5 }],
])('refuses a guard with %s', (_, wrong) => {
  const rig = new SketchRig();
  expect(rig.ask({ ...GUARD, ...wrong })).toMatchObject({ type: 'refused', id: 2, reason: 'out-of-range' });
  expect(rig.ask(LEASE)).toMatchObject({ reason: 'no-guard' });
});

it('tells a wrong CRC, a wrong length and a number out of range apart', () => {
  const rig = new SketchRig();
  rig.ms(30);
  const pairs = (...bytes: number[]) => bytes.flatMap((byte) => [byte & 0x7f, byte >> 7]);
  rig.sysex(2, ...pairs(200, 0, 14, 15, 16, 17, 18, 19, 2, 4, 13, 0));
  rig.sysex(2, 1, 2, 3);
  rig.sysex(5, ...pairs(0, 0, 0, 0), 0, 2);
  rig.tell({ type: 'tone', hz: 20, forMs: 10 });
  rig.ms(20);
  expect(rig.refusals()).toEqual(['2 crc', '2 malformed', '5 malformed', '5 out-of-range']);
});
