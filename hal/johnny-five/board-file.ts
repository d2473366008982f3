import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parseDocument } from 'yaml';

/** A board file that cannot be used; the sentence names the file, the place and what it takes. */
export class BoardFileError extends Error {
  override readonly name = 'BoardFileError';
}

const sentences = {
  pin: 'a pin is D2 to D13 or A0 to A7',
  count: 'a whole number from 1 to 100 is needed',
};
const within = (min: number, max: number) =>
  v.pipe(
    v.number(`a number from ${min} to ${max} is needed`),
    v.minValue(min, `it is at least ${min}`),
    v.maxValue(max, `it is at most ${max}`),
  );
const whole = (min: number, max: number) => v.pipe(within(min, max), v.integer('a whole number is needed'));
const text = v.pipe(v.string('a text is needed'), v.minLength(1, 'a text is needed'));
const degrees = within(0, 180);
/** The longest way of a servo; the lease of a whole movement is some of these. */
const servoMs = whole(50, 2_000);

/** By Firmata's number: D0 is 0, A0 is 14. */
const pin = v.pipe(
  v.string(sentences.pin),
  v.regex(/^(D([2-9]|1[0-3])|A[0-7])$/, sentences.pin),
  v.transform((name) => (name.startsWith('A') ? 14 : 0) + Number(name.slice(1))),
);

const pins = v.strictObject({
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
  /** Low while the cup holds something. */
  cupSensor: pin,
  /** Low while the service door is shut. */
  door: pin,
  /** Low while the key is turned. */
  key: pin,
  /** Four switches on a ladder. */
  switches: pin,
  battery: pin,
});

const wire = v.strictObject({
  pin: v.picklist(Object.keys(pins.entries) as (keyof typeof pins.entries)[], 'it names one of the pins above'),
  to: text,
  /** What lies between, such as a resistor. */
  over: v.optional(text),
  /** What holds the line when nobody drives it. */
  pull: v.optional(text),
});

const schema = v.strictObject({
  name: v.pipe(text, v.regex(/^[a-z][a-z0-9-]*$/, 'a name is of small letters, digits and hyphens')),
  title: text,
  controller: v.strictObject({ part: text, silenceMs: whole(100, 10_000), samplingMs: whole(10, 1_000) }),
  pins,
  strip: v.strictObject({
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
  servos: v.strictObject({
    cutter: v.strictObject({ rest: degrees, cut: degrees, ms: servoMs }),
    gate: v.strictObject({ rest: degrees, cup: degrees, bin: degrees, ms: servoMs }),
    cup: v.strictObject({ rest: degrees, tip: degrees, ms: servoMs }),
  }),
  battery: v.strictObject({ divider: within(1, 10), emptyVolts: within(1, 50), fullVolts: within(1, 50) }),
  button: v.strictObject({ holdMs: whole(500, 10_000) }),
  parts: v.array(
    v.strictObject({
      id: text,
      name: text,
      count: whole(1, 100),
      wires: v.optional(v.array(wire, 'a list of wires is needed'), []),
      note: v.optional(text),
    }),
    'a list of parts is needed',
  ),
});

/** One unit that can be built: pins by Firmata's numbers, lengths in mm, angles in degrees. */
export type BoardFile = v.InferOutput<typeof schema>;
export type PinName = keyof BoardFile['pins'];

/** `file`: how it is called in what is said of it. @throws BoardFileError */
export function readBoardFile(source: string, file: string): BoardFile {
  const document = parseDocument(source, { prettyErrors: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new BoardFileError(`${file} is not YAML: ${problem.message}.`);
  const result = v.safeParse(schema, document.toJS(), { abortPipeEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw new BoardFileError(`${file}, ${v.getDotPath(issue) ?? 'the whole file'}: ${sentenceOf(issue)}.`);
  }
  const misfit = misfitOf(result.output);
  if (misfit !== undefined) throw new BoardFileError(`${file}, ${misfit}.`);
  return result.output;
}

/** One of the boards that come along, by its name. @throws BoardFileError */
export function knownBoard(name: string): BoardFile {
  const file = new URL(`boards/${name}.yaml`, import.meta.url);
  return readBoardFile(readFileSync(file, 'utf8'), `boards/${name}.yaml`);
}

function sentenceOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type !== 'strict_object') return issue.message;
  return issue.expected === 'never' ? 'nobody knows this name; check its spelling' : 'this is missing';
}

/** What is wrong between fields that are well by themselves. */
function misfitOf({ pins: used, strip, battery, servos, parts }: BoardFile): string | undefined {
  const names = Object.entries(used);
  for (const [index, [name, one]] of names.entries()) {
    const other = names.slice(index + 1).find(([, number]) => number === one);
    if (other !== undefined) return `pins.${other[0]}: this pin is taken by ${name} already`;
  }
  // What hangs out unseen when a feed was broken off is cut with the next sachet of the other roll.
  if (strip.barrierMm >= strip.weldMm)
    return 'strip.barrierMm: the barrier lies within the weld, or the blade meets pills that nobody saw';
  if (strip.gateMm <= strip.sachetMm || strip.gateMm >= strip.sachetMm + strip.barrierMm)
    return 'strip.gateMm: a sachet lies wholly below the blade and still in the barrier, so the gate is between sachetMm and sachetMm + barrierMm';
  if (battery.fullVolts <= battery.emptyVolts)
    return 'battery.fullVolts: a full battery has more volts than an empty one';
  if (battery.fullVolts / battery.divider > 5)
    return 'battery.divider: a full battery is more than the 5 V that a pin takes';
  for (const [name, angles] of Object.entries(servos)) {
    const places = Object.entries(angles).filter(([place]) => place !== 'ms');
    if (new Set(places.map(([, angle]) => angle)).size < places.length)
      return `servos.${name}: two places at the same angle are one`;
  }
  const wired = parts.flatMap(({ wires }) => wires.map(({ pin: name }) => name));
  const unwired = names.find(([name]) => wired.filter((one) => one === name).length !== 1);
  return unwired && `parts: ${unwired[0]} is wired to one part, neither to none nor to two`;
}
