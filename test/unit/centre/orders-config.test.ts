import { describe, expect, it } from 'vitest';
import type { ConfigReport } from '../../../protocol/messages/config-report.ts';
import { topicOf } from '../../../protocol/topics.ts';
import { OrderError } from '../../../tools/centre/orders/order-error.ts';
import { sha256 } from '../protocol/signing.ts';
import { OrdersBench, origin, other, refusal, wholeDocument } from './orders-bench.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const stranger = Uint8Array.from({ length: 32 }, () => 9);

describe('a configuration', () => {
  it('is stored, sent at once to a unit that is there, and applied when the unit says so', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const { version } = bench.set('unit-1');
    expect(bench.orders.readings.config('unit-1')).toMatchObject({
      inForce: { version },
      wanted: { version, state: 'applied', author: 'operator-7' },
      newest: null,
      discrepancy: null,
    });
    expect(bench.orders.readings.configHistory('unit-1')[0]?.steps.map(({ step }) => step)).toEqual([
      'made',
      'sent',
      'applied',
    ]);
    expect(unit.inForce?.version).toBe(version);
  });

  it('waits for a unit that is away, and is fetched when it connects', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    const { version } = bench.set('unit-1');
    expect([bench.sent('config'), bench.state('unit-1', version)]).toEqual([0, 'made']);
    unit.birth();
    expect([bench.sent('config'), bench.state('unit-1', version)]).toEqual([1, 'applied']);
    unit.birth();
    unit.birth(false);
    expect(bench.sent('config')).toBe(1);
  });

  it('replaces the one before, and only that', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const first = bench.set('unit-1');
    const second = bench.set('unit-1', other);
    expect(second.version).toBeGreaterThan(first.version);
    expect([bench.state('unit-1', first.version), bench.state('unit-1', second.version)]).toEqual([
      'applied',
      'applied',
    ]);
    expect(unit.inForce?.version).toBe(second.version);
  });

  it('that was overtaken before it was fetched is not sent any more', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    const first = bench.set('unit-1');
    const second = bench.set('unit-1', other);
    unit.birth();
    expect(bench.sent('config')).toBe(1);
    expect([bench.state('unit-1', first.version), bench.state('unit-1', second.version)]).toEqual([
      'superseded',
      'applied',
    ]);
  });

  it('reaches a unit that applied the one before while nobody heard of it: it is signed for what the unit has', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    bench.set('unit-1');
    unit.temper = 'silent';
    const second = bench.set('unit-1', other);
    // The unit applies it, and its report is lost with the line.
    unit.inForce = { version: second.version, hash: bytes(second.hash) };
    unit.temper = 'applies';
    const third = bench.set('unit-1', { ...other, quietMinutes: 20 });
    expect(bench.state('unit-1', third.version)).toBe('applied');
    expect(bench.orders.readings.configHistory('unit-1')[0]?.steps.map(({ step }) => step)).toContain('rebased');
  });

  it('of long ago is signed anew for a unit that was enrolled since and has nothing', () => {
    const bench = new OrdersBench();
    const { version } = bench.set('unit-1');
    const unit = bench.unit();
    bench.pass(400 * 86_400_000);
    unit.firstFrom = Math.floor(bench.nowMs / 1000) - 86_400;
    unit.birth();
    expect(bench.state('unit-1', version)).toBe('applied');
    // The unit breaks, and another takes its place.
    bench.pass(400 * 86_400_000);
    unit.inForce = undefined;
    unit.firstFrom = Math.floor(bench.nowMs / 1000) - 86_400;
    unit.birth();
    expect([bench.state('unit-1', version), unit.inForce]).toMatchObject(['applied', { version }]);
    expect(unit.configs).toHaveLength(2);
  });

  it('of which an old copy waited at the broker is signed anew when the unit refuses that, once', () => {
    const bench = new OrdersBench();
    const { version } = bench.set('unit-1');
    const old = bench.orders.signedConfig('unit-1', version, true);
    const unit = bench.unit();
    bench.pass(400 * 86_400_000);
    unit.firstFrom = Math.floor(bench.nowMs / 1000) - 86_400;
    unit.hear({ topic: topicOf('unit-1', 'down/config'), payload: old });
    expect(bench.state('unit-1', version)).toBe('applied');
    // One that is refused though it was signed just now is for a person.
    const other = bench.unit('unit-2');
    other.firstFrom = Math.floor(bench.nowMs / 1000) + 86_400;
    other.birth();
    expect(bench.state('unit-2', bench.set('unit-2').version)).toBe('rejected');
    expect(other.configs).toHaveLength(1);
  });

  it('that a unit without any does not answer is sent again as it was signed, for an hour', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.temper = 'silent';
    unit.birth();
    bench.set('unit-1');
    unit.birth();
    bench.pass(3_600_000);
    unit.birth();
    const [first, again, later] = unit.configs;
    expect(again).toEqual(first);
    expect(later).not.toEqual(first);
  });

  it('is rejected with every field that the unit names, and the one before goes on', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const first = bench.set('unit-1');
    const errors = [
      { path: 'regimen.slots.0.at', code: 'conflict' as const },
      { path: 'zone', code: 'invalid' as const },
    ];
    unit.temper = { refuses: errors };
    const second = bench.set('unit-1', other);
    expect(bench.orders.readings.config('unit-1')).toMatchObject({
      inForce: { version: first.version },
      wanted: { version: first.version, state: 'applied' },
      newest: { version: second.version, state: 'rejected', errors },
    });
    unit.birth();
    expect(bench.sent('config')).toBe(2);
  });

  it('that is deferred is asked for again at the next connection, and is applied later', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    unit.temper = { defers: [{ path: '', code: 'dose-open' }] };
    const { version } = bench.set('unit-1');
    expect(bench.state('unit-1', version)).toBe('deferred');
    unit.birth(false);
    expect(bench.sent('config')).toBe(1);
    unit.temper = 'applies';
    unit.birth();
    expect(bench.state('unit-1', version)).toBe('applied');
  });

  it('without an answer is sent once more within a connection, not with every sign of life', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    unit.temper = 'silent';
    bench.set('unit-1');
    for (let beats = 0; beats < 6; beats += 1) {
      bench.pass(20_000);
      unit.birth(false);
    }
    expect(bench.sent('config')).toBe(3);
  });

  it('is sent again to a unit that has lost it', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const { version } = bench.set('unit-1');
    unit.inForce = undefined;
    unit.epoch = 8;
    unit.birth();
    expect([unit.inForce as unknown, bench.state('unit-1', version)]).toEqual([
      expect.objectContaining({ version }),
      'applied',
    ]);
  });

  it('rolls back as a new version that says what an older one said', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const first = bench.set('unit-1');
    const second = bench.set('unit-1', other);
    const third = bench.orders.rollBack('unit-1', first.version, origin);
    expect(third).toMatchObject({ saysAgain: first.version, state: 'applied' });
    expect(third.version).toBeGreaterThan(second.version);
    const { version: _version, ...document } =
      bench.orders.readings.configDocument('unit-1', third.version)?.document ?? {};
    expect(document).toEqual(wholeDocument);
    expect(refusal(() => bench.orders.rollBack('unit-1', 5, origin))).toMatchObject({ code: 'unknown' });
  });
});

