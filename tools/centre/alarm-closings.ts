import type { SqlRow, SqlStatement } from '../../hal/ports/store.ts';
import type { CentreAlarmCode, CentreOwnCode } from '../../protocol/messages/alarm.ts';
import type { CentreDatabase } from './database.ts';
import { OrderError } from './orders/order-error.ts';
import type { Origin } from './orders/origin.ts';

/** Which open alarm is meant. */
export interface NamedAlarm {
  readonly device: string;
  readonly code: string;
  readonly slot: string | null;
  readonly date: string | null;
}

/** An alarm that a person has closed, who it was and why. */
export interface ClosingReading extends NamedAlarm, Origin {
  readonly code: CentreAlarmCode;
  readonly closedMs: number;
}

const CLOSINGS_SHOWN_MAX = 100;
/** An operator comes back to an alarm that is gone for about that long. */
const LATELY_MS = 7 * 24 * 3_600_000;
const LATE_CLOSINGS_MAX = 20;
const successorMissing: CentreOwnCode = 'successor-missing';

/**
 * Alarms that no unit can end any more, because the one that raised them was replaced: a person answers for them by name,
 * with a reason. Those of a unit that is there end when it says so, and nobody can silence them.
 */
export class AlarmClosings {
  readonly #database: CentreDatabase;
  readonly #sql: Readonly<Record<'find' | 'add' | 'close' | 'unsucceeded' | 'latest' | 'lately', SqlStatement>>;

  constructor(database: CentreDatabase) {
    const sql = (text: string) => database.store.prepare(text);
    this.#database = database;
    this.#sql = {
      find: sql('SELECT left_over FROM open_alarm WHERE device = ? AND code = ? AND slot IS ? AND date IS ?'),
      add: sql(`INSERT INTO alarm_closing (device, code, slot, date, author, reason, closed_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`),
      close: sql(`UPDATE alarm SET closing = ? WHERE device = ? AND code = ? AND slot IS ? AND date IS ?
        AND closed_by IS NULL AND closing IS NULL`),
      unsucceeded: sql(`UPDATE stream SET unsucceeded = ? WHERE device = ? AND handed_over_ms IS NOT NULL
        AND unsucceeded IS NULL AND NOT EXISTS (SELECT 1 FROM succession WHERE succession.old = stream.id)`),
      latest: sql(`SELECT * FROM alarm_closing WHERE device = ? ORDER BY id DESC LIMIT ${CLOSINGS_SHOWN_MAX}`),
      lately: sql(`SELECT * FROM alarm_closing WHERE closed_ms > ? ORDER BY id DESC LIMIT ${LATE_CLOSINGS_MAX}`),
    };
  }

  /** @throws OrderError when there is no such alarm, a unit still speaks of it, or no reason is given; StoreError */
  close({ device, code, slot, date }: NamedAlarm, { author, reason }: Origin, nowMs: number): void {
    if (reason.trim() === '') {
      throw new OrderError('invalid', {
        da: 'reason (--reason) skal sige, hvad der er fundet ud af og gjort; det står for alarmen fra nu af.',
        en: 'reason (--reason) must say what was found out and done; it stands for the alarm from now on.',
      });
    }
    this.#database.transaction(() => {
      this.#check({ device, code, slot, date });
      const id = this.#sql.add.get(device, code, slot, date, author, reason, nowMs)?.id as number;
      if (code === successorMissing) this.#sql.unsucceeded.run(id, device);
      else this.#sql.close.run(id, device, code, slot, date);
    });
  }

  /** The latest ones of one unit, newest first. */
  latest(device: string): ClosingReading[] {
    return this.#sql.latest.all(device).map(closingIn);
  }

  /** Those of the last seven days of all units, newest first. */
  lately(nowMs: number): ClosingReading[] {
    return this.#sql.lately.all(nowMs - LATELY_MS).map(closingIn);
  }

  #check({ device, code, slot, date }: NamedAlarm): void {
    const open = this.#sql.find.get(device, code, slot, date);
    const dose = slot === null ? '' : ` ${slot} ${date}`;
    if (open === undefined) {
      throw new OrderError('unknown', {
        da: `${device} har ingen åben alarm ${code}${dose}; siden viser dem, der er åbne.`,
        en: `${device} has no open alarm ${code}${dose}; the page shows those that are open.`,
      });
    }
    if (open.left_over === 1) return;
    throw new OrderError('conflict', {
      da: `Alarmen ${code}${dose} fra ${device} slutter, når apparatet selv siger, at det er overstået; et menneske lukker kun en, som et udskiftet apparat har efterladt.`,
      en: `The alarm ${code}${dose} of ${device} ends when the unit itself says that it is over; a person closes only what a replaced unit has left behind.`,
    });
  }
}

function closingIn(row: SqlRow): ClosingReading {
  return {
    device: row.device as string,
    code: row.code as CentreAlarmCode,
    slot: row.slot as string | null,
    date: row.date as string | null,
    author: row.author as string,
    reason: row.reason as string,
    closedMs: row.closed_ms as number,
  };
}
