import { describe, expect, it } from 'vitest';
import {
  IDLE_MS_MAX,
  NONCE_MS_MAX,
  SESSION_MS_MAX,
  WAIT_MS_MAX,
  waitMsAfter,
} from '../../../../firmware/service/session-gate.ts';
import { keyPairOf } from '../../../../hal/crypto/ed25519.ts';
import { sign1 } from '../../../../protocol/cose/sign1.ts';
import { signTechnicianPass, technicianPassType } from '../../../../protocol/messages/technician-pass.ts';
import { os } from '../../../../protocol/smp/commands/os.ts';
import { session } from '../../../../protocol/smp/commands/session.ts';
import { stat } from '../../../../protocol/smp/commands/stat.ts';
import { ownGroup, sessionRc, smpRc } from '../../../../protocol/smp/numbers.ts';
import { centre, forger } from '../../protocol/signing.ts';
import { pass } from '../../protocol/smp-session-samples.ts';
import { Bench } from './bench.ts';

const refusedAs = (rc: number) => ({ ok: false, error: { group: ownGroup.session, rc } });
const denied = { ok: false, error: { rc: smpRc.accessDenied } };
const wrongKey = keyPairOf(new Uint8Array(32));
const isIn = (bench: Bench) => bench.ask(stat.list, {}).ok;

describe('a session', () => {
  it('opens with a pass of the centre and the proof of its key, and says how long it lasts', () => {
    const bench = new Bench();
    expect(bench.ask(session.who, {})).toEqual(denied);
    const opened = { pass: 'T-17', role: 'technician', idle: 600, left: 3600 };
    expect(bench.open()).toEqual({ ok: true, value: opened });
    expect(bench.granted(session.who, {})).toEqual(opened);
    expect(bench.server.session(bench.stamp)).toBe('technician');
    expect(bench.unit.entries).toEqual([{ act: 'session-opened', pass: 'T-17', role: 'technician', detail: '' }]);
    expect(bench.unit.storedTries).toBe(0);
  });

  it('ends when it is closed', () => {
    const bench = new Bench();
    bench.open();
    bench.granted(session.close, {});
    expect(isIn(bench)).toBe(false);
    expect(bench.unit.entries.at(-1)).toEqual({
      act: 'session-ended',
      pass: 'T-17',
      role: 'technician',
      detail: 'closed',
    });
  });

  it('ends when nobody has used it for ten minutes', () => {
    const bench = new Bench();
    bench.open();
    bench.pass(IDLE_MS_MAX - 1);
    expect(isIn(bench)).toBe(true);
    bench.pass(IDLE_MS_MAX);
    expect(isIn(bench)).toBe(false);
    expect(bench.unit.entries.at(-1)?.detail).toBe('idle');
  });

  it('is not kept alive by what is not allowed', () => {
    const bench = new Bench();
    bench.open({ role: 'reader' });
    bench.pass(IDLE_MS_MAX - 1);
    expect(bench.ask(os.reset, {})).toEqual(denied);
    bench.pass(1);
    expect(isIn(bench)).toBe(false);
  });

  it('ends an hour after it was opened, however busy it is', () => {
    const bench = new Bench();
    bench.open();
    for (let spentMs = 0; spentMs + 60_000 < SESSION_MS_MAX; spentMs += 60_000) {
      bench.pass(60_000);
      expect(isIn(bench)).toBe(true);
    }
    bench.pass(60_000);
    expect(isIn(bench)).toBe(false);
    expect(bench.unit.entries.at(-1)?.detail).toBe('time');
  });

  it('is not prolonged or ended by a step of the wall clock', () => {
    const bench = new Bench();
    bench.open();
    bench.stamp = { ...bench.stamp, wallMs: 0 };
    expect(isIn(bench)).toBe(true);
    bench.stamp = { ...bench.stamp, wallMs: bench.stamp.wallMs + 10 * 365 * 86_400_000 };
    expect(isIn(bench)).toBe(true);
    bench.stamp = { ...bench.stamp, wallMs: 0, monoMs: bench.stamp.monoMs + IDLE_MS_MAX };
    expect(isIn(bench)).toBe(false);
  });

  it('does not outlive its pass', () => {
    const bench = new Bench();
    const now = bench.stamp.wallMs / 1000;
    expect(bench.open({ expiresAt: now + 60 })).toMatchObject({ ok: true, value: { left: 60 } });
    bench.pass(60_000);
    expect(isIn(bench)).toBe(false);
  });

  it('ends when the cable is pulled, and half a message is forgotten', () => {
    const bench = new Bench();
    bench.open();
    bench.server.receive(Uint8Array.of(6, 9, 0x41), bench.stamp);
    bench.server.unplugged(bench.stamp);
    expect(isIn(bench)).toBe(false);
    expect(bench.unit.entries.at(-1)?.detail).toBe('unplugged');
    expect(bench.server.counters).toMatchObject({ brokenLines: 1 });
  });

  it('ends with a restart', () => {
    const bench = new Bench();
    bench.open();
    bench.restart();
    expect(isIn(bench)).toBe(false);
  });

  it.each(['journal', 'tries'] as const)('does not open when that cannot be written down (%s)', (where) => {
    const bench = new Bench();
    const fail = () => {
      throw new Error('The disk is full.');
    };
    const { write } = bench.unit.tries;
    if (where === 'journal') bench.unit.journal = fail;
    else bench.unit.tries.write = (count) => (count === 0 ? fail() : write(count));
    expect(bench.open()).toEqual({ ok: false, error: { rc: smpRc.unknown } });
    expect(isIn(bench)).toBe(false);
  });

  it('gives way to another', () => {
    const bench = new Bench();
    bench.open();
    bench.open({ id: 'R-1', role: 'reader' });
    expect(bench.granted(session.who, {})).toMatchObject({ pass: 'R-1', role: 'reader' });
    expect(bench.unit.entries.map(({ act, detail }) => `${act} ${detail}`.trim())).toEqual([
      'session-opened',
      'session-ended replaced',
      'session-opened',
    ]);
  });
});

