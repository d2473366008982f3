import { type SelfTestPart, selfTestParts } from '../../../protocol/messages/command.ts';
import { type Outcome, refused, resultOf } from '../../domain/orders.ts';
import { testedFromAfar } from '../self-test.ts';
import type { Turn } from '../turn.ts';

/** The unit looks at itself. Sensors are read; nothing moves. */

/** Waits for what the mechanism's board says, or for its silence. */
export function beginSelfTest(turn: Turn): void {
  if (turn.event.type !== 'selfTest.requested') return;
  const { parts } = turn.event;
  turn.remember({ selfTest: { command: turn.command?.id ?? null, parts, sinceMonoMs: turn.stamp.monoMs } });
  turn.answer({ status: 'accepted' });
}

/** From what is known already. */
export function testAtOnce(turn: Turn): void {
  if (turn.event.type !== 'selfTest.requested') return;
  turn.answer(turn.volatile.selfTest === null ? outcomeOf(turn, turn.event.parts) : refused('busy', 'parts'));
}

/** The sensors have been read, or gave no answer: what is wrong stands among the alarms now. */
export function endSelfTest(turn: Turn): void {
  const { selfTest } = turn.volatile;
  if (selfTest === null) return;
  turn.remember({ selfTest: null });
  if (selfTest.command !== null) turn.answerLater(selfTest.command, resultOf(outcomeOf(turn, selfTest.parts)));
}

/** At the open door counters may be turned by hand, but a sensor that says nothing, or a stuck gate, is a fault. */
export function judgeSensors(turn: Turn): void {
  if (turn.event.type !== 'mechanism.inspected' || turn.volatile.selfTest === null) return;
  const { gate, cup, binned, fed } = turn.event.evidence;
  const bays = turn.memory.settings.profile.rolls;
  if (gate === 'blocked') turn.raise('mechanism-jam');
  if (cup === 'unknown' && turn.volatile.parts.cupSensor) turn.raise('sensor-fault');
  if (binned === null || bays.some((bay) => fed[bay] === null)) turn.raise('position-mismatch');
}

function outcomeOf(turn: Turn, parts: readonly SelfTestPart[]): Outcome {
  const tested = testedFromAfar(parts, turn.memory, turn.volatile, turn.stamp);
  const faulty = selfTestParts.filter((part) => tested.some((one) => one.part === part && one.outcome === 'failed'));
  return { status: 'done', tested, ...(faulty.length === 0 ? {} : { faulty }) };
}
