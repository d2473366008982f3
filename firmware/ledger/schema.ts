/**
 * The ledger's tables. The safety rules stand here once more, as constraints: whatever the machine decides, the
 * file refuses a second release of a sachet, a new fate for an ended dose, or a changed record.
 */
const FINAL_AT_FIRST = `('taken','takenOut','retracted','missed','withheld')`;
export const FINAL = `('taken','takenOut','retracted','missed','withheld','released')`;

/** One entry per schema version; a new firmware adds an entry and never edits an old one. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE register (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE config (
    version INTEGER PRIMARY KEY,
    document BLOB NOT NULL,
    hash BLOB NOT NULL,
    applied_ms INTEGER NOT NULL
  );
  CREATE TRIGGER config_only_rises BEFORE INSERT ON config
  WHEN NEW.version <= (SELECT coalesce(max(version), 0) FROM config)
  BEGIN SELECT RAISE(ABORT, 'a configuration is replaced by a newer one'); END;
  CREATE TRIGGER config_is_history BEFORE UPDATE ON config
  BEGIN SELECT RAISE(ABORT, 'a configuration is never changed'); END;

  CREATE TABLE command (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    type TEXT NOT NULL,
    answer BLOB NOT NULL,
    ended INTEGER NOT NULL
  );
  CREATE TRIGGER command_ends_once BEFORE UPDATE ON command
  WHEN OLD.ended = 1 OR NEW.id <> OLD.id OR NEW.hash <> OLD.hash OR NEW.type <> OLD.type
  BEGIN SELECT RAISE(ABORT, 'an answer that was final stays'); END;

  CREATE TABLE dose (
    slot TEXT NOT NULL,
    date TEXT NOT NULL,
    opens_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    closes_ms INTEGER NOT NULL,
    sachets INTEGER NOT NULL CHECK (sachets BETWEEN 1 AND 8),
    roll TEXT,
    fate TEXT NOT NULL
      CHECK (fate IN ('due','releasing','presented','uncertain','taken','takenOut','retracted','missed','withheld')),
    moved INTEGER NOT NULL CHECK (moved BETWEEN 0 AND sachets),
    owed INTEGER NOT NULL CHECK (owed >= 0 AND moved + owed <= sachets),
    ahead INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    PRIMARY KEY (slot, date)
  ) WITHOUT ROWID;
  CREATE INDEX dose_opens ON dose (opens_ms);

  CREATE TRIGGER dose_ends_once BEFORE UPDATE OF fate ON dose
  WHEN OLD.fate IN ${FINAL_AT_FIRST} AND NEW.fate <> OLD.fate
  BEGIN SELECT RAISE(ABORT, 'a dose that has ended keeps its fate'); END;

  CREATE TRIGGER dose_doubt_needs_a_person BEFORE UPDATE OF fate ON dose
  WHEN OLD.fate = 'uncertain' AND NEW.fate NOT IN ('uncertain','taken','missed')
  BEGIN SELECT RAISE(ABORT, 'an uncertain dose is settled as taken or missed'); END;

  CREATE TRIGGER dose_is_never_deleted_open BEFORE DELETE ON dose
  WHEN OLD.fate NOT IN ${FINAL_AT_FIRST}
  BEGIN SELECT RAISE(ABORT, 'a dose without an end is not forgotten'); END;

  CREATE TABLE intent (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('release','swallow','retract')),
    dose TEXT,
    ordinal INTEGER NOT NULL,
    roll TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    fed_before INTEGER NOT NULL,
    binned_before INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('open','moved','notMoved','unknown'))
  );
  CREATE UNIQUE INDEX intent_moves_a_sachet_once ON intent (dose, ordinal)
    WHERE dose IS NOT NULL AND kind <> 'retract' AND outcome <> 'notMoved';
  CREATE UNIQUE INDEX intent_one_open ON intent (outcome) WHERE outcome = 'open';

  CREATE TRIGGER intent_settles_once BEFORE UPDATE ON intent
  WHEN OLD.outcome NOT IN ('open','unknown') OR NEW.outcome = 'open' OR NEW.id <> OLD.id OR NEW.dose IS NOT OLD.dose OR NEW.ordinal <> OLD.ordinal
  BEGIN SELECT RAISE(ABORT, 'a settled intent is history'); END;

  CREATE TABLE roll (id TEXT PRIMARY KEY, sachets TEXT NOT NULL, next INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE alarm (
    code TEXT NOT NULL, dose TEXT NOT NULL, raised_ms INTEGER NOT NULL, PRIMARY KEY (code, dose)
  ) WITHOUT ROWID;

  CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    urgent INTEGER NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL
  );
  CREATE TRIGGER log_is_history BEFORE UPDATE ON log
  BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;
  `,
  // The fate of a dose that came out of a unit without a cup sensor.
  `
  DROP TRIGGER dose_ends_once;
  DROP TRIGGER dose_doubt_needs_a_person;
  DROP TRIGGER dose_is_never_deleted_open;
  DROP INDEX dose_opens;
  ALTER TABLE dose RENAME TO dose_before;
  CREATE TABLE dose (
    slot TEXT NOT NULL,
    date TEXT NOT NULL,
    opens_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    closes_ms INTEGER NOT NULL,
    sachets INTEGER NOT NULL CHECK (sachets BETWEEN 1 AND 8),
    roll TEXT,
    fate TEXT NOT NULL
      CHECK (fate IN ('due','releasing','presented','uncertain','taken','takenOut','retracted','missed','withheld','released')),
    moved INTEGER NOT NULL CHECK (moved BETWEEN 0 AND sachets),
    owed INTEGER NOT NULL CHECK (owed >= 0 AND moved + owed <= sachets),
    ahead INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    PRIMARY KEY (slot, date)
  ) WITHOUT ROWID;
  INSERT INTO dose SELECT * FROM dose_before;
  DROP TABLE dose_before;
  CREATE INDEX dose_opens ON dose (opens_ms);

  CREATE TRIGGER dose_ends_once BEFORE UPDATE OF fate ON dose
  WHEN OLD.fate IN ${FINAL} AND NEW.fate <> OLD.fate
  BEGIN SELECT RAISE(ABORT, 'a dose that has ended keeps its fate'); END;

  CREATE TRIGGER dose_doubt_needs_a_person BEFORE UPDATE OF fate ON dose
  WHEN OLD.fate = 'uncertain' AND NEW.fate NOT IN ('uncertain','taken','missed')
  BEGIN SELECT RAISE(ABORT, 'an uncertain dose is settled as taken or missed'); END;

  CREATE TRIGGER dose_is_never_deleted_open BEFORE DELETE ON dose
  WHEN OLD.fate NOT IN ${FINAL}
  BEGIN SELECT RAISE(ABORT, 'a dose without an end is not forgotten'); END;
  `,
];