describe('a challenge', () => {
  it('is new each time and good for one try', () => {
    const bench = new Bench();
    const first = bench.hello();
    const { nonce, device, wait } = bench.hello();
    expect(nonce).not.toEqual(first.nonce);
    expect([nonce.length, device, wait]).toEqual([32, 'DK-0042', 0]);
    const signed = signTechnicianPass(pass, centre);
    expect(bench.show(signed, first.nonce)).toEqual(refusedAs(sessionRc.wrongProof));
    bench.pass(1_000);
    expect(bench.show(signed, nonce)).toEqual(refusedAs(sessionRc.noHello));
  });

  it('does not open twice with one proof', () => {
    const bench = new Bench();
    const { nonce } = bench.hello();
    const signed = signTechnicianPass(pass, centre);
    expect(bench.show(signed, nonce).ok).toBe(true);
    bench.granted(session.close, {});
    expect(bench.show(signed, nonce)).toEqual(refusedAs(sessionRc.noHello));
  });

  it('goes stale', () => {
    const bench = new Bench();
    const { nonce } = bench.hello();
    bench.pass(NONCE_MS_MAX);
    expect(bench.show(signTechnicianPass(pass, centre), nonce)).toEqual(refusedAs(sessionRc.noHello));
  });

  it('is worth nothing once the cable was pulled', () => {
    const bench = new Bench();
    const { nonce } = bench.hello();
    bench.server.unplugged(bench.stamp);
    expect(bench.show(signTechnicianPass(pass, centre), nonce)).toEqual(refusedAs(sessionRc.noHello));
    expect(bench.unit.entries).toEqual([]);
  });

  it('outlives the session in which it was given', () => {
    const bench = new Bench();
    bench.open();
    for (let spentMs = 0; spentMs < SESSION_MS_MAX - 60_000; spentMs += 60_000) {
      bench.pass(60_000);
      bench.granted(stat.list, {});
    }
    const { nonce } = bench.hello();
    bench.pass(60_000);
    expect(bench.show(signTechnicianPass(pass, centre), nonce)).toMatchObject({ ok: true, value: { left: 3600 } });
  });

  it('is bound to the unit', () => {
    const bench = new Bench();
    const { nonce } = bench.hello();
    const signed = signTechnicianPass(pass, centre);
    expect(bench.show(signed, nonce, undefined, 'DK-0043')).toEqual(refusedAs(sessionRc.wrongProof));
  });
});

describe('a pass', () => {
  it.each([
    ['of a stranger', {}, { signer: forger }, sessionRc.passNotBelieved],
    ['shown by somebody else', {}, { key: wrongKey }, sessionRc.wrongProof],
    ['for another unit', { devices: ['DK-0043'] }, {}, sessionRc.passForAnotherDevice],
    ['that has expired', { expiresAt: pass.notBefore + 86_400 }, {}, sessionRc.passExpired],
    ['of next year', { notBefore: pass.expiresAt - 1 }, {}, sessionRc.passNotYetValid],
  ])('%s does not open, and the journal says why', (_, changes, keys, rc) => {
    const bench = new Bench();
    expect(bench.open(changes, keys)).toEqual(refusedAs(rc));
    expect(isIn(bench)).toBe(false);
    const [word] = Object.entries(sessionRc).find(([, number]) => number === rc) ?? [];
    expect(bench.unit.entries).toEqual([{ act: 'session-refused', pass: null, role: null, detail: word }]);
  });

  it('opens a unit whose clock is lost, unless it had expired when the clock was last believed', () => {
    const bench = new Bench();
    bench.stamp = { ...bench.stamp, wallMs: 0, trusted: false };
    expect(bench.open().ok).toBe(true);
    bench.unit.believedMs = pass.expiresAt * 1000;
    expect(bench.open()).toEqual(refusedAs(sessionRc.passExpired));
  });

  it('that began after the unit’s clock was last believed opens it, for only the clock could say that it is too early', () => {
    const bench = new Bench();
    bench.unit.believedMs = 0;
    bench.stamp = { ...bench.stamp, wallMs: 0, trusted: false };
    expect(bench.open().ok).toBe(true);
    bench.stamp = { ...bench.stamp, trusted: true };
    expect(bench.open()).toEqual(refusedAs(sessionRc.passNotYetValid));
  });

  it('is not over because a clock that nobody believes says so', () => {
    const bench = new Bench();
    bench.stamp = { ...bench.stamp, wallMs: pass.expiresAt * 1000 + 1, trusted: false };
    expect(bench.open()).toMatchObject({ ok: true, value: { left: 3600 } });
  });

  it('does not come back to life when the clock is set back', () => {
    const bench = new Bench();
    bench.unit.believedMs = pass.expiresAt * 1000;
    bench.stamp = { ...bench.stamp, wallMs: pass.notBefore * 1000 };
    expect(bench.open()).toEqual(refusedAs(sessionRc.passExpired));
  });

  it('that the centre signed and that is none is not believed, and the journal says so', () => {
    const bench = new Bench();
    const { nonce } = bench.hello();
    const signed = sign1(Uint8Array.of(0xa0), technicianPassType, centre);
    expect(bench.show(signed, nonce)).toEqual(refusedAs(sessionRc.passNotBelieved));
    expect(bench.unit.entries).toMatchObject([{ act: 'session-refused', detail: 'passNotBelieved' }]);
  });

  it('is an answer and no crash when it is noise', () => {
    const bench = new Bench();
    bench.hello();
    const noise = { pass: Uint8Array.of(0xd2, 0x84), proof: new Uint8Array(64) };
    expect(bench.ask(session.open, noise)).toEqual(refusedAs(sessionRc.passNotBelieved));
  });
});

