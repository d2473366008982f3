import type { Store } from '../../hal/ports/store.ts';
import { SaidError } from './said-error.ts';

/** The file was written by a newer program, or by another one. Nothing in it was changed. */
export class CentreDatabaseError extends SaidError {
  override readonly name = 'CentreDatabaseError';
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
 * adds up to: without `id` it is an alarm of the centre's own, one line for each device and code. With its ledger an alarm
 * ends that is about the unit itself; one about a dose outlives it. `left_over`: no unit speaks of it any more.
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

  // What was asked of units. No reference to `device`: a unit may be prepared before it is heard for the first time.
  // `unit_config` is what is in force on a unit as far as it has said: version 0 for nothing, `hash` null when it told
  // only the version. `base` of an envelope is empty where the unit has nothing. `wave` of a unit counts from 0.
  `CREATE TABLE unit_config (
     device TEXT PRIMARY KEY,
     version INTEGER NOT NULL,
     hash BLOB,
     heard_ms INTEGER NOT NULL
   ) STRICT;

   CREATE TABLE config_order (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     device TEXT NOT NULL,
     version INTEGER NOT NULL,
     document BLOB NOT NULL,
     hash BLOB NOT NULL,
     over BLOB,
     author TEXT NOT NULL,
     reason TEXT NOT NULL,
     says_again INTEGER,
     made_ms INTEGER NOT NULL,
     sent_ms INTEGER,
     state TEXT NOT NULL CHECK (state IN ('made', 'sent', 'deferred', 'applied', 'rejected', 'superseded')),
     errors TEXT NOT NULL DEFAULT '[]',
     UNIQUE (device, version)
   ) STRICT;

   CREATE TABLE config_envelope (
     config INTEGER NOT NULL REFERENCES config_order (id),
     base BLOB NOT NULL,
     issued_s INTEGER NOT NULL,
     signed BLOB NOT NULL,
     signed_hash BLOB NOT NULL,
     PRIMARY KEY (config, base)
   ) STRICT;
   CREATE INDEX config_envelope_signed ON config_envelope (signed_hash);

   CREATE TABLE config_step (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     config INTEGER NOT NULL REFERENCES config_order (id),
     at_ms INTEGER NOT NULL,
     step TEXT NOT NULL,
     errors TEXT NOT NULL
   ) STRICT;
   CREATE INDEX config_step_config ON config_step (config);

   CREATE TABLE command_order (
     device TEXT NOT NULL,
     id INTEGER NOT NULL,
     type TEXT NOT NULL,
     payload BLOB NOT NULL,
     hash BLOB NOT NULL,
     signed BLOB NOT NULL,
     author TEXT NOT NULL,
     reason TEXT NOT NULL,
     made_ms INTEGER NOT NULL,
     sent_ms INTEGER,
     expires_s INTEGER NOT NULL,
     state TEXT NOT NULL
       CHECK (state IN ('made', 'sent', 'accepted', 'done', 'refused', 'failed', 'expired', 'unanswered')),
     PRIMARY KEY (device, id)
   ) STRICT;
   CREATE INDEX command_order_made ON command_order (made_ms);
   CREATE INDEX command_order_open ON command_order (expires_s) WHERE state IN ('made', 'sent', 'accepted');

   CREATE TABLE command_reply (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     device TEXT NOT NULL,
     command INTEGER NOT NULL,
     received_ms INTEGER NOT NULL,
     bytes BLOB NOT NULL,
     UNIQUE (device, command, bytes),
     FOREIGN KEY (device, command) REFERENCES command_order (device, id)
   ) STRICT;

   CREATE TABLE rollout (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     plan TEXT NOT NULL,
     author TEXT NOT NULL,
     reason TEXT NOT NULL,
     made_ms INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('running', 'stopped', 'done')),
     wave INTEGER NOT NULL DEFAULT 0,
     why TEXT
   ) STRICT;

   CREATE TABLE rollout_unit (
     rollout INTEGER NOT NULL REFERENCES rollout (id),
     device TEXT NOT NULL,
     wave INTEGER NOT NULL,
     base BLOB NOT NULL,
     version INTEGER,
     made_ms INTEGER,
     skipped TEXT,
     forgiven INTEGER NOT NULL DEFAULT 0 CHECK (forgiven IN (0, 1)),
     PRIMARY KEY (rollout, device)
   ) STRICT;
   CREATE INDEX rollout_unit_device ON rollout_unit (device);`,

  // What units sent of their logs because a command asked for it, in pieces as they came.
  `CREATE TABLE unit_log (
     device TEXT NOT NULL,
     command INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     hash BLOB NOT NULL,
     heard_ms INTEGER NOT NULL,
     ended INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
     PRIMARY KEY (device, command)
   ) STRICT;

   CREATE TABLE unit_log_part (
     device TEXT NOT NULL,
     command INTEGER NOT NULL,
     from_byte INTEGER NOT NULL,
     to_byte INTEGER NOT NULL,
     data BLOB NOT NULL,
     PRIMARY KEY (device, command, from_byte),
     FOREIGN KEY (device, command) REFERENCES unit_log (device, command)
   ) STRICT;`,

