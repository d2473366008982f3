import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Link, type LinkEffect } from '../../../firmware/link/link.ts';
import { encodeAck } from '../../../protocol/messages/ack.ts';
import { GRANT, Records, standing } from '../firmware/link/bench.ts';
import { SECOND } from '../firmware/rig.ts';
import { bench, nowMs } from './support.ts';

type Unnumbered = Parameters<Records['add']>[1];
const raise = (code: string) => ({ type: 'alarm.raised', at: 1, code }) as Unnumbered;
const clear = (code: string) => ({ type: 'alarm.cleared', at: 1, code }) as Unnumbered;

/** The real link of a unit on a perfect line to the real ingest of a centre, which can be put back from a copy. */
class Line {
  readonly records = new Records();
  centre = bench();
  /** The cursor in the ledger of the unit. */
  acked = 0;
  sent = 0;
  readonly #link = new Link(
    this.records,
    { below: (bound) => Math.floor((bound * (++this.#drawn % 97)) / 97) },
    { device: 'DD-0042', epoch: 7, boot: 1, firmware: '0.1.0', aliveMs: 20 * SECOND },
  );
  #drawn = 0;
  #monoMs = 0;
  #known = this.centre.copy();

  copy(): void {
    this.#known = this.centre.copy();
  }

  /** The line stays as it is. */
  putBack(): void {
    this.centre = this.#known.copy();
  }

  restartCentre(): void {
    this.centre = this.centre.restart();
  }

  breakLine(): void {
    this.#link.handle({ type: 'mqtt.disconnected', reason: 'gone' }, this.#stamp);
  }

  /** Prunes acknowledged records, as the ledger does, but for the newest `keep`. */
  prune(keep: number): void {
    this.records.firstSeq = Math.max(this.records.firstSeq, Math.min(this.acked, this.records.lastSeq - keep) + 1);
  }

  pass(ms: number): void {
    const untilMs = this.#monoMs + ms;
    this.#pump();
    for (;;) {
      const nextMs = this.#monoMs + (this.#link.untilNextDeadline(this.#stamp) ?? ms);
      if (nextMs > untilMs) break;
      this.#monoMs = nextMs;
      this.#pump();
    }
    this.#monoMs = untilMs;
  }

  /** One minute is three signs of life and one sending again. */
  settle(): void {
    this.pass(60 * SECOND);
  }

  #pump(): void {
    for (let rounds = 0; rounds < 1000; rounds += 1) {
      const { effects } = this.#link.pump(this.#stamp, standing(1, this.acked));
      if (effects.length === 0) return;
      for (const effect of effects) this.#perform(effect);
    }
    expect.fail('The link does not come to rest.');
  }

  #perform(effect: LinkEffect): void {
    if (effect.type === 'mqtt.connect') this.#link.handle({ type: 'mqtt.connected', grant: GRANT }, this.#stamp);
    if (effect.type !== 'mqtt.publish') return;
    this.#link.handle({ type: 'mqtt.published', id: effect.id }, this.#stamp);
    this.sent += effect.message.topic.endsWith('event') ? 1 : 0;
    const { acknowledgement } = this.centre.ingest.receive(effect.message, nowMs);
    if (acknowledgement === undefined) return;
    const message = { topic: 'd/DD-0042/down/ack', payload: encodeAck(acknowledgement) };
    for (const event of this.#link.handle({ type: 'mqtt.message', message }, this.#stamp))
      if (event.type === 'link.acknowledged') this.acked = Math.max(this.acked, event.through);
  }

  get #stamp() {
    return { wallMs: 0, monoMs: this.#monoMs, trusted: true };
  }
}

describe('a centre that is put back from a copy', () => {
  /** `battery-low` stands when the copy is made; afterwards it ends, and `tamper` begins. */
  function story(history: number): Line {
    const line = new Line();
    line.records.add(5);
    line.records.add(1, raise('battery-low'));
    line.settle();
    line.copy();
    line.records.add(1, clear('battery-low'));
    line.records.add(history);
    line.records.add(1, raise('tamper'));
    line.settle();
    expect([line.acked, line.centre.alarms()]).toEqual([line.records.lastSeq, ['DD-0042 tamper']]);
    return line;
  }

  it.each([
    ['while the unit is connected', () => undefined],
    ['while the unit is away', (line: Line) => line.breakLine()],
  ])('%s gets everything again that the unit still has', (_case, first) => {
    const line = story(300);
    first(line);
    line.putBack();
    expect(line.centre.alarms()).toEqual(['DD-0042 battery-low']);
    line.settle();
    expect(line.centre.alarms()).toEqual(['DD-0042 tamper']);
    expect(line.centre.readings.devices()).toMatchObject([{ ackedThrough: line.records.lastSeq, lost: 0 }]);
    expect(line.acked).toBe(line.records.lastSeq);
  });

  it('notes as lost only what the unit has no more', () => {
    const line = story(300);
    line.prune(100);
    line.putBack();
    line.settle();
    expect(line.centre.readings.devices()).toMatchObject([{ ackedThrough: 308, lost: 308 - 100 - 6 }]);
    // The end of this one is among the lost: it stays for a person to look at.
    expect(line.centre.alarms()).toEqual(['DD-0042 tamper', 'DD-0042 battery-low']);
  });

  it('learns at the next birth what was pruned while nobody asked for it', () => {
    const line = story(300);
    line.breakLine();
    line.putBack();
    line.records.add(300);
    line.prune(50);
    line.settle();
    const { ackedThrough, lost } = line.centre.readings.devices()[0] ?? {};
    expect([ackedThrough, lost]).toEqual([608, 302]);
  });

  it('costs no more than one sending of what it lacks', () => {
    const line = story(300);
    line.sent = 0;
    line.putBack();
    line.settle();
    expect(line.sent).toBeLessThanOrEqual(Math.ceil(302 / 64) + 1);
    line.sent = 0;
    line.pass(3600 * SECOND);
    expect(line.sent).toBe(0);
  });

  const codes = ['tamper', 'bin-full', 'battery-low'] as const;
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('alarm' as const), code: fc.constantFrom(...codes) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('record' as const), count: fc.integer({ min: 1, max: 99 }) }) },
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constantFrom('copy', 'putBack', 'restartCentre', 'breakLine', 'pass' as const) }),
    },
  );

  function happens(
    line: Line,
    standing: Set<string>,
    now: typeof step extends fc.Arbitrary<infer S> ? S : never,
  ): void {
    if (now.do === 'record') line.records.add(now.count);
    else if (now.do === 'pass') line.pass(7 * SECOND);
    else if (now.do !== 'alarm') line[now.do]();
    else if (standing.delete(now.code)) line.records.add(1, clear(now.code));
    else {
      standing.add(now.code);
      line.records.add(1, raise(now.code));
    }
  }

  it('knows in the end what stands, as long as the unit has its log, whatever happened on the way', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const line = new Line();
        const standing = new Set<string>();
        for (const now of steps) happens(line, standing, now);
        // The longest wait between two sendings is five minutes.
        line.pass(330 * SECOND);
        const { ackedThrough, lost } = line.centre.readings.devices()[0] ?? {};
        expect([ackedThrough, lost, line.acked]).toEqual([line.records.lastSeq, 0, line.records.lastSeq]);
        expect(line.centre.alarms().sort()).toEqual([...standing].map((code) => `DD-0042 ${code}`).sort());
      }),
      { numRuns: 60 },
    );
  });
});
