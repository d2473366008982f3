import { uint32Max } from '../limits.ts';
import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { choice, integer, text } from '../wire/kinds.ts';
import { list } from '../wire/list.ts';
import { field, optional, record } from '../wire/record.ts';
import { epochSeconds, passId } from './common.ts';
import { refusalCode } from './refusal.ts';
import { serviceActs } from './service-acts.ts';
import { passRoles } from './technician-pass.ts';

/** The newest are kept of those that changed something, as many as a year of visits makes, and of all others. */
export const journalChangesMax = 191;
export const journalIdleMax = 64;
/** One more is under way. */
export const journalEntriesMax = journalChangesMax + journalIdleMax + 1;
export const journalDetailCharsMax = 80;
export const journalBytesMax = 64 * 1024;

/** Append only. */
const actEnds = ['begun', 'refused', 'cut-off'] as const;

const journalEntry = record(
  'journal-entry',
  {
    at: field(1, epochSeconds),
    act: field(2, choice('service-act', serviceActs)),
    detail: field(
      3,
      text(new RegExp(`^[^\\p{C}]{0,${journalDetailCharsMax}}$`, 'u'), {
        rule: `a text of at most ${journalDetailCharsMax} characters on one line`,
        cddl: `tstr .size (0..${4 * journalDetailCharsMax})`,
        name: 'journal-detail',
      }),
    ),
    pass: optional(4, passId),
    role: optional(5, choice('pass-role', passRoles)),
    end: optional(6, choice('act-end', actEnds)),
    code: optional(7, refusalCode),
    times: optional(8, integer(2, uint32Max)),
  },
  { unknownKeys: 'ignored' },
);

export const journalKind = list(journalEntry, 0, journalEntriesMax);

/**
 * Who did what over the cable of a unit, the oldest first; also on one that has no ledger. `at`: epoch seconds, 0 where no
 * clock could tell. `detail`: what it was done to, a hash, a file, a part; empty where the act says it all. `pass`: the id of
 * the pass, never a name; absent without a session. `end`: absent when it was done; `begun` while it goes on, `cut-off` when
 * the unit then stopped, so that nobody can tell, and `refused` with the `code` where there is one. `times`: how often it was
 * done or refused alike within the hour that began at `at`, at least; absent for once.
 */
export type JournalEntry = TypeOf<typeof journalEntry>;

/** @returns a CBOR list of maps with integer keys. @throws ProtocolError */
export const { encode: encodeJournal, decode: decodeJournal } = codec(journalKind, {
  bytesMax: journalBytesMax,
  depthMax: 3,
  itemsMax: 20 * journalEntriesMax,
});
