import { expect, it } from 'vitest';
import { CYCLES_PER_MS } from '../../../../sim/board/chip.ts';
import { BARRIERS, CONTACTS, lowBits, MODE, PINS, SketchRig } from './sketch-rig.ts';

const PIN_STATE = 0x6e;

/** Mode and state of a pin, as it tells them. */
function stateOf(rig: SketchRig, pin: number): number[] | undefined {
  rig.sysex(0x6d, pin);
  rig.ms(5);
  const answer = rig.messages.findLast(([, id, about]) => id === PIN_STATE && about === pin);
  return answer?.slice(3, 5);
}

it('greets with its protocol and its name', () => {
  const { messages } = new SketchRig();
  const name = [...'dosis'].flatMap((letter) => [letter.charCodeAt(0), 0]);
  expect(messages).toEqual([
    [0xf9, 2, 6],
    [0xf0, 0x79, 2, 0, ...name, 0xf7],
  ]);
});

it.each([
  ['is broken off by another', [0xf4, 5, 0xf4, 6]],
  ['has lost bytes', [0xf4, 5, 0xfd, 1]],
  ['is unknown', [0xf1, 5, 1]],
  ['ends before it began', [0xf7, 5, 1]],
  ['is a sysex that is unknown', [0xf0, 0x30, 0x74, 5, 1, 0xf7]],
  ['is longer than 64 bytes', [0xf0, 0x6f, 5, ...Array.from({ length: 70 }, () => 1), 0xf7]],
  ['has no id', [0xf0, 0xf7]],
])('drops a message whole that %s', (_, bytes) => {
  const rig = new SketchRig();
  rig.send(...bytes);
  rig.ms(30);
  for (const pin of [5, 6]) expect(stateOf(rig, pin)).toEqual([MODE.input, 0]);
  expect(rig.refusals()).toEqual([]);
});

it('takes a message of 64 bytes, and one that follows a broken one', () => {
  const rig = new SketchRig();
  rig.send(0xf0, 0x6d, ...Array.from({ length: 61 }, () => 1), 0xf7);
  rig.ms(20);
  expect(rig.refusals()).toEqual(['109 malformed']);
  rig.send(0xf0, 1, 2, 0xf4, 5, MODE.output);
  expect(stateOf(rig, 5)).toEqual([MODE.output, 0]);
});

it('answers everything in a flood that its buffers hold, and everything after it', () => {
  const rig = new SketchRig();
  const { nonce } = rig.witness();
  const flood = Array.from({ length: 400 }, () => [0xf0, 0x6b, 0xf7]).flat();
  rig.send(...flood);
  rig.ms(1000);
  const answers = rig.messages.filter(([, id]) => id === 0x6c);
  expect(answers.length).toBeGreaterThan(5);
  expect(new Set(answers.map((answer) => answer.join())).size).toBe(1);
  expect(rig.witness().nonce).toBe(nonce);
});

it('tells of inputs when they change, within a millisecond or two', () => {
  const rig = new SketchRig();
  rig.setMode(2, MODE.pullUp);
  rig.send(0xd0, 1);
  rig.ms(20);
  rig.messages.length = 0;
  rig.ms(100);
  expect(rig.messages).toEqual([]);
  rig.chip.setLevel(2, false);
  rig.ms(3);
  expect(rig.messages).toEqual([[0x90, 0, 0]]);
  rig.send(0xd0, 0);
  rig.chip.setLevel(2, true);
  rig.ms(10);
  expect(rig.messages).toHaveLength(1);
});

it('measures at the interval that was asked for, all channels in one', () => {
  const rig = new SketchRig();
  for (let channel = 0; channel < 8; channel += 1) {
    rig.chip.setVolts(14 + channel, channel * 0.5);
    rig.send(0xc0 | channel, 1);
  }
  rig.sysex(0x7a, ...lowBits(50, 2));
  rig.ms(60);
  rig.messages.length = 0;
  rig.ms(500);
  expect(rig.messages.length).toBe(80);
  expect(rig.messages.slice(8, 16).map(([first, low = 0, high = 0]) => [first, low + 128 * high])).toEqual(
    Array.from({ length: 8 }, (_, channel) => [0xe0 | channel, Math.floor((channel * 0.5 * 1024) / 5)]),
  );
});

it('refuses what a pin cannot do, and says of what message', () => {
  const rig = new SketchRig();
  rig.setMode(0, MODE.output);
  rig.setMode(2, MODE.pwm);
  rig.setMode(20, MODE.output);
  rig.setMode(5, MODE.servo);
  rig.setMode(99, MODE.input);
  rig.sysex(0x7a, ...lowBits(5, 2));
  rig.setAnalog(2, 10);
  rig.ms(50);
  expect(rig.refusals()).toEqual([
    ...Array.from({ length: 5 }, () => '244 out-of-range'),
    '122 out-of-range',
    '226 out-of-range',
  ]);
});

it('is as after a start once it is told to reset before any guard, but for its counters', () => {
  const rig = new SketchRig();
  rig.setMode(5, MODE.pwm);
  rig.setAnalog(5, 100);
  rig.send(0xff);
  rig.ms(5);
  expect(rig.chip.driveOf(5)).toBe('open');
  expect(rig.witness()).toMatchObject({ nonce: 1, isGuarded: false });
});

it('stops all that moves or is open when it is told to reset under a guard, and forgets nothing of what it watches', () => {
  const rig = new SketchRig();
  rig.arm();
  rig.chip.setLevel(BARRIERS.cup, false);
  rig.chip.setLevel(CONTACTS.key, false);
  rig.ms(20);
  rig.setDigital(PINS.power, true);
  rig.ask({ type: 'unlock', forMs: 1000 });
  rig.send(0xff);
  rig.ms(5);
  for (const pin of [PINS.relay, PINS.power]) expect(rig.chip.driveOf(pin)).toBe('low');
  expect(rig.witness()).toMatchObject({ isGuarded: true, dark: { cup: true }, isDoorShut: true, isKeyTurned: true });
});

it('sleeps when there is nothing to do: a second of its time is a few percent of work', () => {
  const rig = new SketchRig();
  rig.ms(1000);
  const before = rig.chip.busyCycles;
  rig.ms(1000);
  expect((rig.chip.busyCycles - before) / CYCLES_PER_MS).toBeLessThan(60);
});
