import type { DoseKey } from '../../../firmware/domain/dose.ts';
import { ownerOf } from '../mechanics.ts';
import { type Laws, onRelease } from './law.ts';

/** What may come out, and when. Judged by where the sachets really are, not by what the unit believes. */
export const RELEASE_LAWS: Laws = {
  'no sachet of a dose comes out a second time': onRelease(({ dose, ordinal }, { mechanics }) => {
    const came = mechanics.came[dose ?? ''] ?? 0;
    return came === ordinal ? null : `sachet ${ordinal + 1} of ${dose} is asked for, and ${came} came out already`;
  }),

  'only the dose that is meant can fall into the cup': onRelease(({ dose }, { mechanics, roll }, { world }) => {
    const head = ownerOf(mechanics.rolls[roll][0], String(dose));
    // Nobody sees whether the dose before still lies there.
    const seen = world.parts.cupSensor ? mechanics.cup : [];
    const others = [...seen, ...mechanics.chute, head].filter((owner) => owner !== dose);
    const isBare = mechanics.rolls[roll].length === 0;
    return others.length === 0 || isBare ? null : `the release for ${dose} meets ${others.join()}`;
  }),

  'what another unit has ended is not released': onRelease(({ dose }, _movement, { memory, world }) => {
    const { tookOver } = memory.registers;
    const ended = world.handovers.flatMap(({ doses }) => doses).filter(({ fate }) => fate !== 'due');
    const isEnded = tookOver !== null && ended.some(({ slot, date }) => `${slot}/${date}` === dose);
    return isEnded ? `${dose} is released` : null;
  }),

  'only a dose that stands open is released': onRelease(({ dose }, _movement, { memory }) => {
    const before = memory.doses.get(dose as DoseKey)?.fate ?? 'due';
    return before === 'due' || before === 'releasing' ? null : `a dose that is ${before} is released`;
  }),

  'a dose comes out in its window, or ahead in a take-out': onRelease((intent, _movement, { after, stamp, world }) => {
    const { memory, volatile } = after.context;
    const dose = memory.doses.get(intent.dose as DoseKey);
    if (dose === undefined) return 'a dose is released that is not known';
    // What was begun in the window is finished.
    const graceMs = intent.ordinal === 0 ? 0 : dose.sachets * world.settings.profile.moveMsMax;
    if (stamp.wallMs >= dose.closesMs + graceMs) return `${dose.key} is released after its window`;
    const asked = dose.ahead && (volatile.takeOutLeft !== null || dose.moved > 0);
    return stamp.wallMs >= dose.opensMs || asked ? null : `${dose.key} is released before its window, unasked`;
  }),

  'two doses keep their distance, unless they are taken out together': onRelease((intent, { mechanics }, step) => {
    const { after, stamp, world } = step;
    const first = intent.ordinal === 0 && after.context.volatile.takeOutLeft === null;
    if (!first || mechanics.cameMs === null) return null;
    const fromMs = mechanics.cameMs + world.settings.regimen.minIntervalMs;
    return stamp.wallMs < fromMs ? 'the last release is too recent' : null;
  }),

  'no more doses are taken out than the citizen may': ({ after, world }) =>
    (after.context.volatile.takeOutLeft ?? 0) > world.settings.takeOutDosesMax ? 'too many doses are taken out' : null,

  'nothing comes out that was packed for another prescription': onRelease((_intent, { mechanics }, { memory }) =>
    mechanics.packedFor === memory.settings.regimen.prescription ? null : 'the medicine was packed for another plan',
  ),

  'a pause releases nothing that was not begun': onRelease(({ ordinal }, _movement, { memory }) =>
    ordinal === 0 && memory.registers.presence.mode === 'paused' ? 'the unit is paused' : null,
  ),
};
