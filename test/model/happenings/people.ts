import type { RollId } from '../../../hal/ports/mechanism.ts';
import { HOUR_MS } from '../../../firmware/domain/civil-time.ts';
import type { InboxEvent } from '../../../firmware/machine/events.ts';
import type { Sachet } from '../../../firmware/domain/stock.ts';
import type { Happening, Situation } from '../situation.ts';
import { custodyOf } from '../step.ts';
import type { Family, World } from '../world.ts';

const person = (family: Family, words: string, event: InboxEvent): Happening => ({ words, family, usual: true, event });

/** What the citizen does. */
export function* citizen(world: World, situation: Situation): Generator<Happening> {
  const { mechanics } = situation;
  yield person('press', 'a press of the button', { type: 'button.pressed' });
  yield person('quiet', 'quiet is asked for', { type: 'quiet.requested' });
  if (mechanics.cup.length > 0) {
    const emptied = { ...mechanics, cup: [] };
    yield { ...person('cup', 'the cup is emptied', { type: 'cup.emptied' }), mechanics: emptied };
  } else {
    yield { ...person('spuriousCup', 'the empty cup is seen emptied', { type: 'cup.emptied' }), usual: false };
  }
  for (const doses of [1, world.settings.takeOutDosesMax, world.settings.takeOutDosesMax + 1]) {
    yield person('takeOut', `${doses} doses are wanted ahead`, { type: 'takeOut.requested', doses });
  }
}

/** What relatives and the centre do. */
export function* centre({ may }: World, { snapshot, stamp }: Situation): Generator<Happening> {
  const { mode } = snapshot.context.memory.registers.presence;
  const untilMs = stamp.wallMs + HOUR_MS;
  yield person('absence', 'an absence of an hour begins', { type: 'absence.started', untilMs });
  yield person('absence', 'an absence that is over is told', { type: 'absence.started', untilMs: stamp.wallMs });
  if (mode === 'away') yield person('absence', 'the absence ends', { type: 'absence.ended' });
  yield person('pause', 'the centre pauses the unit', { type: 'pause.started' });
  if (mode === 'paused') {
    yield { ...person('pause', 'the centre ends the pause', { type: 'pause.ended' }), family: may.has('pause') ? 'course' : 'pause' };
  }
  for (const dose of snapshot.context.memory.doses.values()) {
    if (dose.fate !== 'uncertain') continue;
    for (const fate of ['taken', 'missed'] as const) {
      yield person('settle', `the dose in doubt was ${fate}`, { type: 'uncertainty.settled', dose: dose.key, fate });
    }
  }
}

/** What people with a key, or with force, do at the service door. */
export function* visitors(world: World, situation: Situation): Generator<Happening> {
  const { mechanics } = situation;
  if (!mechanics.doorOpen) {
    const opened = { ...mechanics, doorOpen: true };
    yield { ...person('door', 'the door is opened with the key', { type: 'door.opened', withKey: true }), mechanics: opened };
    const forced = person('force', 'the door is forced', { type: 'door.opened', withKey: false });
    yield { ...forced, usual: false, mechanics: opened };
    return;
  }
  const closed = { ...mechanics, doorOpen: false };
  yield { ...person('door', 'the door is closed', { type: 'door.closed' }), family: 'course', mechanics: closed };
  // Whoever fits a roll waits until the unit has taken it in.
  if (custodyOf(situation) === 'open') yield* atTheOpenDoor(world, situation);
}

function* atTheOpenDoor(world: World, { mechanics, snapshot }: Situation): Generator<Happening> {
  for (const [id, sachets] of Object.entries(world.rolls) as [RollId, readonly Sachet[]][]) {
    const scheduled = sachets.filter((sachet) => stillToCome(sachet, snapshot.context.memory.doses));
    yield* fitting('load', id, scheduled, mechanics);
    yield* fitting('wrongRoll', id, [{ slot: 'evening', date: '2026-03-02' }], mechanics);
    const [first, ...rest] = mechanics.rolls[id];
    // Cuts after a new roll was announced are not told from those before it: the baseline is read when the door closes.
    const announced = snapshot.context.memory.registers.position?.fed[id] === null;
    if (first === undefined || announced) continue;
    const fed = { ...mechanics.fed, [id]: mechanics.fed[id] + 1 };
    const cutOff = { ...mechanics, rolls: { ...mechanics.rolls, [id]: rest }, fed };
    yield { words: 'a hand runs one sachet through the cutter', family: 'handCut', mechanics: cutOff };
  }
  if (mechanics.bin > 0) {
    yield { ...person('bin', 'the bin is emptied', { type: 'bin.emptied' }), mechanics: { ...mechanics, bin: 0 } };
  }
}

function stillToCome(sachet: Sachet, doses: ReadonlyMap<string, { readonly fate: string }>): boolean {
  if (sachet === null || sachet === 'unlabelled') return true;
  const dose = doses.get(`${sachet.slot}/${sachet.date}`);
  return dose === undefined || dose.fate === 'due';
}

function* fitting(
  family: Family,
  roll: RollId,
  sachets: readonly Sachet[],
  mechanics: Situation['mechanics'],
): Generator<Happening> {
  const words = family === 'load' ? `the right roll is fitted in ${roll}` : `a roll of another time is fitted in ${roll}`;
  const fitted = { ...mechanics, rolls: { ...mechanics.rolls, [roll]: sachets }, halfOut: null };
  yield { ...person(family, words, { type: 'stock.loaded', roll, sachets }), mechanics: fitted };
}

/** A technician frees what is stuck, wherever the door stands; what hangs half out is pushed back. */
export function* technician(world: World, situation: Situation): Generator<Happening> {
  const { mechanics } = situation;
  const faulty = ['fault', 'uncertain', 'open'].includes(custodyOf(situation));
  if (!faulty) return;
  const freed = { ...mechanics, stuck: null, halfOut: null, chute: [] };
  const repaired = person('repair', 'a technician frees it and says so', { type: 'fault.repaired' });
  yield { ...repaired, mechanics: freed };
  if (mechanics.stuck !== null && world.mishaps.has('jam')) {
    yield { ...person('repair', 'somebody says it is repaired, and it is not', { type: 'fault.repaired' }), usual: false };
  }
}
