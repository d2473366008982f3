import { describe, expect, it } from 'vitest';
import { type Flash, FlashError } from '../../hal/ports/flash.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** What every Flash must do. `open` gives a new, empty medium; `again` the same one after a restart. */
export function flashContract(name: string, open: () => { readonly flash: Flash; readonly again: () => Flash }): void {
  describe(`flash contract: ${name}`, () => {
    it('is empty at first, and gives back what was written where it was written', () => {
      const { flash } = open();
      expect(flash.bytesIn('slot-a')).toBe(0);
      expect(flash.read('slot-a', 0, 10)).toEqual(bytes());
      flash.write('slot-a', 0, bytes(1, 2, 3, 4));
      flash.write('slot-a', 4, bytes(5, 6));
      flash.write('slot-a', 1, bytes(9));
      expect(flash.bytesIn('slot-a')).toBe(6);
      expect(flash.read('slot-a', 0, 100)).toEqual(bytes(1, 9, 3, 4, 5, 6));
      expect(flash.read('slot-a', 4, 1)).toEqual(bytes(5));
      expect(flash.read('slot-a', 6, 1)).toEqual(bytes());
      expect(flash.read('slot-a', 100, 1)).toEqual(bytes());
    });

    it('keeps areas apart', () => {
      const { flash } = open();
      for (const [index, area] of (['slot-a', 'slot-b', 'record-a', 'record-b'] as const).entries()) {
        flash.write(area, 0, bytes(index));
      }
      flash.erase('slot-b');
      expect(flash.bytesIn('slot-b')).toBe(0);
      expect(flash.read('slot-a', 0, 1)).toEqual(bytes(0));
      expect(flash.read('record-a', 0, 1)).toEqual(bytes(2));
      expect(flash.read('record-b', 0, 1)).toEqual(bytes(3));
    });

    it('leaves no gap', () => {
      const { flash } = open();
      flash.write('slot-a', 0, bytes(1));
      expect(() => flash.write('slot-a', 2, bytes(1))).toThrow(FlashError);
      expect(flash.bytesIn('slot-a')).toBe(1);
    });

    it('holds what was synced, and has erased what was erased, after a restart', () => {
      const { flash, again } = open();
      flash.write('slot-a', 0, bytes(1, 2, 3));
      flash.sync('slot-a');
      flash.write('slot-b', 0, bytes(4));
      flash.sync('slot-b');
      flash.erase('slot-b');
      const later = again();
      expect(later.read('slot-a', 0, 10)).toEqual(bytes(1, 2, 3));
      expect(later.bytesIn('slot-b')).toBe(0);
    });

    it('gives bytes that later writes leave alone', () => {
      const { flash } = open();
      flash.write('slot-a', 0, bytes(1));
      const before = flash.read('slot-a', 0, 1);
      flash.write('slot-a', 0, bytes(2));
      expect(before).toEqual(bytes(1));
    });

    it('tells how much room there is', () => {
      const { flash } = open();
      expect(flash.freeBytes()).toBeGreaterThan(0);
    });
  });
}
