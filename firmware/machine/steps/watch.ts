import type { BoardFinding, Power } from '../../../hal/ports/sensors.ts';
import { isAlarmed } from '../../domain/memory.ts';
import { callLevel, callPhrase } from '../call.ts';
import { missingRoll } from '../in-place.ts';
import { doorCallMonoMs } from '../open-door.ts';
import type { Turn } from '../turn.ts';
import { BATTERY_PERCENT_LOW, type Refusal } from '../verdict.ts';

/** What the unit notices about its clock, its power, its door and its line to the centre. */

export function doubtTime(turn: Turn): void {
  turn.record({ type: 'clock.suspected' });
  turn.raise('time-suspect');
  turn.say('time-suspect');
}

export function trustTime(turn: Turn): void {
  turn.record({ type: 'clock.trusted' });
  turn.clear('time-suspect');
}

export function notePower(turn: Turn): void {
  if (turn.event.type !== 'power.changed') return;
  const { power } = turn.event;
  if (power.source !== turn.volatile.power.source) {
    turn.record({ type: 'power.changed', source: power.source, percent: percentOf(power) });
  }
  turn.remember({ power });
  if (power.source === 'mains' || power.batteryPercent > BATTERY_PERCENT_LOW) turn.clear('battery-low');
  else turn.raise('battery-low');
}

const IN_THEIR_PLACE: readonly (Refusal | undefined)[] = ['tilted', 'roll-missing'];

/**
 * The citizen can do nothing about a roll that does not hang as it should: whoever has the key must be sent. Nobody is
 * while the door stands open: then somebody is at it.
 */
export function watchHanging(turn: Turn): void {
  if (missingRoll(turn.memory, turn.volatile) === null) turn.clear('roll-missing');
  else if (turn.volatile.door === 'closed') turn.raise('roll-missing');
}

/** Whoever has filled the unit hears at once that a roll does not hang as it should. */
export function tellOfMissingRoll(turn: Turn): void {
  watchHanging(turn);
  if (turn.volatile.door === 'closed' && missingRoll(turn.memory, turn.volatile) !== null) turn.say('roll-missing');
}

/** Somebody who is called and presses would wonder why nothing comes; they are told before. */
export function notePlacement(turn: Turn): void {
  if (turn.event.type !== 'placement.changed') return;
  const { placement } = turn.event;
  turn.remember({ placement });
  // What was said of it does not hold any more, or is said anew.
  if (IN_THEIR_PLACE.includes(turn.volatile.refused?.refusal)) turn.remember({ refused: null });
  tellOfMissingRoll(turn);
  const level = callLevel(turn.memory, turn.volatile, turn.stamp);
  if (!placement.upright && level !== 'idle' && level !== 'quiet')
    turn.say(callPhrase(turn.memory, turn.volatile, level));
}

/** A gauge that says 101 % is no reason to write nothing down. */
function percentOf({ batteryPercent }: Power): number {
  return Math.min(100, Math.max(0, Math.round(batteryPercent)));
}

export function loseMains(turn: Turn): void {
  turn.raise('mains-lost');
}

export function regainMains(turn: Turn): void {
  turn.clear('mains-lost');
  turn.clear('battery-low');
  turn.clear('battery-critical');
}

export function warnOfBattery(turn: Turn): void {
  turn.raise('battery-critical');
  turn.say('battery-critical');
}

export function batteryRecovers(turn: Turn): void {
  turn.clear('battery-critical');
}

/** Each of these stands for as long as the board finds it. */
const BOARD_ALARMS: readonly BoardFinding[] = [
  'storage-fault',
  'storage-filling',
  'storage-wearing',
  'overheated',
  'battery-worn',
];

export function noteHealth(turn: Turn): void {
  if (turn.event.type !== 'health.changed') return;
  for (const code of BOARD_ALARMS) {
    if (turn.event.findings.includes(code)) turn.raise(code);
    else turn.clear(code);
  }
}

/** A service door that nobody closes lies open to everybody, and no dose comes out meanwhile. */
export function watchDoor(turn: Turn): void {
  // It was closed while the unit was off.
  if (turn.volatile.door === 'closed') turn.clear('door-left-open');
  const callMonoMs = doorCallMonoMs(turn.volatile, turn.stamp.monoMs - turn.upMs);
  if (callMonoMs === null || turn.stamp.monoMs < callMonoMs || isAlarmed(turn.memory, 'door-left-open')) return;
  turn.raise('door-left-open');
  turn.say('open');
}

/** The centre has stored everything up to here. Only forward. */
export function advanceAck(turn: Turn): void {
  if (turn.event.type !== 'link.acknowledged') return;
  const through = Math.min(turn.event.through, turn.memory.lastSeq);
  if (through > turn.memory.registers.ackedThrough) turn.register('ackedThrough', through);
}
