import { callLevel, callPhrase, doseCalling } from '../call.ts';
import type { ReminderLevel } from '../outputs.ts';
import type { Turn } from '../turn.ts';

/** A new rung: seen in the trace, and spoken unless it is one of silence. */
function climb(turn: Turn, level: ReminderLevel): void {
  const dose = doseCalling(turn.memory, turn.volatile, turn.stamp);
  turn.note({ type: 'reminder.level', level, ...(dose === null ? {} : { dose: dose.key }) });
  if (level !== 'idle' && level !== 'quiet') speak(turn, level);
}

function speak(turn: Turn, level: ReminderLevel): void {
  turn.remember({ remindedMonoMs: turn.stamp.monoMs });
  turn.say(callPhrase(turn.memory, turn.volatile, level));
}

export const callGently = (turn: Turn): void => climb(turn, 'gentle');
export const callFirmly = (turn: Turn): void => climb(turn, 'firm');
export const callUrgently = (turn: Turn): void => climb(turn, 'urgent');
export const callLast = (turn: Turn): void => climb(turn, 'lastCall');
export const fallQuiet = (turn: Turn): void => climb(turn, 'quiet');
export const fallSilent = (turn: Turn): void => climb(turn, 'idle');

/** The same again after a while, for whoever did not hear it. */
export function repeatCall(turn: Turn): void {
  speak(turn, callLevel(turn.memory, turn.volatile, turn.stamp));
}
