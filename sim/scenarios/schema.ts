import * as v from 'valibot';
import { alarmCodes } from '../../protocol/messages/event.ts';
import { citizenNames } from '../world/habits.ts';
import { type Actor, actorNames, actors, exampleOf, patternOf } from './deeds.ts';

/** The scenario language as a schema; `scenario.schema.json` is generated from it, for editors. */

const described = <S extends v.GenericSchema<string>>(schema: S, description: string) =>
  v.pipe(schema, v.description(description));

const span = described(
  v.pipe(
    v.string(),
    v.regex(/^\d+(\.\d+)? (ms|s|min|h|days?)$/, 'write a length of time such as 10 min, 20 h or 9 days'),
  ),
  'A length of time: 30 s, 10 min, 20 h, 9 days.',
);
const localTime = described(
  v.pipe(
    v.string(),
    v.regex(
      /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2})?$/,
      'write a local date and time such as 2026-03-02 08:05',
    ),
  ),
  'Local date and time, 2026-03-02 08:05. In the repeated hour of an autumn night this is the first; add an offset (+01:00) for the second.',
);
const doseName = described(
  v.pipe(
    v.string(),
    v.regex(/^[a-z0-9][a-z0-9-]{0,11}\/\d{4}-\d{2}-\d{2}$/, 'name a dose by slot and date, such as morgen/2026-03-02'),
  ),
  'A dose: slot and local date, morgen/2026-03-02.',
);
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));

/** A sentence of one actor: some are fixed, some have gaps. */
function sentence(actor: Actor) {
  const patterns = actors[actor].map(({ words }) => patternOf(words));
  const examples = actors[actor].map(({ words }) => exampleOf(words));
  const fixed = actors[actor].map(({ words }) => words).filter((words) => !words.includes('{'));
  const open = actors[actor].map(({ words }) => words).filter((words) => words.includes('{'));
  const message = `${actor} cannot do that; write ${listing(examples)}`;
  const check = v.check<string, string>((text) => patterns.some((pattern) => pattern.test(text)), message);
  const literals = v.picklist(fixed, message);
  if (open.length === 0) return v.pipe(literals, v.description(`What the ${actor} can do.`));
  const shapes = open.map((words) => v.pipe(v.string(), v.regex(patternOf(words), message)));
  return v.pipe(
    v.union([literals, ...shapes], message),
    check,
    v.description(`What the ${actor} can do: ${examples.join(' · ')}.`),
  );
}

/** `a, b or c`. */
export function listing(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

export const fates = [
  'open',
  'presented',
  'uncertain',
  'taken',
  'takenOut',
  'released',
  'retracted',
  'missed',
  'withheld',
] as const;

const alarm = v.picklist(alarmCodes, `this is not an alarm code; the codes are ${alarmCodes.join(', ')}`);
const everyAlarm = v.picklist(
  [...alarmCodes, 'any'],
  `this is not an alarm code; write any or one of ${alarmCodes.join(', ')}`,
);
const fate = v.picklist(fates, `a dose has one of these fates: ${fates.join(', ')}`);

const level = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3));

const expectation = v.strictObject({
  dose: v.exactOptional(doseName),
  fate: v.exactOptional(
    v.pipe(fate, v.description('What the unit says has become of the dose; open: it has no end yet.')),
  ),
  released: v.exactOptional(
    v.pipe(
      count,
      v.description('Sachets that have come out into the cup since the last step that looked, or since the beginning.'),
    ),
  ),
  binned: v.exactOptional(v.pipe(count, v.description('Sachets in the locked bin now.'))),
  cup: v.exactOptional(v.pipe(count, v.description('Sachets in the cup now.'))),
  panel: v.exactOptional(
    v.pipe(
      v.string(),
      v.description('The lamp (off, ready, call, warn, alarm) or the key of the message on the display.'),
    ),
  ),
  light: v.exactOptional(v.pipe(level, v.description('How strongly the lamp shines: 0 dark, 3 at its strongest.'))),
  sound: v.exactOptional(v.pipe(level, v.description('How loudly the unit calls: 0 not at all, 3 at its loudest.'))),
  button: v.exactOptional(v.picklist(['release', 'idle'])),
  reminder: v.exactOptional(v.picklist(['idle', 'gentle', 'firm', 'urgent', 'lastCall', 'quiet'])),
  alarm: v.exactOptional(v.pipe(alarm, v.description('An alarm that stands on the unit.'))),
  'no alarm': v.exactOptional(
    v.pipe(everyAlarm, v.description('An alarm that does not stand on the unit; any: none at all.')),
  ),
  tag: v.exactOptional(v.pipe(v.picklist([0, 1, 2]), v.description('How loudly the pocket tag calls now.'))),
  spoken: v.exactOptional(v.pipe(v.string(), v.description('The key of the phrase spoken last.'))),
});

