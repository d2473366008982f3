/**
 * What can be done in a story, in the words of the story. A deed is a sentence with gaps; `{n}` is a whole number,
 * `{time}` a local date and time, `{clock}` a time of day, `{slot}` a slot of the regimen, `{dose}` a dose, `{span}` a length of time.
 */
export interface Deed {
  readonly id: string;
  readonly words: string;
}

const deed = (id: string, words: string): Deed => ({ id, words });

/** Who or what can act, and what each can do. The order is the order in which a step's deeds are done. */
export const actors = {
  power: [deed('power.off', 'off'), deed('power.on', 'on'), deed('power.cut', 'cut for {span}')],
  internet: [deed('internet.down', 'down'), deed('internet.up', 'up')],
  broker: [deed('broker.forgets', 'forgets everything')],
  clock: [
    deed('clock.ahead', 'ahead by {span}'),
    deed('clock.back', 'back by {span}'),
    deed('clock.lost', 'lost'),
    deed('clock.set', 'set right'),
  ],
  feed: [deed('feed.jams', 'jams'), deed('feed.doubles', 'gives two'), deed('feed.stalls', 'does not move')],
  cutter: [deed('cutter.jams', 'jams'), deed('cutter.jamsHalfOut', 'jams half out')],
  gate: [deed('gate.jams', 'jams')],
  mechanism: [
    deed('mechanism.silent', 'does not answer'),
    deed('mechanism.slow', 'is slow'),
    deed('mechanism.powerCut', 'loses power half-way'),
    deed('mechanism.dead', 'goes dead'),
    deed('mechanism.alive', 'answers again'),
    deed('mechanism.flaps', 'comes and goes for {span}'),
  ],
  'cup sensor': [
    deed('cup.saysEmpty', 'says empty'),
    deed('cup.saysOccupied', 'says occupied'),
    deed('cup.unknown', 'says nothing'),
    deed('cup.sound', 'is well'),
  ],
  'counter A': [
    deed('counterA.stuck', 'sticks'),
    deed('counterA.unknown', 'says nothing'),
    deed('counterA.sound', 'is well'),
  ],
  store: [deed('store.full', 'is full'), deed('store.fails', 'fails'), deed('store.sound', 'is well')],
  device: [
    deed('device.restarts', 'restarts'),
    deed('device.crashes', 'crashes'),
    deed('device.dies', 'dies'),
    deed('device.tilts', 'is laid on its side'),
    deed('device.upright', 'is set upright'),
  ],
  board: [
    deed('board.hot', 'is too hot'),
    deed('board.full', 'runs out of room'),
    deed('board.worn', 'wears its card out'),
    deed('board.weak', 'wears its battery out'),
    deed('board.well', 'is well'),
  ],
  door: [
    deed('door.opened', 'is opened with the key'),
    deed('door.forced', 'is forced'),
    deed('door.closed', 'is closed'),
  ],
  nurse: [
    deed('nurse.refills', 'refills'),
    deed('nurse.fitsWrongRolls', 'fits rolls that begin {span} too late'),
    deed('nurse.fitsOldRolls', 'fits rolls that begin {span} too early'),
    deed('nurse.empties', 'empties the bin'),
    deed('nurse.takesRollDown', 'takes roll A down'),
    deed('nurse.hangsRollUp', 'hangs roll A up'),
  ],
  technician: [
    deed('technician.repairs', 'repairs'),
    deed('technician.settles', 'finds out what happened'),
    deed('technician.swaps', 'swaps the device'),
    deed('technician.swapsDead', 'swaps the dead device'),
  ],
  relative: [
    deed('relative.takesDays', 'takes out doses for {n} days'),
    deed('relative.takesDoses', 'takes out {n} doses'),
    deed('relative.absence', 'says they are away until {time}'),
    deed('relative.home', 'says they are home'),
  ],
  centre: [
    deed('centre.down', 'is down'),
    deed('centre.up', 'is up'),
    deed('centre.pauses', 'pauses the device'),
    deed('centre.resumes', 'resumes the device'),
    deed('centre.medicine', 'changes the medicine'),
    deed('centre.moves', 'moves {slot} to {clock}'),
    deed('centre.drops', 'takes {slot} out of the plan'),
    deed('centre.adds', 'adds {slot} at {clock}'),
    deed('centre.extends', 'extends the window of {slot} by {span}'),
    deed('centre.opensTakeOut', 'opens a take-out of {n} doses'),
    deed('centre.silences', 'silences the reminder for {span}'),
    deed('centre.asks', 'asks the citizen something'),
    deed('centre.restarts', 'restarts the device'),
  ],
  tag: [
    deed('tag.leaves', 'goes out of range'),
    deed('tag.returns', 'comes back'),
    deed('tag.presses', 'is pressed'),
    deed('tag.battery', 'battery {n} percent'),
    deed('tag.radioDies', 'radio dies'),
    deed('tag.radioWorks', 'radio works again'),
  ],
  citizen: [
    deed('citizen.presses', 'presses'),
    deed('citizen.pressesTimes', 'presses {n} times'),
    deed('citizen.takes', 'takes the sachet'),
    deed('citizen.quiet', 'asks for quiet'),
    deed('citizen.answers', 'answers with key {n}'),
    deed('citizen.leaves', 'leaves'),
    deed('citizen.returns', 'comes home'),
  ],
} as const satisfies Readonly<Record<string, readonly Deed[]>>;

export type Actor = keyof typeof actors;
export type DeedId = (typeof actors)[Actor][number]['id'];

export const actorNames = Object.keys(actors) as readonly Actor[];

const gaps: Readonly<Record<string, string>> = {
  n: String.raw`\d{1,3}`,
  span: String.raw`\d+(?:\.\d+)? (?:ms|s|min|h|days?)`,
  slot: '[a-z0-9][a-z0-9-]{0,11}',
  clock: String.raw`(?:[01]\d|2[0-3]):[0-5]\d`,
  time: String.raw`\d{4}-\d{2}-\d{2} \d{2}:\d{2}`,
};

/** The pattern of a deed's sentence, one group per gap. */
export function patternOf(words: string): RegExp {
  return new RegExp(`^${words.replace(/\{(\w+)\}/g, (_all, gap: string) => `(${gaps[gap]})`)}$`);
}

/** What the sentence says about the gaps, filled with an example. */
export function exampleOf(words: string): string {
  return words
    .replace('{n}', '2')
    .replace('{span}', '10 min')
    .replace('{time}', '2026-03-02 08:00')
    .replace('{slot}', 'morgen')
    .replace('{clock}', '09:00');
}

const spanMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** Milliseconds of `10 min`, `20 h`, `9 days`; undefined when it is no such thing. */
export function readSpan(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?) (ms|s|min|h|days?)$/.exec(text);
  return found === null ? undefined : Math.round(Number(found[1]) * (spanMs[found[2] as string] as number));
}
