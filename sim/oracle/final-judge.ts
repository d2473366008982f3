import { createHash } from 'node:crypto';
import type { Store } from '../../hal/ports/store.ts';
import { decodeEvent } from '../../protocol/messages/event.ts';
import { epochOf } from '../world/swap.ts';
import type { World } from '../world/world.ts';
import type { Verdicts } from './verdicts.ts';

const dayMs = 86_400_000;
/** A dose that closed less than this before the end may still be on its way into the ledger. */
const settleMs = 10 * 60_000;

/**
 * Judges the end of a run, when the world has been healed for long enough: the ledger is whole, the centre has all of
 * it, every intent was closed and every prescribed dose has exactly one end.
 */
export function judgeTheEnd(world: World, verdicts: Verdicts): void {
  for (const store of ledgersOf(world)) {
    judgeChain(store, verdicts);
    judgeIntents(store, verdicts);
    judgeCentre(store, world, verdicts);
  }
  const strangers = world.centre.epochs.length - 1 - world.retired.length;
  if (strangers > 0) verdicts.broken('centre-has-everything', `the centre knows ${strangers} ledgers too many`);
  judgeFates(world, verdicts);
}

/** Of every unit that has stood here, and can still be read. */
function ledgersOf({ unit, retired }: World): Pick<Store, 'prepare'>[] {
  return [...retired.flatMap(({ flash }) => (flash === null ? [] : [flash])), unit.store];
}

function judgeChain(store: Pick<Store, 'prepare'>, verdicts: Verdicts): void {
  const rows = store.prepare('SELECT seq, body, hash FROM log ORDER BY seq').all();
  let previous: Uint8Array | undefined = rows[0]?.seq === 1 ? new Uint8Array(32) : undefined;
  for (const row of rows) {
    const hash = row.hash as Uint8Array;
    if (previous !== undefined) {
      const wanted = createHash('sha256')
        .update(previous)
        .update(row.body as Uint8Array)
        .digest();
      if (!wanted.equals(hash)) verdicts.broken('log-chain-unbroken', `record ${row.seq} does not continue the chain`);
    }
    previous = hash;
  }
}

function judgeIntents(store: Pick<Store, 'prepare'>, verdicts: Verdicts): void {
  for (const row of store.prepare(`SELECT id, kind, dose FROM intent WHERE outcome = 'open'`).all()) {
    verdicts.broken('every-intent-ends', `intent ${row.id} (${row.kind} ${row.dose}) is still open`);
  }
}

/** The centre holds every record, byte for byte, and nothing else. */
function judgeCentre(store: Pick<Store, 'prepare'>, { centre }: World, verdicts: Verdicts): void {
  const epoch = epochOf(store);
  const stored = centre.events(epoch);
  const lastSeq = Number(store.prepare('SELECT max(seq) AS seq FROM log').get()?.seq ?? 0);
  if (centre.ackedThrough(epoch) !== lastSeq) {
    verdicts.broken(
      'centre-has-everything',
      `the centre has records up to ${centre.ackedThrough(epoch)} of ${lastSeq}`,
    );
  }
  for (const row of store.prepare('SELECT seq, body FROM log ORDER BY seq').all()) {
    const known = stored.get(row.seq as number);
    const body = row.body as Uint8Array;
    if (known === undefined) {
      verdicts.broken('no-record-lost', `record ${row.seq} (${decodeEvent(body).type}) never reached the centre`);
    } else if (known.bytes.length !== body.length || !known.bytes.every((byte, index) => byte === body[index])) {
      verdicts.broken('acknowledged-record-stays', `record ${row.seq} differs between unit and centre`);
    }
  }
}

function judgeFates({ schedule, options, nowMs, diary, centre, whereabouts, swap }: World, verdicts: Verdicts): void {
  for (const dose of schedule.between(options.startMs - dayMs, nowMs)) {
    // Of a window that was open when the unit was set up, only what came from its rolls is its business.
    const wasLoaded = dose.closesMs > options.startMs && whereabouts.of(dose.key) !== undefined;
    if (dose.atHand || swap.mayHaveLost(dose)) continue;
    if ((dose.opensMs < options.startMs && !wasLoaded) || dose.closesMs > nowMs - settleMs) continue;
    if (!diary.fates.has(dose.key)) verdicts.broken('every-dose-ends', `${dose.key} has no end`);
    else if (centre.fateOf(dose.key) !== diary.fates.get(dose.key)) {
      verdicts.broken(
        'centre-has-everything',
        `the centre says ${dose.key} is ${centre.fateOf(dose.key)}, the unit ${diary.fates.get(dose.key)}`,
      );
    }
  }
}
