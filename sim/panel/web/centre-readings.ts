import type { CentreEvent } from './words/centre-words.ts';

/** One received event with its place in the device's own numbering. */
export interface Received {
  readonly epoch: number;
  readonly seq: number;
  readonly receivedAt: unknown;
  readonly event: CentreEvent;
}

export interface OpenAlarm {
  readonly key: string;
  readonly code: string;
  readonly priority: 'high' | 'medium' | 'low';
  readonly at: unknown;
  readonly slot: string | null;
  readonly date: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** The list keeps this many events; older ones are at the centre. */
export const receivedMax = 300;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rows(value: unknown, name: string): unknown[] {
  const inner = isFields(value) ? value[name] : undefined;
  return Array.isArray(inner) ? inner : [];
}

/** Reads one `event` of the stream or of the history; `null` when it is none of this device's. */
export function readReceived(value: unknown, device: string): Received | null {
  if (!isFields(value) || value.device !== device) return null;
  const { epoch, seq, receivedAt } = value;
  if (typeof epoch !== 'number' || typeof seq !== 'number') return null;
  return { epoch, seq, receivedAt, event: readEvent(value.event) };
}

/** The centre hands on an event that it cannot read (from a newer unit) as `null`: it is shown, not hidden. */
function readEvent(value: unknown): CentreEvent {
  return isFields(value) && typeof value.type === 'string' ? (value as CentreEvent) : { type: 'unknown' };
}

/** Reads `{devices: […]}`: whether the centre counts this device as connected; `null` when it does not know it. */
export function readOnline(value: unknown, device: string): boolean | null {
  const found = rows(value, 'devices').find((row) => isFields(row) && row.id === device);
  return isFields(found) && typeof found.online === 'boolean' ? found.online : null;
}

/** Reads the history, `{events: […]}`. */
export function readHistory(value: unknown, device: string): Received[] {
  return rows(value, 'events').flatMap((row) => readReceived(row, device) ?? []);
}

/** Puts events together, newest first, each (epoch, seq) once. */
export function mergeReceived(known: readonly Received[], more: readonly Received[]): Received[] {
  const byKey = new Map<string, Received>();
  for (const one of [...known, ...more]) byKey.set(`${one.epoch}/${one.seq}`, one);
  return [...byKey.values()].sort((a, b) => b.epoch - a.epoch || b.seq - a.seq).slice(0, receivedMax);
}

const priorities = ['high', 'medium', 'low'] as const;

/** Reads `{alarms: […]}`, the centre's open alarms: those of this device, the gravest first. */
export function readAlarms(value: unknown, device: string): OpenAlarm[] {
  return rows(value, 'alarms')
    .flatMap((row) => readAlarm(row, device) ?? [])
    .sort((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority));
}

function readAlarm(row: unknown, device: string): OpenAlarm | null {
  if (!isFields(row) || row.device !== device) return null;
  const slot = typeof row.slot === 'string' ? row.slot : null;
  const date = typeof row.date === 'string' ? row.date : null;
  const priority = priorities.find((known) => known === row.priority) ?? 'medium';
  // An alarm of the centre's own has no id, and is the only one of its code.
  return { key: String(row.id ?? row.code), code: String(row.code), priority, at: row.at, slot, date };
}
