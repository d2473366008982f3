import { DAILY_MESSAGE_MS, dailyMessages, MESSAGES_MAX, type ShownMessage } from '../../domain/messages.ts';
import { refused } from '../../domain/orders.ts';
import type { Turn } from '../turn.ts';

/** What the centre says to the citizen, and what the citizen answers. Information: it never touches the medicine. */

export function receiveMessage(turn: Turn): void {
  if (turn.event.type !== 'message.received') return;
  const { text, buttons, untilMs } = turn.event;
  if (turn.memory.registers.messages.length >= MESSAGES_MAX) {
    turn.answer(refused('busy', 'text'));
    return;
  }
  add(turn, { command: turn.command?.id ?? null, text, buttons, untilMs });
  turn.answer({ status: 'accepted' });
}

function add(turn: Turn, message: ShownMessage): void {
  turn.register('messages', [...turn.memory.registers.messages, message]);
  turn.say('message', { text: message.text });
}

/** The citizen has answered the message on the display, the oldest one. */
export function takeAnswer(turn: Turn): void {
  const [message, ...rest] = turn.memory.registers.messages;
  if (turn.event.type !== 'choice.pressed' || message === undefined) return;
  const { choice } = turn.event;
  if (choice < 1 || choice > Math.max(1, message.buttons.length)) return;
  turn.register('messages', rest);
  if (message.command === null) return;
  turn.answerLater(message.command, {
    status: 'done',
    ...(message.buttons.length === 0 ? {} : { button: choice }),
  });
}

/** Daily messages whose time has come are shown, and what nobody has answered in time is taken away. */
export function tellOfTheDay(turn: Turn): void {
  const { messages, messagesFromMs } = turn.memory.registers;
  const kept = messages.filter(({ untilMs }) => turn.nowMs < untilMs);
  if (kept.length < messages.length) {
    turn.register('messages', kept);
    for (const { command, untilMs } of messages)
      if (command !== null && turn.nowMs >= untilMs) unanswered(turn, command);
  }
  // What was due while the unit was off, or long ago, is old news.
  const fromMs = Math.max(messagesFromMs, turn.nowMs - DAILY_MESSAGE_MS);
  const due = dailyMessages(turn.memory.settings, fromMs, turn.nowMs);
  if (due.length === 0) return;
  turn.register('messagesFromMs', turn.nowMs);
  if (turn.memory.registers.presence.mode !== 'home') return;
  for (const { atMs, text } of due) {
    const untilMs = atMs + DAILY_MESSAGE_MS;
    if (turn.memory.registers.messages.length < MESSAGES_MAX) add(turn, { command: null, text, buttons: [], untilMs });
  }
}

function unanswered(turn: Turn, command: number): void {
  turn.answerLater(command, { status: 'failed', errors: [{ path: 'expiresAt', code: 'expired' }] });
}
