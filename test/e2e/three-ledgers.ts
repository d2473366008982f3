import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../hal/ports/store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { type DeviceEvent, decodeEvent } from '../../protocol/messages/event.ts';
import { contentsOf } from '../../sim/device/sachet.ts';
import type { SavedRolls } from '../../sim/live/kept-rolls.ts';

export interface Record {
  readonly seq: number;
  readonly hex: string;
}

/** What the unit has written down. */
export function unitLedger(folder: string) {
  return reading(join(folder, 'ledger.db'), (store) => {
    const rows = store.prepare('SELECT seq, body FROM log ORDER BY seq').all();
    const doses = store.prepare('SELECT slot, date, fate FROM dose').all();
    return {
      records: rows.map(({ seq, body }): Record => ({ seq: seq as number, hex: hexOf(body) })),
      events: rows.map(({ body }): DeviceEvent => decodeEvent(body as Uint8Array)),
      fates: new Map(doses.map(({ slot, date, fate }) => [`${slot}/${date}`, fate as string])),
    };
  });
}

/** What the centre has stored of one unit, in the order of its numbers, and what it could not. */
export function centreLedger(path: string, device: string) {
  return reading(path, (store) => {
    const all = (sql: string) => store.prepare(sql).all(device);
    const rows = all(`SELECT event.seq, event.bytes FROM event JOIN stream ON stream.id = event.stream
      WHERE stream.device = ? ORDER BY stream.id, event.seq`);
    return {
      records: rows.map(({ seq, bytes }): Record => ({ seq: seq as number, hex: hexOf(bytes) })),
      epochs: all('SELECT epoch FROM stream WHERE device = ?').length,
      lost: all('SELECT 1 FROM loss JOIN stream ON stream.id = loss.stream WHERE stream.device = ?').length,
      unreadable: all('SELECT 1 FROM unreadable JOIN stream ON stream.id = unreadable.stream WHERE stream.device = ?')
        .length,
      refused: store.prepare('SELECT topic, reason FROM refused').all(),
    };
  });
}

/** What the virtual mechanism really let out, and what hands did with it. */
export function world(folder: string) {
  const { given, binned, cup, chute } = JSON.parse(readFileSync(join(folder, 'rolls.json'), 'utf8')) as SavedRolls;
  return { given: given.map(contentsOf).sort(), binned, left: [...cup, ...chute] };
}

function reading<T>(path: string, read: (store: Store) => T): T {
  const store = openStore({ path });
  try {
    return read(store);
  } finally {
    store.close();
  }
}

function hexOf(bytes: unknown): string {
  return Buffer.from(bytes as Uint8Array).toString('hex');
}
