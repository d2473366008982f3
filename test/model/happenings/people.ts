import { openDose } from '../../../firmware/domain/agenda.ts';
import { epochSecondsAt, HOUR_MS, MINUTE_MS } from '../../../firmware/domain/civil-time.ts';
import { isFinal } from '../../../firmware/domain/dose.ts';
import type { InboxEvent, Stamp } from '../../../firmware/machine/events.ts';
import type { Happening, Situation, Snapshot } from '../situation.ts';
import { EXTENSION_MS, type Family, type World } from '../world.ts';

/** Somebody does what people do, and the unit is told. */
export const person = (family: Family, words: string, event: InboxEvent): Happening => ({
  words,
  family,
  usual: true,
  event,
});

/** What the citizen does. */
export function* citizen({ settings }: World, { mechanics }: Situation): Generator<Happening> {
  yield person('press', 'a press of the button', { type: 'button.pressed' });
  yield person('quiet', 'quiet is asked for', { type: 'quiet.requested' });
  if (mechanics.cup.length > 0) {
    const emptied = { ...mechanics, cup: [] };
    const event = mechanics.cupSensor ? { event: { type: 'cup.emptied' } as const } : {};
    yield { words: 'the cup is emptied', family: 'cup', usual: true, mechanics: emptied, ...event };
  } else {
    yield { words: 'the empty cup is seen emptied', family: 'spuriousCup', event: { type: 'cup.emptied' } };
  }
  for (const doses of [settings.takeOutDosesMax, settings.takeOutDosesMax + 1]) {
    yield person('takeOut', `a take-out of ${doses} is asked for`, { type: 'takeOut.requested', doses });
  }
}

/** What relatives and the service centre do. */
export function* centre(world: World, { snapshot, stamp }: Situation): Generator<Happening> {
  const { may } = world;
  yield* orders(world, snapshot, stamp);
  const { doses, registers } = snapshot.context.memory;
  const { mode } = registers.presence;
  const untilMs = stamp.wallMs + HOUR_MS;
  yield person('absence', 'an absence of an hour begins', { type: 'absence.started', untilMs });
  yield person('absence', 'an absence that is over is told', { type: 'absence.started', untilMs: stamp.wallMs });
  if (mode === 'away') yield person('absence', 'the absence ends', { type: 'absence.ended' });
  yield person('pause', 'the centre pauses the unit', { type: 'pause.started' });
  if (mode === 'paused' && may.has('pause'))
    yield person('pause', 'the centre ends the pause', { type: 'pause.ended' });
  for (const { key, fate } of doses.values()) {
    if (fate === 'uncertain') {
      for (const settled of ['taken', 'missed'] as const) {
        yield person('settle', `the dose in doubt was ${settled}`, {
          type: 'uncertainty.settled',
          dose: key,
          fate: settled,
        });
      }
    } else if (isFinal(fate)) {
      const event = { type: 'uncertainty.settled', dose: key, fate: 'missed' } as const;
      yield { words: 'the centre settles a dose that has its end', family: 'repeatedSettling', event };
    }
  }
}

/** How many plans follow each other on one path. */
const PLANS_MAX = 2;

/** What the centre orders; that it is signed was judged before. */
function* orders({ plans, settings }: World, snapshot: Snapshot, stamp: Stamp): Generator<Happening> {
  const { memory } = snapshot.context;
  const { regimen, version } = memory.settings;
  for (const [index, plan] of [settings.regimen, ...plans].entries()) {
    if (plan === regimen || version > PLANS_MAX) continue;
    const next = { ...memory.settings, version: version + 1, regimen: plan };
    const config = { settings: next, document: NO_BYTES, hash: NO_BYTES };
    yield person('plan', `plan ${index} is put into force`, { type: 'config.offered', config });
  }
  yield person('selfTest', 'a test of the motor is asked for', { type: 'selfTest.requested', parts: ['motor'] });
  yield person('selfTest', 'a test of the battery is asked for', { type: 'selfTest.requested', parts: ['battery'] });
  yield person('silence', 'the centre grants silence', { type: 'silence.requested', forMs: 15 * MINUTE_MS });
  const open = openDose(memory, stamp.wallMs);
  if (open === null) return;
  const closesAt = epochSecondsAt(open.closesMs);
  const isExtended =
    open.closesMs - open.dueMs > settings.regimen.slots.reduce((ms, slot) => Math.max(ms, slot.afterMs), 0);
  if (isExtended) return;
  const extended = { type: 'window.extended', dose: open.key, closesAt, byMs: EXTENSION_MS } as const;
  yield person('window', 'the window of the open dose is extended', extended);
}

const NO_BYTES = new Uint8Array(0);
