import type { Level } from '../../hal/ports/panel.ts';
import { type AlarmCode, type AlarmPriority, alarmPriority } from '../../protocol/messages/alarm.ts';
import { dayAfter, HOUR_MS, instantOf, type LocalDate, localDateAt, MINUTE_MS } from './civil-time.ts';

/**
 * How an alarm sounds in the room (IEC 60601-1-8, 6.3.3 and 6.8). The room is a home, and most alarms wait hours for a
 * technician or a nurse whom the service centre sends: a burst every seven seconds until then would drive a citizen of
 * ninety to pull the plug. So it sounds in rounds. The first begins with the alarm, at any hour unless its priority is
 * low; the next ones come after pauses that double, and never by night; at seven in the morning it sounds anew. Its
 * light stays all the while, and the display says that the sound rests.
 */
const ROUND_MS = 2 * MINUTE_MS;
const FIRST_PAUSE_MS = 15 * MINUTE_MS;
const PAUSE_MS_MAX = 4 * HOUR_MS;
const NIGHT_FROM = '22:00';
const NIGHT_UNTIL = '07:00';

/** How long a citizen who asks for quiet is spared the alarms that there are then. */
export const HUSH_MS = 15 * MINUTE_MS;

/** A loose plug or a battery at its limit raises and clears them again and again. */
const WAVERING: ReadonlySet<AlarmCode> = new Set(['mains-lost', 'battery-low', 'battery-critical']);

/** Whether an alarm that clears and is raised once more soon after most likely tells of the same thing. */
export function wavers(code: AlarmCode): boolean {
  return WAVERING.has(code);
}

/**
 * These are for the centre to follow up; no picture shows them as an alarm. The reminder has called for the dose all
 * along, and after it nobody in the room can undo a miss: an alarm would only frighten. The rest waits for a technician.
 */
const NOT_HERE: ReadonlySet<AlarmCode> = new Set([
  'dose-missed',
  'dose-not-taken',
  'about-to-miss',
  'stock-low',
  'storage-filling',
  'storage-wearing',
  'overheated',
  'battery-worn',
  'tag-battery-low',
  'tag-gone',
]);

export function soundsHere(code: AlarmCode): boolean {
  return !NOT_HERE.has(code);
}

const LEVELS: Readonly<Record<AlarmPriority, Level>> = { high: 3, medium: 2, low: 1 };

export function alarmLevel(code: AlarmCode): Level {
  return LEVELS[alarmPriority(code)];
}

/** Whether an alarm sounds now, and in how many milliseconds that has to be asked again at the latest. */
export interface Ringing {
  readonly sounds: boolean;
  readonly againMs: number;
}

/** An alarm that has begun to sound, or sounds again after it was hushed. */
export interface Begun {
  readonly agoMs: number;
  /** It is a new one, which must be heard at night, too. */
  readonly wakes: boolean;
}

/**
 * @param nowMs wall time. A doubted one still is the best guess of the night: at worst the alarm rests at the wrong
 * nine hours of a day.
 */
export function ringingAt({ agoMs, wakes }: Begun, nowMs: number, zone: string): Ringing {
  const round = roundAt(agoMs);
  const sinceMs = agoMs - round.startMs;
  const today = localDateAt(nowMs, zone);
  const morningMs = localInstant(today, NIGHT_UNTIL, zone);
  const sinceMorningMs = nowMs - morningMs;
  const isHeard = (round.startMs === 0 && wakes) || !isNight(nowMs - sinceMs, zone);
  const inRound = isHeard && sinceMs < ROUND_MS;
  const inMorning = sinceMorningMs >= 0 && sinceMorningMs < ROUND_MS && agoMs > sinceMorningMs;
  const changes = [
    sinceMorningMs < 0 ? -sinceMorningMs : localInstant(dayAfter(today), NIGHT_UNTIL, zone) - nowMs,
    round.nextMs - agoMs,
    ...(inRound ? [ROUND_MS - sinceMs] : []),
    ...(inMorning ? [ROUND_MS - sinceMorningMs] : []),
  ];
  return { sounds: inRound || inMorning, againMs: Math.min(...changes) };
}

/** When the last round began and the next one will, counted from the first. */
function roundAt(agoMs: number): { readonly startMs: number; readonly nextMs: number } {
  let startMs = 0;
  let pauseMs = FIRST_PAUSE_MS;
  while (startMs + pauseMs <= agoMs && pauseMs < PAUSE_MS_MAX) {
    startMs += pauseMs;
    pauseMs = Math.min(PAUSE_MS_MAX, 2 * pauseMs);
  }
  startMs += Math.floor((agoMs - startMs) / pauseMs) * pauseMs;
  return { startMs, nextMs: startMs + pauseMs };
}

function isNight(ms: number, zone: string): boolean {
  const date = localDateAt(ms, zone);
  return ms < localInstant(date, NIGHT_UNTIL, zone) || ms >= localInstant(date, NIGHT_FROM, zone);
}

/** Asked at every event while an alarm lasts; the polyfill is slow. */
const known = new Map<string, number>();
const KNOWN_MAX = 64;

function localInstant(date: LocalDate, time: typeof NIGHT_FROM | typeof NIGHT_UNTIL, zone: string): number {
  const key = `${date} ${time} ${zone}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= KNOWN_MAX) known.clear();
  const ms = instantOf(date, time, zone);
  known.set(key, ms);
  return ms;
}
