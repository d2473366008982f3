import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BoardFileError, knownBoard, readBoardFile } from '../../../../hal/johnny-five/board-file.ts';
import { LEASE_MS } from '../../../../hal/johnny-five/pace.ts';
import { sketchLimits } from '../../../../hal/johnny-five/sketch-limits.ts';

const home = new URL('../../../../hal/johnny-five/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, home), 'utf8');
const reference = read('boards/reference.yaml');
const sketch = (name: string): string => read(`sketch/${name}`);

/** What is said of the reference board after an edit, with the text of the line that it names in brackets. */
function saidOf(edit: (text: string) => string): string {
  const text = edit(reference);
  expect(text).not.toBe(reference);
  try {
    readBoardFile(text, 'b.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(BoardFileError);
    const { message } = error as BoardFileError;
    return message.replace(/^b\.yaml:(\d+):/, (_, line) => `[${text.split('\n')[Number(line) - 1]?.trim()}]`);
  }
  return 'it is taken';
}
const changed = (from: string | RegExp, to: string) => saidOf((text) => text.replace(from, to));

describe('the reference board', () => {
  it('reads, with its pins by Firmata’s numbers', () => {
    const { pins, strip, servos, parts } = knownBoard('reference');
    expect([pins.button, pins.motorPower, pins.fedA, pins.battery]).toEqual([2, 13, 14, 21]);
    expect([strip.sachetMm, servos.gate.bin]).toEqual([70, 135]);
    expect(parts.find(({ id }) => id === 'motor')?.wires).toEqual([]);
  });

  it('may do without a cup sensor, and then without its wire', () => {
    const without = (text: string) => text.replace(/ {2}cupSensor: .*\n/, '');
    expect(saidOf(without)).toMatch(/no pin is named cupSensor above\.$/);
    const file = readBoardFile(without(reference).replace(/.*- \{ pin: cupSensor,.*\n/, ''), 'b.yaml');
    expect(file.pins.cupSensor).toBeUndefined();
  });

  it('may do without a switch of the ladder', () => {
    const { ladder } = readBoardFile(reference.replace('upright: 1, ', ''), 'b.yaml');
    expect(ladder).toEqual({ lid: 2, rollB: 4, rollA: 8 });
  });

  it('is the only one that comes along', () => {
    expect(() => knownBoard('deluxe')).toThrow(new BoardFileError('boards/deluxe.yaml: there is no such board.'));
  });
});

describe('a file that is no board', () => {
  it.each([
    ['a: [1', 'b.yaml:1: this is not YAML: '],
    ['name: a\nname: b\n', 'b.yaml:2: this is not YAML: map keys must be unique.'],
    ['name: *nobody\n', 'b.yaml:1: this is not YAML: '],
    ['', 'b.yaml:1: the whole file: a map of names and values is needed.'],
    ['- name\n', 'b.yaml:1: the whole file: a map of names and values is needed.'],
  ])('is refused in one sentence: %j', (text, sentence) => {
    expect(() => readBoardFile(text, 'b.yaml')).toThrow(BoardFileError);
    expect(() => readBoardFile(text, 'b.yaml')).toThrow(sentence);
    expect(() => readBoardFile(text, 'b.yaml')).toThrow(/^[^\n]+[^.]\.$/);
  });
});

describe('a field that is not well', () => {
  it.each([
    [/ {2}fastRpm: .*\n/, '', '[strip:] strip.fastRpm: this is missing.'],
    [
      '  sachetMm: 70',
      '  sachetMM: 70',
      '[sachetMM: 70] strip.sachetMM: this name is not known here; check its spelling.',
    ],
    ['  cutter: D9', '  cutter: D14', '[cutter: D14] pins.cutter: a pin is D2 to D13 or A0 to A7.'],
    ['  cutter: D9', '  cutter: 9', '[cutter: 9] pins.cutter: a pin is D2 to D13 or A0 to A7.'],
    ['sachetMm: 70', 'sachetMm: 700', '[sachetMm: 700] strip.sachetMm: it is at most 200.'],
    ['sachetMm: 70', 'sachetMm: .nan', '[sachetMm: .nan] strip.sachetMm: a number from 20 to 200 is needed.'],
    ['slowRpm: 90', 'slowRpm: 90.5', '[slowRpm: 90.5] strip.slowRpm: a whole number is needed.'],
    ['name: reference', 'name: Reference', '[name: Reference] name: a name is of small letters, digits and hyphens.'],
    [/pins:\n( {2}.*\n)+/, 'pins: [D2]\n', '[pins: [D2]] pins: a map of names and values is needed.'],
    [/links:\n( {2}.*\n)+/, 'links: none\n', '[links: none] links: a list is needed.'],
    ['rest: 20,', 'rest: 0,', 'servos.cutter.rest: it is at least 1.'],
    ['pin: stepB,', 'pin: stepC,', 'parts.10.wires.0.pin: it names one of the pins above.'],
    [
      'over: 330 Ω, pull: { over: 10 kΩ, to: ground }',
      'pull: { over: 10 kΩ, to: 3 V }',
      'pull.to: a pull is to ground or to 5 V.',
    ],
    ['ma: 15', 'ma: 41', 'parts.8.wires.0.ma: it is at most 20.'],
  ])('is named with its line and what it takes (%s → %s)', (from, to, sentence) => {
    expect(changed(from, to)).toContain(sentence);
  });
});

describe('fields that do not fit together', () => {
  it.each([
    ['lampBlue: D6', 'lampBlue: D5', '[lampBlue: D5] pins.lampBlue: D5 is the pin of lampGreen already.'],
    [
      'barrierMm: 5',
      'barrierMm: 6',
      'strip.barrierMm: the barrier lies within the weld of 6 mm, or the blade meets pills that nobody saw.',
    ],
    [
      'gateMm: 73',
      'gateMm: 70',
      'strip.gateMm: a sachet on the gate lies below the blade and in its barrier still, so it is more than 70 and at most 74.',
    ],
    ['gateMm: 73', 'gateMm: 75', 'so it is more than 70 and at most 74.'],
    ['8.04, 8.2', '8.24, 8.2', 'battery.volts: with every tenth of its charge a battery has more volts.'],
    [
      '8.2, 8.4]',
      '8.2, 15.1]',
      '[divider: 3] battery.divider: a full battery would be more than the 5 V that a pin takes.',
    ],
    ['8.2, 8.4]', '8.4]', 'has a number for every tenth of the charge, eleven from 0 to 100 %'],
    ['rollB: 4', 'rollB: 8', 'ladder.rollA: rollB is worth as much already.'],
    ['rollB: 4', 'rollB: 5', 'ladder.rollB: a switch of the ladder is worth 1, 2, 4 or 8 sixteenths.'],
    ['bin: 135', 'bin: 45', 'servos.gate.bin: cup is at this angle already.'],
    [/ {6}- \{ pin: fedB.*\n/, '', '[fedB: A1] pins.fedB: no part is wired to it.'],
    ['pin: fedB', 'pin: fedA', 'parts.3.wires.1.pin: fedA is wired to barrier already.'],
    ['id: door-switch', 'id: key-switch', '[- id: key-switch] parts.5.id: there is a part key-switch already.'],
    ['part: regulator, at: OUT', 'part: generator, at: OUT', 'supplies.3.from.part: there is no part generator.'],
    ['part: motor, at: first coil', 'part: coil, at: plus', 'links.1.to.part: there is no part coil.'],
    [
      'part: servo, at: plus, amps: 2.4',
      'part: servo, at: plus, amps: 3.4',
      '[amps: 3] supplies.6.amps: what hangs on it takes 3.4 A.',
    ],
    [/ {2}- \{ part: servo, at: minus \}\n/, '', '[ground:] ground: servo has power and no ground.'],
  ])('are refused in one sentence (%s → %s)', (from, to, sentence) => {
    expect(changed(from, to)).toContain(sentence);
  });
});

describe('what the sketch does not do', () => {
  const swapped = (one: string, other: string) =>
    saidOf((text) => {
      const [onePin, otherPin] = [one, other].map((name) => new RegExp(`  ${name}: (\\w+)\n`).exec(text)?.[1]);
      return text
        .replace(`  ${one}: ${onePin}\n`, `  ${one}: ${otherPin}\n`)
        .replace(new RegExp(`  ${other}: ${otherPin}\n`), `  ${other}: ${onePin}\n`);
    });

  it.each([
    ['stepA', 'lampRed', '[stepA: D3] pins.stepA: the sketch moves D7, D8, D9, D10, D11, D13 and no other pin.'],
    ['lampRed', 'button', '[lampRed: D2] pins.lampRed: the sketch dims D3, D5, D6 and no other pin.'],
    ['cutter', 'fedA', '[cutter: A0] pins.cutter: the sketch moves D7, D8, D9, D10, D11, D13 and no other pin.'],
    ['lock', 'button', '[lock: D2] pins.lock: the sketch opens D4 and no other pin.'],
    ['lock', 'sounder', '[lock: D12] pins.lock: the sketch opens D4 and no other pin.'],
    ['sounder', 'button', '[sounder: D2] pins.sounder: the sketch sounds D12 and no other pin.'],
    ['fedA', 'switches', '[fedA: A6] pins.fedA: A6 only measures; high and low want D2 to A5.'],
    ['battery', 'button', '[battery: D2] pins.battery: it is measured, which the pins A0 to A7 can do.'],
    ['gate', 'cup', 'it is taken'],
    ['fedA', 'button', 'it is taken'],
  ])('is no place for a pin (%s and %s change places)', (one, other, sentence) => {
    expect(swapped(one, other)).toBe(sentence);
  });

  it('is refused as a way', () => {
    const short = { sachetMm: [70, 20], barrierMm: [5, 17], weldMm: [6, 18] } as const;
    expect(
      saidOf((text) =>
        Object.entries(short).reduce(
          (all, [name, [from, to]]) => all.replace(`${name}: ${from}`, `${name}: ${to}`),
          text,
        ),
      ),
    ).toBe(
      '[barrierMm: 17] strip.barrierMm: what is behind the barrier must hold two bites of 2 mm, so it is at most 16.',
    );
  });

  it('is refused as a pace', () => {
    expect(changed('fastRpm: 180', 'fastRpm: 1000')).toBe('it is taken');
    expect(
      saidOf((text) => text.replace('fastRpm: 180', 'fastRpm: 1000').replace('stepsPerTurn: 200', 'stepsPerTurn: 217')),
    ).toBe('[fastRpm: 1000] strip.fastRpm: that is 3617 steps a second, and the sketch makes 3600 at most.');
    expect(changed('slowRpm: 90', 'slowRpm: 2')).toBe(
      '[slowRpm: 2] strip.slowRpm: a release would take 21 s, and the motors are stopped after 20 s.',
    );
  });

  it('is what its own source says', () => {
    const pinsOf = (name: string): number[] => {
      const line = new RegExp(`#define ${name} (.*)`).exec(sketch('board.h'))?.[1] ?? '';
      return [...line.matchAll(/PIN_BIT\((\d+)\)/g)].map(([, pin]) => Number(pin));
    };
    const numberOf = (name: string, file: string): number =>
      Number(new RegExp(`#define ${name} (\\d+)`).exec(sketch(file))?.[1]);
    expect(pinsOf('MOTOR_PINS')).toEqual(sketchLimits.motorPins);
    expect(pinsOf('LOCK_PINS')).toEqual([sketchLimits.lockPin]);
    expect(numberOf('SOUNDER_PIN', 'board.h')).toBe(sketchLimits.sounderPin);
    expect([...sketch('pwm.c').matchAll(/case (\d+): return &values/g)].map(([, pin]) => Number(pin))).toEqual(
      sketchLimits.dimmedPins,
    );
    expect(numberOf('FIRST_ANALOG_PIN', 'pins.h')).toBe(sketchLimits.firstAnalogPin);
    expect(numberOf('DIGITAL_PIN_COUNT', 'pins.h')).toBe(sketchLimits.firstAnalogOnlyPin);
    expect(numberOf('STEPS_PER_SECOND_MAX', 'stepper.h')).toBe(sketchLimits.stepsPerSecondMax);
    expect(numberOf('LEASE_MS_MAX', 'guard.h')).toBeGreaterThanOrEqual(LEASE_MS);
  });
});