describe('wrong tries', () => {
  const fail = (bench: Bench) => bench.open({}, { key: wrongKey });

  it('shut the gate for twice as long each time, up to a quarter of an hour', () => {
    expect([0, 1, 2, 3, 10, 11, 1e9].map(waitMsAfter)).toEqual([
      0,
      1000,
      2000,
      4000,
      512_000,
      WAIT_MS_MAX,
      WAIT_MS_MAX,
    ]);
    const bench = new Bench();
    for (const waitMs of [1000, 2000, 4000, 8000]) {
      expect(fail(bench)).toEqual(refusedAs(sessionRc.wrongProof));
      expect(bench.hello().wait).toBe(waitMs / 1000);
      bench.pass(waitMs - 1);
      expect(bench.open()).toEqual(refusedAs(sessionRc.tooSoon));
      bench.pass(1);
    }
    expect(bench.open().ok).toBe(true);
  });

  it('that come too soon are not looked at, not counted and not written down', () => {
    const bench = new Bench();
    fail(bench);
    for (let i = 0; i < 100; i += 1) expect(fail(bench)).toEqual(refusedAs(sessionRc.tooSoon));
    expect([bench.unit.storedTries, bench.unit.entries.length]).toEqual([1, 1]);
  });

  it('are remembered over a restart, after which the pause begins anew', () => {
    const bench = new Bench();
    bench.unit.storedTries = 4;
    bench.restart();
    bench.stamp = { ...bench.stamp, wallMs: bench.stamp.wallMs + 10 * 365 * 86_400_000 };
    expect(bench.hello().wait).toBe(8);
    bench.pass(7_999);
    expect(fail(bench)).toEqual(refusedAs(sessionRc.tooSoon));
    bench.pass(1);
    expect(fail(bench)).toEqual(refusedAs(sessionRc.wrongProof));
    expect(bench.unit.storedTries).toBe(5);
  });

  it('are counted before they are judged, so that pulling the plug wins nothing', () => {
    const bench = new Bench();
    const { nonce } = bench.hello();
    bench.unit.trustedKeys = () => {
      throw 'power cut';
    };
    expect(() => bench.show(signTechnicianPass(pass, centre), nonce, wrongKey)).toThrow('power cut');
    expect(bench.unit.storedTries).toBe(1);
  });

  it('that cannot be counted let nobody in', () => {
    const bench = new Bench();
    bench.unit.tries.write = () => {
      throw new Error('The disk is full.');
    };
    expect(bench.open()).toEqual({ ok: false, error: { rc: smpRc.unknown } });
    expect(isIn(bench)).toBe(false);
  });

  it('are forgiven by one that is right', () => {
    const bench = new Bench();
    fail(bench);
    bench.pass(1_000);
    expect(bench.open().ok).toBe(true);
    expect(bench.unit.storedTries).toBe(0);
    expect(bench.open({ id: 'T-18' }).ok).toBe(true);
  });

  it('are at most 110 in the first day', () => {
    const bench = new Bench();
    let judged = 0;
    for (let spentMs = 0; spentMs < 86_400_000; ) {
      const { wait } = bench.hello();
      const reply = fail(bench);
      if (!reply.ok && reply.error.rc === sessionRc.wrongProof) judged += 1;
      const nextMs = Math.max(wait * 1000, 1);
      bench.pass(nextMs);
      spentMs += nextMs;
    }
    expect(judged).toBeLessThanOrEqual(110);
  });
});
