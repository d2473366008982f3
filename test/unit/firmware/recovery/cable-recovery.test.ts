import { describe, expect, it } from 'vitest';
import { decodeJournal } from '../../../../protocol/messages/service-journal.ts';
import { fault } from '../../../../protocol/smp/commands/fault.ts';
import { image } from '../../../../protocol/smp/commands/image.ts';
import { os } from '../../../../protocol/smp/commands/os.ts';
import { provisioning } from '../../../../protocol/smp/commands/provisioning.ts';
import { session } from '../../../../protocol/smp/commands/session.ts';
import { smpRc } from '../../../../protocol/smp/numbers.ts';
import { stranger } from '../../protocol/signing.ts';
import { RecoveryBench } from './recovery-bench.ts';

const broken = (change: (bench: RecoveryBench) => void) => {
  const bench = new RecoveryBench();
  change(bench);
  return bench.begin();
};
const nobodys = () => broken(({ vault }) => vault.erase('enrolment'));
const journalOf = ({ vault }: RecoveryBench): string =>
  JSON.stringify(decodeJournal(vault.read('journal') ?? new Uint8Array()));

describe('the cable of a unit without firmware', () => {
  it('tells anybody who the unit is, whom to call, and what is wrong', () => {
    const bench = new RecoveryBench().begin('firmware-crashing');
    expect(bench.granted(provisioning.state, {})).toMatchObject({
      phase: 'recovery',
      device: 'DK-0042',
      firmware: 'loader',
      service: '+45 70 12 34 56',
    });
    expect(bench.granted(fault.list, {})).toEqual({ faults: [{ code: 'firmware-crashing', number: 152 }] });
    expect(bench.ask(image.state, {})).toMatchObject({ ok: false, error: { rc: smpRc.accessDenied } });
  });

  it('lets in who has a pass of its centre, and writes down what they do', () => {
    const bench = new RecoveryBench().begin();
    expect(bench.open().ok).toBe(true);
    expect(bench.granted(image.state, {}).images).toHaveLength(1);
    bench.granted(image.erase, {});
    expect(journalOf(bench)).toContain('image-erase');
    expect(bench.ask(fault.repaired, {})).toMatchObject({ ok: false, error: { rc: smpRc.notSupported } });
  });

  it.each([
    ['is not there', nobodys()],
    ['is damaged', broken(({ vault }) => vault.files.set('enrolment', Uint8Array.of(0xff, 0)))],
    ['cannot be read', broken(({ vault }) => vault.failing.add('read'))],
  ])('is open to anybody when its enrolment %s', (_, bench) => {
    expect(bench.granted(provisioning.state, {}).device).toBeUndefined();
    expect(bench.granted(image.state, {}).images).toHaveLength(1);
  });

  it('says in the log that its name cannot be read', () => {
    expect(broken(({ vault }) => vault.failing.add('read')).log.join()).toContain('Whose unit this is cannot be read');
    expect(nobodys().log).toEqual([]);
  });

  it('lets nobody in while tries cannot be counted, and mends on when only the journal fails', () => {
    const uncounted = broken(({ vault }) => vault.failing.add('tries'));
    expect(uncounted.open()).toMatchObject({ ok: false, error: { rc: smpRc.unknown } });
    const unwritten = broken(({ vault }) => vault.failing.add('journal'));
    expect(unwritten.open().ok).toBe(true);
    unwritten.granted(image.erase, {});
    expect(unwritten.log.join()).toContain('image-erase');
  });

  it('starts what is to be tried after the answer has left, and only when the bank agrees', () => {
    const bench = new RecoveryBench().begin();
    bench.open();
    bench.granted(os.reset, {});
    expect([bench.retried, bench.soon.length]).toEqual([0, 1]);
    bench.soon.shift()?.();
    expect(bench.retried).toBe(1);
    bench.bank.prepareRestart = () => ({ ok: false, refusal: 'not-now' });
    expect(bench.ask(os.reset, {})).toMatchObject({ ok: false, error: { rc: smpRc.busy } });
    expect(bench.soon).toEqual([]);
  });

  it('keeps the loader waiting while a technician’s session is open', () => {
    const bench = new RecoveryBench().begin();
    bench.granted(provisioning.state, {});
    expect(bench.recovery.busy()).toBe(false);
    bench.open({ role: 'filler' });
    expect(bench.recovery.busy()).toBe(false);
    bench.open();
    expect(bench.recovery.busy()).toBe(true);
    bench.granted(session.close, {});
    expect(bench.recovery.busy()).toBe(false);
    bench.open();
    bench.unplug();
    expect(bench.recovery.busy()).toBe(false);
    bench.open();
    bench.pass(10 * 60_000);
    expect(bench.recovery.busy()).toBe(false);
  });

  it('keeps it waiting while somebody sends firmware without a session, where none can be had', () => {
    const bench = nobodys();
    expect(bench.recovery.busy()).toBe(false);
    bench.granted(image.state, {});
    bench.pass(29_000);
    expect(bench.recovery.busy()).toBe(true);
    bench.pass(2_000);
    expect(bench.recovery.busy()).toBe(false);
  });

  it('leaves the port to the firmware, with no session that outlives it', () => {
    const bench = new RecoveryBench().begin();
    bench.open();
    bench.recovery.close();
    expect([bench.port, bench.recovery.busy()]).toEqual([['opened', 'closed'], false]);
    expect(journalOf(bench)).toContain('session-ended');
    bench.begin();
    expect(bench.ask(session.who, {})).toMatchObject({ ok: false, error: { rc: smpRc.accessDenied } });
  });

  it('counts the pause after wrong tries from the last one or the loader’s start, not from each crash', () => {
    const bench = new RecoveryBench();
    bench.vault.files.set('tries', Uint8Array.of(0, 0, 0, 4));
    bench.begin();
    expect(bench.hello().wait).toBe(8);
    bench.pass(7_000);
    bench.recovery.close();
    bench.begin('firmware-crashing');
    expect(bench.hello().wait).toBe(1);
    bench.pass(1_000);
    bench.open({}, { signer: stranger });
    bench.recovery.close();
    bench.begin('firmware-crashing');
    expect(bench.hello().wait).toBe(16);
    bench.pass(16_000);
    expect(bench.open().ok).toBe(true);
  });
});
