import { describe, expect, it } from 'vitest';
import type { TraceStore } from '../../hal/ports/trace-store.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What every TraceStore must do. `open` gives a new, empty one; `again` the same one after a restart. */
export function traceStoreContract(
  name: string,
  open: () => { readonly store: TraceStore; readonly again: () => TraceStore },
): void {
  describe(`trace store contract: ${name}`, () => {
    it('gives back each segment as it was written, the oldest first', () => {
      const { store } = open();
      expect(store.list()).toEqual([]);
      expect(store.begin()).toBe(1);
      store.append('one\n');
      store.append('tø\n');
      expect(store.begin()).toBe(2);
      store.append('three\n');
      expect(store.list()).toEqual([
        { number: 1, bytes: 8 },
        { number: 2, bytes: 6 },
      ]);
      expect(text(store.read(1, 0, 100))).toBe('one\ntø\n');
      expect(text(store.read(1, 4, 3))).toBe('tø');
      expect(store.read(1, 8, 10)).toEqual(new Uint8Array());
      expect(store.read(1, 100, 10)).toEqual(new Uint8Array());
    });

    it('goes on numbering after a restart, and leaves an older segment as it was', () => {
      const { store, again } = open();
      store.begin();
      store.append('one\n');
      const later = again();
      expect(() => later.append('nowhere')).toThrow(/No trace segment was begun/);
      expect(later.begin()).toBe(2);
      later.append('two\n');
      expect(text(later.read(1, 0, 100))).toBe('one\n');
      expect(text(later.read(2, 0, 100))).toBe('two\n');
    });

    it('takes a segment away whole, and numbers on from the newest', () => {
      const { store } = open();
      for (const each of [1, 2, 3]) expect(store.begin()).toBe(each);
      store.drop(1);
      store.drop(1);
      store.drop(2);
      expect(store.list()).toEqual([{ number: 3, bytes: 0 }]);
      expect(store.read(1, 0, 10)).toEqual(new Uint8Array());
      expect(store.begin()).toBe(4);
    });

    it('says how much room is left', () => {
      expect(open().store.freeBytes()).toBeGreaterThan(0);
    });
  });
}
