import type { Store } from '../../hal/ports/store.ts';

/** The file was written by a newer program, or by another one. Nothing in it was changed. */
export class CentreDatabaseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CentreDatabaseError';
  }
}

/** Marks the file as ours (sqlite.org/pragma.html#pragma_application_id): "DoCe". */
const APPLICATION_ID = 0x446f4365;

/**
 * Each step brings a file from version n to n + 1. Steps are added, never changed.
 *
 * `stream` and `event` together make (device, epoch, seq) unique. Stream ids rise in the order in which epochs were
 * first heard, event ids in the order of arrival. Columns of `event` beside `bytes` are what queries need of it; they
 * are null for an event of a newer unit that this program cannot read yet, `at_s` also when the device did not trust its
 * clock.
 *
 * `fault` is what the device named when it was last born, after its event `fault_through`; null there means that it has
 * locked itself down. A stream has `ended_ms` when its device was born with a newer one, and `disputed_ms` when another
 * ledger goes by the same name; that may still turn out otherwise unless it is `proven`. `open_alarm` is what all of this
 * adds up to: without `id` it is an alarm of the centre's own, one line for each device and code.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE device (
     id TEXT PRIMARY KEY,
     first_heard_ms INTEGER NOT NULL,
     last_heard_ms INTEGER NOT NULL,
     gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
     session INTEGER,
     epoch INTEGER,
     boot INTEGER,
     firmware TEXT,
     config_version INTEGER,
     fault TEXT,
     fault_since_ms INTEGER,
     fault_through INTEGER
   ) STRICT;

   CREATE TABLE stream (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     device TEXT NOT NULL REFERENCES device (id),
     epoch INTEGER NOT NULL,
     acked_through INTEGER NOT NULL DEFAULT 0,
     born INTEGER NOT NULL DEFAULT 0 CHECK (born IN (0, 1)),
     ended_ms INTEGER,
     disputed_ms INTEGER,
     proven INTEGER NOT NULL DEFAULT 0 CHECK (proven IN (0, 1)),
     UNIQUE (device, epoch)
   ) STRICT;
   CREATE INDEX stream_disputed ON stream (device) WHERE disputed_ms IS NOT NULL AND ended_ms IS NULL;

   CREATE TABLE event (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     stream INTEGER NOT NULL REFERENCES stream (id),
     seq INTEGER NOT NULL CHECK (seq > 0),
     received_ms INTEGER NOT NULL,
     bytes BLOB NOT NULL,
     type TEXT,
     at_s INTEGER,
     code TEXT,
     slot TEXT,
     date TEXT,
     UNIQUE (stream, seq)
   ) STRICT;
   CREATE INDEX event_arrival ON event (stream);
   CREATE INDEX event_closing ON event (stream, slot, date)
     WHERE type IN ('alarm.cleared', 'dose.taken', 'dose.settled');

   CREATE TABLE alarm (
     event INTEGER PRIMARY KEY REFERENCES event (id),
     device TEXT NOT NULL REFERENCES device (id),
     code TEXT NOT NULL,
     slot TEXT,
     date TEXT,
     closed_by INTEGER REFERENCES event (id)
   ) STRICT;
   CREATE INDEX alarm_open ON alarm (device, slot, date) WHERE closed_by IS NULL;

   CREATE TABLE loss (
     stream INTEGER NOT NULL REFERENCES stream (id),
     first_seq INTEGER NOT NULL,
     last_seq INTEGER NOT NULL,
     noticed_ms INTEGER NOT NULL,
     PRIMARY KEY (stream, first_seq)
   ) STRICT;

   CREATE TABLE refused (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     topic TEXT NOT NULL,
     reason TEXT NOT NULL,
     bytes BLOB NOT NULL,
     times INTEGER NOT NULL DEFAULT 1,
     last_ms INTEGER NOT NULL,
     UNIQUE (topic, reason, bytes)
   ) STRICT;

   CREATE VIEW open_alarm AS
     SELECT min(alarm.event) AS id, alarm.device, alarm.code, alarm.slot, alarm.date, event.at_s, event.received_ms
     FROM alarm JOIN event ON event.id = alarm.event JOIN stream ON stream.id = event.stream
     WHERE alarm.closed_by IS NULL AND stream.ended_ms IS NULL
     GROUP BY alarm.device, alarm.code, alarm.slot, alarm.date
     UNION ALL
     SELECT NULL, id, fault, NULL, NULL, NULL, fault_since_ms FROM device
     WHERE fault IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM alarm JOIN event ON event.id = alarm.event JOIN stream ON stream.id = event.stream
       WHERE alarm.device = device.id AND alarm.code = device.fault
         AND alarm.closed_by IS NULL AND stream.ended_ms IS NULL)
     UNION ALL
     SELECT NULL, device, 'two-ledgers', NULL, NULL, NULL, min(disputed_ms) FROM stream
     WHERE disputed_ms IS NOT NULL AND ended_ms IS NULL GROUP BY device;`,

  // Events of a stream up to `pruned_through` were stored, and may be gone.
  `CREATE TABLE unreadable (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     stream INTEGER NOT NULL REFERENCES stream (id),
     seq INTEGER CHECK (seq > 0),
     received_ms INTEGER NOT NULL,
     reason TEXT NOT NULL,
     bytes BLOB NOT NULL,
     UNIQUE (stream, bytes)
   ) STRICT;

   ALTER TABLE stream ADD COLUMN pruned_through INTEGER NOT NULL DEFAULT 0;
   CREATE INDEX alarm_closed ON alarm (closed_by);`,
];

/** Makes the tables, or brings an older file up to date. @throws CentreDatabaseError, StoreError */
export function prepareSchema(store: Store): void {
  const version = pragma(store, 'user_version');
  const owner = pragma(store, 'application_id');
  const empty = store.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0;
  if (!empty && owner !== APPLICATION_ID) {
    throw new CentreDatabaseError('the database belongs to another program; choose another file');
  }
  if (version > MIGRATIONS.length) {
    throw new CentreDatabaseError('the database was written by a newer version of dosis; update this one');
  }
  if (version === MIGRATIONS.length) return;
  store.transaction(() => {
    for (const step of MIGRATIONS.slice(version)) store.exec(step);
    store.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length};`);
  });
}

function pragma(store: Store, name: 'user_version' | 'application_id'): number {
  return store.prepare(`PRAGMA ${name}`).get()?.[name] as number;
}