describe('two operators at once', () => {
  it('do not undo each other: the second is told whose change came first', () => {
    const bench = new OrdersBench();
    const before = bench.set('unit-1');
    const wanted = { document: other, base: bytes(before.hash) };
    const first = bench.orders.setConfig('unit-1', { ...wanted, ...origin, author: 'operator-8' });
    const told = refusal(() => bench.orders.setConfig('unit-1', { ...wanted, ...origin }));
    expect(told.code).toBe('conflict');
    expect(told.message).toMatch(
      new RegExp(
        `^The configuration of unit-1 was changed meanwhile: version ${first.version} was made by operator-8; .*\\.$`,
      ),
    );
    expect(bench.orders.readings.configHistory('unit-1')).toHaveLength(2);
  });
});

describe('a document that cannot be', () => {
  it('is refused with every problem and its place, and leaves nothing behind', () => {
    const bench = new OrdersBench();
    const slots = [{ ...wholeDocument.regimen.slots[0], at: '25:00', colour: 'red' }];
    const told = refusal(() => bench.set('unit-1', { ...wholeDocument, profile: 'toaster', regimen: { slots } }));
    expect(told.problems.map(({ path }) => path)).toEqual(['profile', 'regimen.slots.0.at', 'regimen.slots.0.colour']);
    expect(bench.orders.readings.configHistory('unit-1')).toEqual([]);
  });

  it('is not made by a centre without a key, which says so', () => {
    const bench = new OrdersBench({
      signs: {
        kid: Uint8Array.of(1),
        sign: () => {
          throw new OrderError('unable', 'No key.');
        },
      },
    });
    expect(refusal(() => bench.set('unit-1')).code).toBe('unable');
    expect(bench.orders.readings.configHistory('unit-1')).toEqual([]);
  });
});

