import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { YamlSource } from '../yaml/yaml-source.ts';
import { misfitOf } from './board-misfits.ts';

/** A board file that cannot be used; the sentence names the file, the line, the place and what it takes. */
export class BoardFileError extends Error {
  override readonly name = 'BoardFileError';
}

const sentences = {
  map: 'a map of names and values is needed',
  pin: 'a pin is D2 to D13 or A0 to A7',
  text: 'a text is needed',
  list: 'a list is needed',
};
const map = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, (issue) => {
    if (issue.expected === 'never') return 'this name is not known here; check its spelling';
    return issue.expected === 'Object' ? sentences.map : 'this is missing';
  });
const within = (min: number, max: number) =>
  v.pipe(
    v.number(`a number from ${min} to ${max} is needed`),
    v.minValue(min, `it is at least ${min}`),
    v.maxValue(max, `it is at most ${max}`),
  );
const whole = (min: number, max: number) => v.pipe(within(min, max), v.integer('a whole number is needed'));
const text = v.pipe(v.string(sentences.text), v.minLength(1, sentences.text));
/** At 0 johnny-five does not say again what the cable may have lost. */
const degrees = within(1, 180);
/** The longest way of a servo; the lease of a whole movement is some of these. */
const servoMs = whole(50, 2_000);

/** By Firmata's number: D0 is 0, A0 is 14. */
const pin = v.pipe(
  v.string(sentences.pin),
  v.regex(/^(D([2-9]|1[0-3])|A[0-7])$/, sentences.pin),
  v.transform((name) => (name.startsWith('A') ? 14 : 0) + Number(name.slice(1))),
);

const pins = map({
  /** Low while pressed. */
  button: pin,
  lampRed: pin,
  lampGreen: pin,
  lampBlue: pin,
  /** Locked while low. */
  lock: pin,
  /** The STEP of each roll's driver. */
  stepA: pin,
  stepB: pin,
  cutter: pin,
  gate: pin,
  cup: pin,
  sounder: pin,
  motorPower: pin,
  /** Light barriers: low while dark. */
  fedA: pin,
  fedB: pin,
  binned: pin,
  /** Low while the cup holds something. A unit without it says of no dose that it was taken. */
  cupSensor: v.exactOptional(pin),
  /** Low while the service door is shut. */
  door: pin,
  /** Low while the key is turned. */
  key: pin,
  /** The switches of the ladder. */
  switches: pin,
  battery: pin,
});

/** What a switch adds to the ladder, in sixteenths of its 5 V; a switch that is left out counts as in its place. */
const rung = v.picklist([1, 2, 4, 8], 'a switch of the ladder is worth 1, 2, 4 or 8 sixteenths');

const wire = map({
  pin: v.picklist(Object.keys(pins.entries) as (keyof typeof pins.entries)[], 'it names one of the pins above'),
  to: text,
  /** The resistor between pin and part. */
  over: v.optional(text),
  /** What holds the line when nobody drives it. */
  pull: v.optional(map({ over: text, to: v.picklist(['ground', '5 V'], 'a pull is to ground or to 5 V') })),
  /** What the pin gives or takes at most; the chip takes harm beyond 40, and warms up beyond 20. */
  ma: v.optional(within(0, 20)),
});

const partIds = /^[a-z][a-z0-9-]*$/;
const name = v.pipe(text, v.regex(partIds, 'a name is of small letters, digits and hyphens'));
const end = { part: text, at: text };

const schema = map({
  name,
  title: text,
  controller: map({ part: text, silenceMs: whole(100, 10_000), samplingMs: whole(10, 1_000) }),
  pins,
  strip: map({
    sachetMm: within(20, 200),
    barrierMm: within(2, 100),
    gateMm: within(20, 300),
    /** Within so much of a perforation a cut harms nothing. */
    weldMm: within(2, 20),
    mmPerStep: within(0.01, 2),
    stepsPerTurn: whole(20, 4_000),
    slowRpm: whole(1, 1_000),
    fastRpm: whole(1, 1_000),
  }),
  servos: map({
    cutter: map({ rest: degrees, cut: degrees, ms: servoMs }),
    gate: map({ rest: degrees, cup: degrees, bin: degrees, ms: servoMs }),
    cup: map({ rest: degrees, tip: degrees, ms: servoMs }),
  }),
  battery: map({
    divider: within(1, 10),
    volts: v.pipe(
      v.array(within(1, 50), sentences.list),
      v.length(11, 'has a number for every tenth of the charge, eleven from 0 to 100 %'),
    ),
  }),
  button: map({ holdMs: whole(500, 10_000) }),
  ladder: map({
    upright: v.exactOptional(rung),
    lid: v.exactOptional(rung),
    rollB: v.exactOptional(rung),
    rollA: v.exactOptional(rung),
  }),
  parts: v.array(
    map({
      id: name,
      name: text,
      type: text,
      count: whole(1, 100),
      wires: v.optional(v.array(wire, sentences.list), []),
      note: v.optional(text),
    }),
    sentences.list,
  ),
  /** Plus lines: who feeds whom. */
  supplies: v.array(
    map({
      id: name,
      name: text,
      amps: within(0.01, 50),
      from: map(end),
      fuse: v.optional(text),
      to: v.array(map({ ...end, amps: within(0, 50) }), sentences.list),
    }),
    sentences.list,
  ),
  /** Cables between two parts that are neither the controller's pins nor power. */
  links: v.array(map({ from: map(end), to: map(end), note: text }), sentences.list),
  ground: v.array(map(end), sentences.list),
});

/** One unit that can be built: pins by Firmata's numbers, lengths in mm, angles in degrees. */
export type BoardFile = v.InferOutput<typeof schema>;
export type PinName = keyof BoardFile['pins'];
export type LadderSwitch = keyof BoardFile['ladder'];

/** `file`: how it is called in what is said of it. @throws BoardFileError */
export function readBoardFile(text: string, file: string): BoardFile {
  const source = YamlSource.parse(text);
  if ('problem' in source) throw new BoardFileError(`${file}:${source.line}: ${source.problem}.`);
  const problem = (path: readonly (string | number)[], sentence: string) =>
    new BoardFileError(`${file}:${source.lineOf(path)}: ${path.join('.') || 'the whole file'}: ${sentence}.`);
  const result = v.safeParse(schema, source.value, { abortPipeEarly: true });
  if (!result.success) {
    // A misspelt name is missing where it belongs, too; what stands there says more.
    const issue = result.issues.find(({ expected }) => expected === 'never') ?? result.issues[0];
    const path = issue.path ?? [];
    const keys = path.map(({ key }) => key as string | number);
    // To valibot a list is a map of numbers.
    const isList = issue.type === 'strict_object' && Array.isArray(path.at(-1)?.input);
    throw isList ? problem(keys.slice(0, -1), sentences.map) : problem(keys, issue.message);
  }
  const misfit = misfitOf(result.output);
  if (misfit !== undefined) throw problem(misfit.path, misfit.sentence);
  return result.output;
}

/** One of the boards that come along, by its name. @throws BoardFileError */
export function knownBoard(name: string): BoardFile {
  const file = `boards/${name}.yaml`;
  let text: string;
  try {
    text = readFileSync(new URL(file, import.meta.url), 'utf8');
  } catch (cause) {
    throw new BoardFileError(`${file}: there is no such board.`, { cause });
  }
  return readBoardFile(text, file);
}