  // Another unit has taken the place of the one with the ledger `old`, and knows of its records up to `through`.
  // `settled_ms`: nobody waits for more of them.
  `CREATE TABLE succession (
     old INTEGER PRIMARY KEY REFERENCES stream (id),
     through INTEGER NOT NULL,
     noticed_ms INTEGER NOT NULL,
     settled_ms INTEGER
   ) STRICT;
   CREATE INDEX succession_open ON succession (old) WHERE settled_ms IS NULL;
   CREATE INDEX event_handed_over ON event (stream) WHERE type = 'unit.handedOver';`,

  // What a person has closed in the place of a unit. `unsucceeded` of a ledger that was handed over: no other one follows.
  // Why a rollout has left out a unit is kept in both languages.
  `CREATE TABLE alarm_closing (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     device TEXT NOT NULL,
     code TEXT NOT NULL,
     slot TEXT,
     date TEXT,
     author TEXT NOT NULL,
     reason TEXT NOT NULL,
     closed_ms INTEGER NOT NULL
   ) STRICT;

   ALTER TABLE alarm ADD COLUMN closing INTEGER REFERENCES alarm_closing (id);
   CREATE INDEX alarm_closed_by_person ON alarm (closing) WHERE closing IS NOT NULL;

   ALTER TABLE stream ADD COLUMN handed_over_ms INTEGER;
   ALTER TABLE stream ADD COLUMN unsucceeded INTEGER REFERENCES alarm_closing (id);
   UPDATE stream SET handed_over_ms = (
     SELECT min(received_ms) FROM event WHERE event.stream = stream.id AND type = 'unit.handedOver');
   DROP INDEX event_handed_over;
   CREATE INDEX stream_handed_over ON stream (device) WHERE handed_over_ms IS NOT NULL;
   CREATE INDEX stream_unsucceeded ON stream (unsucceeded) WHERE unsucceeded IS NOT NULL;

   UPDATE rollout_unit SET skipped = json_object('da', skipped, 'en', skipped) WHERE skipped IS NOT NULL;

   DROP VIEW open_alarm;
   CREATE VIEW open_alarm AS
     SELECT min(alarm.event) AS id, alarm.device, alarm.code, alarm.slot, alarm.date, event.at_s, event.received_ms,
       sum(stream.ended_ms IS NULL) = 0 AS left_over
     FROM alarm JOIN event ON event.id = alarm.event JOIN stream ON stream.id = event.stream
     WHERE alarm.closed_by IS NULL AND alarm.closing IS NULL AND (stream.ended_ms IS NULL OR alarm.slot IS NOT NULL)
     GROUP BY alarm.device, alarm.code, alarm.slot, alarm.date
     UNION ALL
     SELECT NULL, id, fault, NULL, NULL, NULL, fault_since_ms, 0 FROM device
     WHERE fault IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM alarm JOIN event ON event.id = alarm.event JOIN stream ON stream.id = event.stream
       WHERE alarm.device = device.id AND alarm.code = device.fault
         AND alarm.closed_by IS NULL AND stream.ended_ms IS NULL)
     UNION ALL
     SELECT NULL, device, 'two-ledgers', NULL, NULL, NULL, min(disputed_ms), 0 FROM stream
     WHERE disputed_ms IS NOT NULL AND ended_ms IS NULL GROUP BY device
     UNION ALL
     SELECT NULL, device, 'successor-missing', NULL, NULL, NULL, min(handed_over_ms), 1 FROM stream
     WHERE handed_over_ms IS NOT NULL AND unsucceeded IS NULL
       AND NOT EXISTS (SELECT 1 FROM succession WHERE succession.old = stream.id) GROUP BY device;`,

  // The order in which the ledgers of one name followed each other, whichever was heard first: `rank` counts from 0.
  `ALTER TABLE succession ADD COLUMN heir INTEGER REFERENCES stream (id);
   CREATE INDEX succession_heir ON succession (heir);

   CREATE VIEW stream_line AS
     WITH RECURSIVE line (id, rank) AS (
       SELECT id, 0 FROM stream
       UNION
       SELECT succession.heir, line.rank + 1 FROM line JOIN succession ON succession.old = line.id
       WHERE succession.heir IS NOT NULL AND line.rank < 100)
     SELECT id, max(rank) AS rank FROM line GROUP BY id;`,
];

/** Makes the tables, or brings an older file up to date. @throws CentreDatabaseError, StoreError */
export function prepareSchema(store: Store): void {
  const version = pragma(store, 'user_version');
  const owner = pragma(store, 'application_id');
  const empty = store.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0;
  if (!empty && owner !== APPLICATION_ID) {
    throw new CentreDatabaseError({
      da: 'Databasen tilhører et andet program; vælg en anden fil med --database.',
      en: 'The database belongs to another program; choose another file with --database.',
    });
  }
  if (version > MIGRATIONS.length) {
    throw new CentreDatabaseError({
      da: 'Databasen er skrevet af en nyere version af dosis; opdater denne.',
      en: 'The database was written by a newer version of dosis; update this one.',
    });
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
