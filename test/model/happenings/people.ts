import { HOUR_MS } from '../../../firmware/domain/civil-time.ts';
import { isFinal } from '../../../firmware/domain/dose.ts';
import type { InboxEvent } from '../../../firmware/machine/events.ts';
import type { Happening, Situation } from '../situation.ts';
import type { Family, World } from '../world.ts';

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
    yield { ...person('cup', 'the cup is emptied', { type: 'cup.emptied' }), mechanics: emptied };
  } else {
    yield { words: 'the empty cup is seen emptied', family: 'spuriousCup', event: { type: 'cup.emptied' } };
  }
  for (const doses of [settings.takeOutDosesMax, settings.takeOutDosesMax + 1]) {
    yield person('takeOut', `a take-out of ${doses} is asked for`, { type: 'takeOut.requested', doses });
  }
}

/** What relatives and the service centre do. */
export function* centre({ may }: World, { snapshot, stamp }: Situation): Generator<Happening> {
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
