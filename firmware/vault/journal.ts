import type { Vault } from '../../hal/ports/vault.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { uint32Max } from '../../protocol/limits.ts';
import { type ActRefusal, idleActs, type ServiceEntry } from '../../protocol/messages/service-acts.ts';
import {
  decodeJournal,
  encodeJournal,
  type JournalEntry,
  journalChangesMax,
  journalDetailCharsMax,
  journalIdleMax,
} from '../../protocol/messages/service-journal.ts';

/** Within so many seconds, what changes nothing is one entry, however often it is done. */
const ALIKE_SECONDS = 3_600;

/**
 * Who did what over the cable, also on a unit without a ledger, or with one that nobody can read. What changes nothing
 * cannot crowd out what does: of both, so many are kept. Nor can it fill the ledger, for only what is new is told there.
 */
export class ServiceJournal {
  readonly #vault: Vault;
  #read: readonly JournalEntry[] | null = null;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /**
   * Of an act that may change something, before it is done: durable when it returns, and `conclude` follows. An idle one is
   * noted as it is.
   * @param at epoch seconds. @returns whether it is to be told. @throws StoreError
   */
  add({ act, pass, role, detail }: ServiceEntry, at: number): boolean {
    const entry: JournalEntry = {
      ...{ at, act, detail: detail.slice(0, journalDetailCharsMax) },
      ...(pass !== null && { pass }),
      ...(role !== null && { role }),
    };
    if (idleActs.has(act)) {
      const news = isNews(this.#entries, entry);
      this.#keep(this.#entries, entry);
      return news;
    }
    this.#write([...bounded(this.#entries), { ...entry, end: 'begun' }]);
    return false;
  }

  /**
   * What came of the act that was added last. It is told before it stands here: cut off in between, it is told once more.
   * @throws StoreError
   */
  conclude({ act }: ServiceEntry, refusal: ActRefusal | null, tell: () => void): void {
    const entries = this.#entries;
    const place = entries.findLastIndex((entry) => entry.end === 'begun' && entry.act === act);
    const begun = entries[place];
    if (begun === undefined) return;
    const { end: _, ...done } = begun;
    const code = refusal?.code;
    const ended: JournalEntry =
      refusal === null ? done : { ...done, end: 'refused', ...(code === undefined ? {} : { code }) };
    const others = entries.toSpliced(place, 1);
    if (isNews(others, ended)) tell();
    this.#keep(others, ended);
  }

  /** At a start: acts that had begun when the unit stopped, told once more when it stops here again. @throws StoreError */
  cutOff(tell: (entry: JournalEntry) => void): void {
    const cut = this.#entries.filter(({ end }) => end === 'begun');
    if (cut.length === 0) return;
    for (const entry of cut) tell(entry);
    this.#write(this.#entries.map((entry) => (entry.end === 'begun' ? { ...entry, end: 'cut-off' } : entry)));
  }

  #keep(others: readonly JournalEntry[], entry: JournalEntry): void {
    const place = placeAlike(others, entry);
    const alike = others[place];
    if (alike === undefined) {
      this.#write(bounded([...others, entry]));
      return;
    }
    const times = Math.min((alike.times ?? 1) + 1, uint32Max);
    const counted = others.with(place, { ...alike, times });
    // Flash wears out: of a flood only the magnitude is made durable, with every doubling.
    if (others === this.#entries && (times & (times - 1)) !== 0) this.#read = counted;
    else this.#write(counted);
  }

  get #entries(): readonly JournalEntry[] {
    this.#read ??= entriesIn(this.#vault);
    return this.#read;
  }

  #write(entries: readonly JournalEntry[]): void {
    this.#vault.write('journal', encodeJournal([...entries]));
    this.#read = entries;
  }
}

function entriesIn(vault: Vault): readonly JournalEntry[] {
  const bytes = vault.read('journal');
  if (bytes === null) return [];
  try {
    return decodeJournal(bytes);
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    // One that cannot be read any more is begun anew; of a running unit the centre has the acts, though not the details.
    return [];
  }
}

/** Whether an entry tells of no change, or of one that nobody with a pass made: anybody could fill the journal with those. */
function isIdle({ act, end, pass }: JournalEntry): boolean {
  return idleActs.has(act) || end === 'refused' || pass === undefined;
}

/** What changed something is told each time, all else once within the hour. */
function isNews(others: readonly JournalEntry[], entry: JournalEntry): boolean {
  return !isIdle(entry) || placeAlike(others, entry) === -1;
}

/** Where the same was noted within the hour; of what changed something, only what was done last can be the same. */
function placeAlike(entries: readonly JournalEntry[], entry: JournalEntry): number {
  if (!isIdle(entry)) {
    const last = entries.findLastIndex((other) => !isIdle(other));
    return isAlike(entries[last], entry) ? last : -1;
  }
  return entries.findLastIndex((other) => isAlike(other, entry));
}

/** What was refused is named by whoever asks, so that every one could be another. */
function isAlike(one: JournalEntry | undefined, other: JournalEntry): boolean {
  if (one === undefined || one.act !== other.act || one.pass !== other.pass || one.end !== other.end) return false;
  if (Math.abs(other.at - one.at) >= ALIKE_SECONDS) return false;
  return other.end === 'refused' || one.detail === other.detail;
}

/** The oldest of either sort go first. */
function bounded(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const spare = { changes: journalChangesMax, idle: journalIdleMax };
  const kept = entries.toReversed().filter((entry) => {
    const sort = isIdle(entry) ? 'idle' : 'changes';
    spare[sort] -= 1;
    return spare[sort] >= 0;
  });
  return kept.toReversed();
}
