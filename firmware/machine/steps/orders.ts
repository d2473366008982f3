import { agenda } from '../../domain/agenda.ts';
import { DAY_MS, epochSecondsAt, HOUR_MS } from '../../domain/civil-time.ts';
import { refused } from '../../domain/orders.ts';
import type { Turn } from '../turn.ts';

/** What the centre, or a technician, asks of the unit as a whole. */

/** So many of each sort in an hour are recorded: who floods the line, if only with what was signed once, must not fill the ledger. */
const REFUSALS_PER_HOUR = 12;

/** A document or command that is not to be obeyed: on record, and nothing else. */
export function noteRefusal(turn: Turn): void {
  if (turn.event.type !== 'order.refused') return;
  const { order, signed, refusal, version } = turn.event;
  turn.answer({ status: 'refused', refusal });
  // What became of a command stands in its answer already.
  if (turn.command !== undefined || !mayRecord(turn, signed ? 'signed' : 'unsigned')) return;
  if (order === 'command') turn.record({ type: 'command.refused', code: refusal.code });
  else turn.record({ type: 'config.refused', code: refusal.code, ...(version === undefined ? {} : { version }) });
}

function mayRecord(turn: Turn, by: 'signed' | 'unsigned'): boolean {
  const { monoMs } = turn.stamp;
  const { refusals } = turn.volatile;
  const { sinceMonoMs, count } = refusals[by];
  const fresh = monoMs >= sinceMonoMs + HOUR_MS;
  const counted = fresh ? { sinceMonoMs: monoMs, count: 1 } : { sinceMonoMs, count: count + 1 };
  turn.remember({ refusals: { ...refusals, [by]: counted } });
  return fresh || count < REFUSALS_PER_HOUR;
}

/** Who did what over the cable, or was not allowed to: for the centre to see. */
export function noteService(turn: Turn): void {
  if (turn.event.type !== 'service.noted') return;
  const { act, pass, refusal, cutOff } = turn.event;
  const told = { act, ...(pass === null ? {} : { pass }) };
  const code = refusal?.code;
  if (refusal === undefined)
    turn.record({ type: 'service.done', ...told, ...(cutOff === undefined ? {} : { cutOff }) });
  else turn.record({ type: 'service.refused', ...told, ...(code === undefined ? {} : { code }) });
}

/** One window stays open longer, once: a second such order finds another closing time. */
export function extendWindow(turn: Turn): void {
  if (turn.event.type !== 'window.extended') return;
  const { dose: key, closesAt, byMs } = turn.event;
  const doses = [...agenda(turn.memory, turn.nowMs + 2 * DAY_MS)];
  const at = doses.findIndex((candidate) => candidate.key === key);
  const dose = doses[at];
  if (dose === undefined || dose.fate !== 'due' || turn.nowMs >= dose.closesMs) {
    turn.answer(refused('state-mismatch', 'date'));
    return;
  }
  if (epochSecondsAt(dose.closesMs) !== closesAt) {
    turn.answer(refused('state-mismatch', 'closesAt'));
    return;
  }
  const closesMs = dose.closesMs + byMs;
  // A press can only mean one dose.
  if (doses.some((other, index) => index > at && other.opensMs < closesMs)) {
    turn.answer(refused('conflict', 'minutes'));
    return;
  }
  turn.dose(dose, { closesMs });
  turn.clear('about-to-miss', dose);
  turn.answer({ status: 'done' });
}

/** Begins anew, with nothing under way that a restart would leave in doubt. */
export function restart(turn: Turn): void {
  turn.effect({ type: 'unit.restart', reason: 'A restart was asked for.' });
  turn.answer({ status: 'accepted' });
}

export function refuseRestart(turn: Turn): void {
  turn.answer(refused('dose-open'));
}

/** The end of what the unit has written down goes to the centre, one log at a time. */
export function sendLog(turn: Turn): void {
  const { event, command } = turn;
  if (event.type !== 'log.requested' || command === undefined) return;
  if (turn.volatile.logFor !== null) {
    turn.answer(refused('busy', 'source'));
    return;
  }
  const { source, since, bytesMax } = event;
  const wanted = { source, bytesMax, ...(since === undefined ? {} : { since }) };
  turn.remember({ logFor: command.id });
  turn.effect({ type: 'log.send', command: command.id, ...wanted });
  turn.answer({ status: 'accepted' });
}

export function endLog(turn: Turn): void {
  if (turn.event.type !== 'log.ended') return;
  const { id, bytes } = turn.event;
  if (turn.volatile.logFor === id) turn.remember({ logFor: null });
  if (bytes === null) turn.answerLater(id, { status: 'failed', errors: [{ path: 'source', code: 'storage-fault' }] });
  else turn.answerLater(id, { status: 'done', logBytes: bytes });
}
