import { describe, expect, it, onTestFinished } from 'vitest';
import { Ledger } from '../../../../firmware/ledger/ledger.ts';
import { provision } from '../../../../firmware/ledger/provision.ts';
import { takeInNewcomer } from '../../../../firmware/unit/enrolling.ts';
import { enrolmentOf } from '../../../../firmware/vault/enrolment.ts';
import { openStore } from '../../../../hal/sqlite/open-store.ts';
import { encodeEnrolment } from '../../../../protocol/messages/enrolment.ts';
import { enrolment, TestVault } from '../recovery/recovery-bench.ts';

function cradle() {
  const vault = new TestVault();
  vault.erase('enrolment');
  vault.write('newcomer', encodeEnrolment(enrolment));
  const store = openStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  const takeIn = () => takeInNewcomer({ vault, store, epoch: () => 7, atMs: 0 });
  return { vault, store, takeIn };
}

describe('a unit that is becoming somebody', () => {
  it('has a ledger of that name, then the name, and nothing left to do', () => {
    const { vault, store, takeIn } = cradle();
    takeIn();
    expect(new Ledger(store).identity).toMatchObject({ device: 'DK-0042', epoch: 7 });
    expect(enrolmentOf(vault)).toEqual(enrolment);
    expect(vault.read('newcomer')).toBeNull();
  });

  it('waits for a configuration that was signed no more than a day before its enrolment', () => {
    const { store, takeIn } = cradle();
    takeIn();
    expect(new Ledger(store).recall().registers.firstConfigFrom).toBe(enrolment.issuedAt - 86_400);
  });

  it('goes on where the power was cut between ledger and name, with the same ledger', () => {
    const { vault, store, takeIn } = cradle();
    vault.failing.add('enrolment');
    expect(takeIn).toThrow('the medium is full of holes');
    vault.failing.clear();
    takeInNewcomer({ vault, store, epoch: () => 8, atMs: 0 });
    expect(new Ledger(store).identity.epoch).toBe(7);
    expect(enrolmentOf(vault)).toEqual(enrolment);
  });

  it('leaves the ledger of another as it is, and does not take the name', () => {
    const { vault, store, takeIn } = cradle();
    provision(store, { device: 'DK-0043', epoch: 3, atMs: 0 });
    takeIn();
    expect(new Ledger(store).identity).toMatchObject({ device: 'DK-0043', epoch: 3 });
    expect([enrolmentOf(vault), vault.read('newcomer')]).toEqual([null, null]);
  });

  it('takes no name over a ledger that nobody can read', () => {
    const { vault, store, takeIn } = cradle();
    provision(store, { device: 'DK-0042', epoch: 3, atMs: 0 });
    store.exec('PRAGMA user_version = 9999');
    takeIn();
    expect([enrolmentOf(vault), vault.read('newcomer')]).toEqual([null, null]);
  });

  it('is nobody while no newcomer is there', () => {
    const { vault, takeIn } = cradle();
    vault.erase('newcomer');
    takeIn();
    expect(enrolmentOf(vault)).toBeNull();
  });
});
