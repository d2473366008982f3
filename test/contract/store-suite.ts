import { afterEach, describe, expect, it } from 'vitest';
import type { Store, StoreFailure } from '../../hal/ports/store.ts';
import { StoreError } from '../../hal/ports/store.ts';

/** Runs `act` and gives what it threw, whatever its type. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

export function failureOf(act: () => unknown): StoreFailure | undefined {
  const error = thrownBy(act);
  return error instanceof StoreError ? error.failure : undefined;
}

function openTable(store: Store): { add: (id: number, text?: string | null) => void; ids: () => number[] } {
  store.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
  const insert = store.prepare('INSERT INTO note (id, text) VALUES (?, ?)');
  const select = store.prepare('SELECT id FROM note ORDER BY id');
  return {
    add: (id, text = 'x') => insert.run(id, text),
    ids: () => select.all().map((row) => row.id as number),
  };
}

/** What every Store must do, on whatever medium. `open` gives a new, empty one each time. */
export function storeContract(name: string, open: () => Store): void {
  describe(`store contract: ${name}`, () => {
    const opened: Store[] = [];
    const fresh = (): Store => {
      const store = open();
      opened.push(store);
      return store;
    };
    afterEach(() => {
      for (const store of opened.splice(0)) store.close();
    });

    it('keeps what a transaction wrote and returns the value of its body', () => {
      const store = fresh();
      const table = openTable(store);
      const answer = store.transaction(() => {
        table.add(1);
        table.add(2);
        return 'done';
      });
      expect(answer).toBe('done');
      expect(table.ids()).toEqual([1, 2]);
    });

    it.each([
      ['an Error', new Error('stop')],
      ['a text', 'stop'],
      ['undefined', undefined],
    ])('keeps nothing when the body throws %s, and passes it on as it is', (_kind, thrown) => {
      const store = fresh();
      const table = openTable(store);
      const seen = thrownBy(() =>
        store.transaction(() => {
          table.add(1);
          throw thrown;
        }),
      );
      expect(seen).toBe(thrown);
      expect(table.ids()).toEqual([]);
      store.transaction(() => table.add(2));
      expect(table.ids()).toEqual([2]);
    });

    it('refuses a transaction inside a transaction, and the outer one is whole all the same', () => {
      const store = fresh();
      const table = openTable(store);
      store.transaction(() => {
        table.add(1);
        expect(() => store.transaction(() => table.add(2))).toThrow(/already open/);
        table.add(3);
      });
      expect(table.ids()).toEqual([1, 3]);
    });

    it('refuses an asynchronous body and keeps nothing of it', () => {
      const store = fresh();
      const table = openTable(store);
      expect(() =>
        store.transaction(() => {
          table.add(1);
          return Promise.resolve();
        }),
      ).toThrow(/synchronous/);
      expect(table.ids()).toEqual([]);
    });

    it('calls a broken rule of the schema `constraint`, keeps nothing, and goes on working', () => {
      const store = fresh();
      const table = openTable(store);
      store.transaction(() => table.add(1));
      const broken = [() => table.add(1), () => table.add(2, null)];
      for (const breakRule of broken) {
        expect(
          failureOf(() =>
            store.transaction(() => {
              table.add(9);
              breakRule();
            }),
          ),
        ).toBe('constraint');
      }
      store.transaction(() => table.add(3));
      expect(table.ids()).toEqual([1, 3]);
    });

    it('holds foreign keys', () => {
      const store = fresh();
      openTable(store);
      store.exec('CREATE TABLE mark (note INTEGER NOT NULL REFERENCES note (id)) STRICT');
      expect(failureOf(() => store.transaction(() => store.prepare('INSERT INTO mark VALUES (?)').run(7)))).toBe(
        'constraint',
      );
    });

    it('calls a full medium `full`, keeps what was there before, and works again when there is room', () => {
      const store = fresh();
      const table = openTable(store);
      store.transaction(() => table.add(1));
      const pages = store.prepare('PRAGMA page_count').get()?.page_count as number;
      store.exec(`PRAGMA max_page_count = ${pages + 2}`);
      const flood = (): void => {
        for (let id = 2; id < 100; id += 1) table.add(id, 'y'.repeat(1000));
      };
      expect(failureOf(() => store.transaction(flood))).toBe('full');
      expect(table.ids()).toEqual([1]);
      expect(store.integrityProblems()).toEqual([]);
      store.exec('PRAGMA max_page_count = 100000');
      store.transaction(() => table.add(2));
      expect(table.ids()).toEqual([1, 2]);
    });

    it('keeps nothing of a transaction that met a full medium, even when its body swallows the error and writes on', () => {
      const store = fresh();
      const table = openTable(store);
      const pages = store.prepare('PRAGMA page_count').get()?.page_count as number;
      store.exec(`PRAGMA max_page_count = ${pages}`);
      const body = (): void => {
        expect(failureOf(() => table.add(1, 'y'.repeat(100_000)))).toBe('full');
        thrownBy(() => table.add(2));
      };
      expect(failureOf(() => store.transaction(body))).toBe('full');
      expect(table.ids()).toEqual([]);
    });

    it.each([
      ['the largest exact integers', 'INTEGER', [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0]],
      ['text outside ASCII', 'TEXT', ['Bestå 💊', '']],
      ['bytes', 'BLOB', [Uint8Array.from({ length: 256 }, (_, byte) => byte), new Uint8Array(0)]],
      ['nothing', 'TEXT', [null]],
    ] as const)('gives back %s as they were put in', (_kind, type, values) => {
      const store = fresh();
      store.exec(`CREATE TABLE value (at INTEGER PRIMARY KEY, v ${type}) STRICT`);
      store.transaction(() => {
        for (const [at, value] of values.entries()) store.prepare('INSERT INTO value VALUES (?, ?)').run(at, value);
      });
      for (const [at, value] of values.entries()) {
        const found = store.prepare('SELECT v FROM value WHERE at = ?').get(at)?.v;
        expect(found instanceof Uint8Array ? Uint8Array.from(found) : found).toEqual(value);
      }
      expect(store.prepare('SELECT v FROM value WHERE at = ?').get(-1)).toBeUndefined();
    });

    it('leaves mistakes in the SQL to the programmer: they are no StoreError', () => {
      const store = fresh();
      expect(thrownBy(() => store.prepare('SELEKT 1'))).not.toBeInstanceOf(StoreError);
      expect(thrownBy(() => store.transaction(() => store.exec('SELECT * FROM nowhere')))).not.toBeInstanceOf(
        StoreError,
      );
    });

    it('runs with synchronous FULL and foreign keys, and finds itself sound', () => {
      const store = fresh();
      expect(store.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
      expect(store.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
      expect(store.integrityProblems()).toEqual([]);
    });
  });
}