const centreExpectation = v.strictObject({
  dose: v.exactOptional(doseName),
  fate: v.exactOptional(fate),
  alarm: v.exactOptional(alarm),
  'no alarm': v.exactOptional(everyAlarm),
  online: v.exactOptional(v.pipe(v.boolean(), v.description('Whether the centre believes the unit to be online.'))),
  'up to date': v.exactOptional(
    v.pipe(v.boolean(), v.description('Whether the centre has stored every record of the unit.')),
  ),
});

type Sentences = { [A in Actor]: ReturnType<typeof v.exactOptional<ReturnType<typeof sentence>, undefined>> };
const sentences = Object.fromEntries(
  actorNames.map((actor) => [actor, v.exactOptional(sentence(actor))]),
) as unknown as Sentences;

const step = v.strictObject({
  at: v.exactOptional(localTime),
  after: v.exactOptional(span),
  note: v.exactOptional(v.pipe(v.string(), v.description('For the reader; does nothing.'))),
  ...sentences,
  expect: v.exactOptional(expectation),
  'expect centre': v.exactOptional(centreExpectation),
});

const slotId = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9][a-z0-9-]{0,11}$/,
    'a slot is named with up to 12 small letters, digits and hyphens, such as morgen',
  ),
);
const weekday = v.picklist(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

const slot = v.strictObject({
  at: v.pipe(
    v.string(),
    v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day from "00:00" to "23:59"'),
    v.description('Local time of day, "09:00".'),
  ),
  before: v.exactOptional(v.pipe(span, v.description('How long before its time the dose can be had; usually 30 min.'))),
  after: v.exactOptional(v.pipe(span, v.description('How long after its time it can still be had; usually 60 min.'))),
  days: v.exactOptional(v.pipe(v.array(weekday), v.minLength(1))),
  sachets: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8))),
  roll: v.exactOptional(v.picklist(['A', 'B'])),
});

const settings = v.strictObject({
  'take-out': v.exactOptional(v.pipe(count, v.description('How many doses may be taken out at once.'))),
  quiet: v.exactOptional(
    v.pipe(span, v.description('How long the citizen may silence the reminder; not at all without it.')),
  ),
  present: v.exactOptional(v.pipe(span, v.description('How long a dose waits in the cup.'))),
  'minimum interval': v.exactOptional(span),
  battery: v.exactOptional(v.pipe(span, v.description('How long a full battery runs the unit; usually 24 h.'))),
  tag: v.exactOptional(v.pipe(v.literal(true), v.description('The citizen carries a pocket tag.'))),
  bin: v.exactOptional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(500),
      v.description('Sachets the bin really holds; usually 120.'),
    ),
  ),
});

const unit = v.strictObject({
  speech: v.exactOptional(v.pipe(v.boolean(), v.description('false: it cannot be heard speaking.'))),
  'cup sensor': v.exactOptional(
    v.pipe(v.boolean(), v.description('false: nothing tells whether a sachet lies in the cup.')),
  ),
});

export const scenarioSchema = v.pipe(
  v.strictObject({
    name: v.pipe(v.string(), v.minLength(1), v.description('What the story shows, as one line.')),
    story: v.exactOptional(v.pipe(v.string(), v.description('Where the story comes from.'))),
    device: v.pipe(
      v.picklist(['roll', 'dual-roll'], 'a device is roll or dual-roll'),
      v.description('The device profile.'),
    ),
    zone: v.exactOptional(v.pipe(v.string(), v.description('An IANA time zone; usually Europe/Copenhagen.'))),
    'simulated only': v.exactOptional(
      v.pipe(
        v.string(),
        v.minLength(1),
        v.description('Why it cannot happen to real electronics, or why they notice it in another way.'),
      ),
    ),
    start: localTime,
    until: v.exactOptional(v.pipe(localTime, v.description('When the story ends, if later than its last step.'))),
    regimen: v.pipe(v.record(slotId, slot), v.description('The slots of the prescription by name.')),
    settings: v.exactOptional(settings),
    unit: v.exactOptional(unit),
    people: v.exactOptional(
      v.strictObject({
        citizen: v.exactOptional(
          v.pipe(
            v.picklist(citizenNames),
            v.description('A citizen with habits; without this the citizen does only what the steps say.'),
          ),
        ),
        nurse: v.exactOptional(
          v.pipe(
            v.literal('every 14 days'),
            v.description('Comes by herself; she fills the unit at the beginning in any case.'),
          ),
        ),
        technician: v.exactOptional(
          v.pipe(v.literal('when called'), v.description('Comes by himself when an alarm calls for it.')),
        ),
      }),
    ),
    steps: v.pipe(v.array(step), v.minLength(1)),
  }),
  v.title('A Dosis scenario'),
  v.description('A story that the simulator runs and judges. See sim/README.md.'),
);

export type ScenarioInput = v.InferOutput<typeof scenarioSchema>;
export type StepInput = ScenarioInput['steps'][number];
export type Expectation = v.InferOutput<typeof expectation>;
export type CentreExpectation = v.InferOutput<typeof centreExpectation>;