describe('what units report', () => {
  const applied = (version: number, hash: Uint8Array): ConfigReport => ({ status: 'applied', version, hash });

  it('counts once, however often and in whatever order it comes', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const first = bench.set('unit-1');
    const second = bench.set('unit-1', other);
    const hash = bytes(first.hash);
    const history = JSON.stringify(bench.orders.readings.configHistory('unit-1'));
    unit.report(applied(first.version, hash));
    unit.report({ status: 'rejected', version: first.version, hash, errors: [{ path: '', code: 'older-version' }] });
    unit.report({
      status: 'deferred',
      version: second.version,
      hash: bytes(second.hash),
      errors: [{ path: '', code: 'busy' }],
    });
    unit.report(applied(second.version, bytes(second.hash)));
    expect(JSON.stringify(bench.orders.readings.configHistory('unit-1'))).toBe(history);
    expect(bench.orders.readings.config('unit-1').inForce?.version).toBe(second.version);
  });

  it('of a document that nobody here made is shown as such, and changes none of ours', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const { version } = bench.set('unit-1');
    unit.report(applied(version + 50, stranger));
    expect(bench.orders.readings.config('unit-1')).toMatchObject({
      inForce: { version: version + 50, hash: Buffer.from(stranger).toString('hex') },
      wanted: { state: 'applied' },
      discrepancy: 'not-ours',
    });
    expect(bench.centre.readings.refusals()[0]?.reason).toContain(`version ${version + 50}`);
  });

  it('under the number of another document is told apart by the hash', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    const { version } = bench.set('unit-1');
    unit.inForce = { version, hash: stranger };
    unit.birth();
    expect(bench.orders.readings.config('unit-1')).toMatchObject({
      discrepancy: 'other-document',
      newest: { version, state: 'rejected', errors: [{ path: 'version', code: 'version-reused' }] },
    });
  });

  it('of one unit says nothing about another', () => {
    const bench = new OrdersBench();
    const one = bench.unit('unit-1');
    const two = bench.unit('unit-2');
    two.birth();
    const { version, hash } = bench.set('unit-1');
    two.report(applied(version, bytes(hash)));
    expect(bench.state('unit-1', version)).toBe('made');
    one.birth();
    expect(bench.state('unit-1', version)).toBe('applied');
  });

  it('names by its whole hash a message that could not be opened', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    unit.temper = 'silent';
    const { version } = bench.set('unit-1');
    const [sent = new Uint8Array()] = unit.configs;
    unit.report({ status: 'rejected', version: 0, hash: sha256(sent), errors: [{ path: '', code: 'unknown-kid' }] });
    expect(bench.orders.readings.config('unit-1').newest).toMatchObject({
      version,
      state: 'rejected',
      errors: [{ code: 'unknown-kid' }],
    });
  });

  it('as noise is refused and changes nothing, whatever its size', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    const { version } = bench.set('unit-1');
    for (const size of [0, 1, 100, 60_000]) {
      for (const channel of ['config', 'command']) {
        bench.centre.receive({ topic: `d/${unit.device}/up/${channel}`, payload: new Uint8Array(size).fill(0xbf) });
      }
    }
    expect(bench.state('unit-1', version)).toBe('made');
    expect(bench.centre.readings.refusals()).toHaveLength(8);
  });

  it('does not grow without bound: a unit that defers for ever fills no more than its share', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    unit.temper = 'silent';
    const { version, hash } = bench.set('unit-1');
    for (let times = 0; times < 200; times += 1) {
      const errors = [{ path: `${times}`, code: 'busy' as const }];
      unit.report({ status: 'deferred', version, hash: bytes(hash), errors });
    }
    expect(bench.orders.readings.configHistory('unit-1')[0]?.steps).toHaveLength(64);
    expect(bench.orders.readings.config('unit-1').wanted?.errors).toEqual([{ path: '199', code: 'busy' }]);
  });
});

describe('a unit with a document that this centre has no copy of', () => {
  it('refuses ours and says what it has, and it is replaced only when somebody means it', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.inForce = { version: 3, hash: stranger };
    unit.birth();
    const first = bench.set('unit-1');
    expect(bench.orders.readings.config('unit-1')).toMatchObject({
      inForce: { version: 3, hash: Buffer.from(stranger).toString('hex') },
      newest: { version: first.version, state: 'rejected', errors: [{ code: 'base-mismatch' }] },
      discrepancy: 'not-ours',
    });
    const told = refusal(() => bench.set('unit-1', other));
    expect(told.message).toMatch(/^unit-1 works from version 3, .* add --over 0909.*\.$/);
    const second = bench.orders.setConfig('unit-1', { document: other, base: null, over: stranger, ...origin });
    expect([second.state, bench.orders.readings.config('unit-1').discrepancy]).toEqual(['applied', null]);
  });
});
