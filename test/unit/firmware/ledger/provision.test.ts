import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../../firmware/ledger/ledger.ts';
import { ProvisionError, provision } from '../../../../firmware/ledger/provision.ts';
import { uint32Max } from '../../../../protocol/limits.ts';
import { isDeviceId } from '../../../../protocol/topics.ts';
import { CONFIG } from '../rig.ts';
import { TappedStore } from '../tapped-store.ts';
import { START } from './samples.ts';

function refusal(store: TappedStore, device: string, epoch: number): string {
  try {
    provision(store, { device, epoch, atMs: START, config: CONFIG });
  } catch (error) {
    expect(error).toBeInstanceOf(ProvisionError);
    return (error as Error).message;
  }
  return expect.fail('the identity was accepted');
}

describe('a unit that is provisioned', () => {
  it.each(['', 'DD', '-DD-0042', 'DD/0042', 'DD+0042', 'DD 0042', 'Dispenserø', 'D'.repeat(33)])(
    'is not called %j, and nothing is written',
    (device) => {
      const store = new TappedStore();
      expect(isDeviceId(device)).toBe(false);
      expect(refusal(store, device, 7)).toBe(
        `The device id "${device}" cannot be used; give 3 to 32 letters, digits and hyphens that do not begin with a hyphen.`,
      );
      expect(store.rows('SELECT name FROM sqlite_master')).toEqual([]);
    },
  );

  it.each([-1, 0.5, uint32Max + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'does not begin epoch %d, and nothing is written',
    (epoch) => {
      const store = new TappedStore();
      expect(refusal(store, 'DD-0042', epoch)).toBe(
        `The epoch ${epoch} cannot be used; give a whole number from 0 to 4294967295.`,
      );
      expect(store.rows('SELECT name FROM sqlite_master')).toEqual([]);
    },
  );

  it.each([0, uint32Max])('may begin epoch %d', (epoch) => {
    const store = new TappedStore();
    provision(store, { device: 'DD-0042', epoch, atMs: START, config: CONFIG });
    expect(new Ledger(store).identity).toEqual({ device: 'DD-0042', epoch });
  });
});
