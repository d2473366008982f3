import type { Observation } from '../../firmware/host/observation.ts';
import type { ReminderLevel } from '../../firmware/machine/outputs.ts';
import { type DeviceEvent, decodeEvent, type Presence } from '../../protocol/messages/event.ts';
import type { SimStore } from '../device/store.ts';
import { doseKeyOf } from '../prescription/dose-key.ts';

/** Something the unit said of itself, with the true time at which it said it. */
export interface DiaryEntry {
  readonly atMs: number;
  /** `dose.taken`, `reminder.level`, …: the type of the record or of the note. */
  readonly type: string;
  /** `<slot>/<local date>`, when it is about a dose. */
  readonly dose?: string;
  /** The durable record, unless this is only a note. */
  readonly record?: DeviceEvent;
  /** Found in the outbox at the next start: the record is older than this entry by as long as the unit was off. */
  readonly recovered?: true;
  readonly level?: ReminderLevel;
  readonly reason?: string;
  /** What was refused, by the name of its event. */
  readonly what?: string;
}

/** The types of record that end a dose. */
const endings: ReadonlySet<string> = new Set([
  'dose.taken',
  'dose.takenOut',
  'dose.missed',
  'dose.retracted',
  'dose.withheld',
]);

/** The end a record gives its dose: `taken`, `missed`, …; `undefined` when it ends nothing. */
export function fateIn(record: DeviceEvent): string | undefined {
  if (record.type === 'dose.settled') return record.fate;
  if (record.type === 'dose.given') return 'released';
  return endings.has(record.type) ? record.type.slice('dose.'.length) : undefined;
}

/** The dose a record is about, by its key. */
export function doseIn(record: DeviceEvent): string | undefined {
  if (!('slot' in record) || record.slot === undefined || record.date === undefined) return undefined;
  return doseKeyOf(record.slot, record.date);
}

/**
 * What the unit has said of itself so far: what a person can read on it. Kept outside the unit, so that it survives
 * crashes; records whose telling a crash swallowed are read from the unit's own outbox at its next start.
 */
export class Diary {
  readonly entries: DiaryEntry[] = [];
  /** Fates by dose, as last said. */
  readonly fates = new Map<string, string>();
  /** `presented` or `uncertain`, for doses that have no end yet. */
  readonly standing = new Map<string, string>();
  /** Active alarms: `code` or `code slot/date`. */
  readonly alarms = new Set<string>();
  readonly uncertain = new Set<string>();
  presence: Presence = 'home';
  level: ReminderLevel = 'idle';
  lastSeq = 0;
  /** Told of each new entry. */
  onEntry: (entry: DiaryEntry) => void = () => undefined;
  /** Keeps only what is still needed; long soaks need no history. */
  readonly #forgetful: boolean;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number, forgetful: boolean) {
    this.#nowMs = nowMs;
    this.#forgetful = forgetful;
  }

  observe(observation: Observation): void {
    if (observation.kind === 'recorded') this.#record(observation.event, {});
    else if (observation.kind === 'noted') {
      const { note } = observation;
      if (note.type === 'reminder.level') {
        this.level = note.level;
        this.#add({
          atMs: this.#nowMs(),
          type: note.type,
          level: note.level,
          ...(note.dose === undefined ? {} : { dose: note.dose }),
        });
      } else if (note.type === 'dose.due') this.#add({ atMs: this.#nowMs(), type: note.type, dose: note.dose });
      else if (note.type === 'press.refused') this.#add({ atMs: this.#nowMs(), type: note.type, reason: note.reason });
      else this.#add({ atMs: this.#nowMs(), type: note.type, what: note.what });
    }
  }

  /** Catches up with records whose telling a crash swallowed. */
  catchUp(store: SimStore): void {
    // A unit that nobody has set up yet has written nothing.
    if (store.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'log'`).get() === undefined) return;
    for (const row of store.prepare('SELECT body FROM log WHERE seq > ? ORDER BY seq').all(this.lastSeq)) {
      this.#record(decodeEvent(row.body as Uint8Array), { recovered: true });
    }
  }

  /** Another unit speaks from now on. What became of the doses stays said. */
  beginLedger(): void {
    this.lastSeq = 0;
    this.alarms.clear();
    this.uncertain.clear();
    this.standing.clear();
    this.presence = 'home';
    this.level = 'idle';
  }

  isAlarmed(code: string): boolean {
    if (this.alarms.has(code)) return true;
    for (const key of this.alarms) if (key.startsWith(`${code} `)) return true;
    return false;
  }

  #record(record: DeviceEvent, how: Pick<DiaryEntry, 'recovered'>): void {
    if (record.seq <= this.lastSeq) return;
    this.lastSeq = record.seq;
    const dose = doseIn(record);
    const fate = fateIn(record);
    if (dose !== undefined) this.#noteDose(dose, record, fate);
    if (record.type === 'alarm.raised') this.alarms.add(dose === undefined ? record.code : `${record.code} ${dose}`);
    if (record.type === 'alarm.cleared')
      this.alarms.delete(dose === undefined ? record.code : `${record.code} ${dose}`);
    if (record.type === 'presence.changed') this.presence = record.presence;
    this.#add({ atMs: this.#nowMs(), type: record.type, ...(dose === undefined ? {} : { dose }), record, ...how });
  }

  #noteDose(dose: string, record: DeviceEvent, fate: string | undefined): void {
    if (fate !== undefined) {
      this.fates.set(dose, fate);
      this.standing.delete(dose);
    }
    if (record.type === 'dose.presented') this.standing.set(dose, 'presented');
    if (record.type === 'dose.uncertain') {
      this.standing.set(dose, 'uncertain');
      this.uncertain.add(dose);
    }
    if (record.type === 'dose.settled') this.uncertain.delete(dose);
  }

  #add(entry: DiaryEntry): void {
    if (!this.#forgetful) this.entries.push(entry);
    this.onEntry(entry);
  }
}
