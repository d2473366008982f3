import { describe, expect, it } from 'vitest';
import { FieldTrace, TRACE_LIMITS, type TraceLimits } from '../../../../firmware/trace/field-trace.ts';
import { SimTraceStore } from '../../../../sim/device/trace-store.ts';
import { HOUR, labels, MINUTE } from '../rig.ts';
import { FieldRig } from './field-rig.ts';

const small: TraceLimits = { ...TRACE_LIMITS, segmentBytesMax: 100, bytesMax: 400, freeBytesMin: 0, heldCharsMax: 30 };

function textOf(store: SimTraceStore, number: number): string {
  return new TextDecoder().decode(store.read(number, 0, 1_000));
}

describe('the writing of a segment', () => {
  it('keeps idle lines back until they are many, or something happens', () => {
    const store = new SimTraceStore();
    const trace = new FieldTrace(store, small);
    trace.write('idle', false);
    expect(textOf(store, 1)).toBe('');
    trace.write('a press', true);
    expect(textOf(store, 1)).toBe('idle\na press\n');
    trace.write('x'.repeat(29), false);
    expect(textOf(store, 1)).toHaveLength(43);
  });

  it('ends with a word when it is full, and takes nothing more', () => {
    const store = new SimTraceStore();
    const trace = new FieldTrace(store, small);
    trace.write('x'.repeat(60), false);
    expect(trace.isFull).toBe(false);
    expect(() => trace.write('y'.repeat(30), true)).toThrow('Its segment is full.');
    expect(trace.isFull).toBe(true);
    trace.write('z', true);
    expect(textOf(store, 1)).toBe(`${'x'.repeat(60)}\n{"end":"full"}\n`);
  });

  it('is full after so many lines, too', () => {
    const trace = new FieldTrace(new SimTraceStore(), { ...small, segmentLinesMax: 2 });
    trace.write('a', true);
    trace.write('b', true);
    expect(() => trace.write('c', true)).toThrow('Its segment is full.');
  });

  it.each<[string, Partial<TraceLimits>, number[]]>([
    ['by number', { segmentsMax: 3 }, [3, 4, 5]],
    ['by what all hold together', { bytesMax: 260 }, [2, 3, 4, 5]],
    ['by nothing while there is room', {}, [1, 2, 3, 4, 5]],
  ])('drops the oldest segments whole: %s', (_how, limits, kept) => {
    const store = new SimTraceStore();
    for (let start = 1; start <= 5; start += 1)
      new FieldTrace(store, { ...small, ...limits }).write('x'.repeat(50), true);
    expect(store.list().map(({ number }) => number)).toEqual(kept);
  });

  it('makes room on a small medium, and leaves others what is theirs', () => {
    const store = new SimTraceStore(400_000);
    const limits = { ...small, segmentBytesMax: 100_000, bytesMax: 1_000_000 };
    for (let start = 1; start <= 5; start += 1) new FieldTrace(store, limits).write('x'.repeat(90_000), true);
    expect(store.list().length).toBeLessThan(5);
    expect(() => new FieldTrace(store, { ...limits, freeBytesMin: 390_000 }).write('x', true)).toThrow(
      /too little room/,
    );
  });

  it('gives all segments as one file that stands still, the torn ones on lines of their own', () => {
    const store = new SimTraceStore();
    for (const text of ['one\n', 'two\nto', '', 'three\n']) {
      store.begin();
      store.append(text);
    }
    const copy = new FieldTrace(store, small).copy();
    const whole = 'one\ntwo\nto\nthree\n';
    store.append('four\n');
    expect(copy.bytes).toBe(whole.length);
    for (let offset = 0; offset <= whole.length; offset += 1)
      for (const length of [1, 3, 100]) {
        const piece = new TextDecoder().decode(copy.read(offset, length));
        expect(piece).toBe(whole.slice(offset, offset + length));
      }
  });
});

describe('a unit that keeps a trace', () => {
  const filled = (): FieldRig => new FieldRig({ rolls: { A: labels('2026-11-20', 14) } });

  function giveADose(rig: FieldRig): void {
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.take();
    expect(rig.fate('morning/2026-11-20')).toBe('taken');
  }

  it.each<[string, (rig: FieldRig) => void]>([
    ['breaks', (rig) => rig.traces.setBroken(true)],
    [
      'was broken from the start',
      (rig) => {
        rig.traces.setBroken(true);
        rig.restart();
      },
    ],
    [
      'is too small',
      (rig) => {
        rig.limits = { ...TRACE_LIMITS, segmentBytesMax: 6_000 };
        rig.restart();
      },
    ],
  ])('gives the dose all the same when the medium of the trace %s, with one line in the log', (_how, spoil) => {
    const rig = filled();
    spoil(rig);
    giveADose(rig);
    rig.pass(HOUR);
    expect(rig.logged.filter((line) => line.includes('trace'))).toHaveLength(1);
    expect(rig.logged.at(-1)).toMatch(/^warning The trace of this run ends here: .+\.$/);
  });

  it('draws its idle time together, and replays it beat by beat', () => {
    const rig = filled();
    rig.online = true;
    rig.restart();
    rig.pass(30 * MINUTE);
    rig.sense({ type: 'button.pressed' });
    const idle = rig.text.split('\n').filter((line) => line.startsWith('{"idle":'));
    expect(idle.length).toBeGreaterThan(5);
    expect(idle.length).toBeLessThan(20);
    const { divergence, entrances } = rig.replay();
    expect(divergence).toBeNull();
    expect(entrances).toBeGreaterThan(400);
    const other = rig.replay(rig.text.replaceAll('"aliveMs":8000', '"aliveMs":9000'));
    expect(other.divergence?.entrance).toBe('wake');
    expect(idle).toContain(rig.text.split('\n')[(other.divergence?.line ?? 0) - 1]);
    const silent = rig.replay(rig.text.replace(idle[1] as string, ''));
    expect(silent.same).toBe(false);
  });

  it('replays to where its segment was full', () => {
    const rig = filled();
    rig.limits = { ...TRACE_LIMITS, segmentBytesMax: 9_000 };
    rig.restart();
    giveADose(rig);
    rig.pass(24 * HOUR);
    expect(rig.trace?.isFull).toBe(true);
    expect(rig.replay()).toMatchObject({ divergence: null, end: 'full' });
  });

  it('replays what came in while the firmware was at work, and ports that failed', () => {
    const rig = filled();
    rig.restart();
    rig.onCall = (name) => {
      if (name === 'speech.say') throw new Error('no voice');
      // A hand is quicker than the machine: the door opens while the sachet is let out.
      if (name === 'mechanism.release') rig.sense({ type: 'door.opened', withKey: true });
    };
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.onCall = () => {};
    rig.sense({ type: 'door.closed' });
    rig.pass(MINUTE);
    expect(rig.text).toContain('"inside":[[');
    expect(rig.text).toContain('"failed":[[');
    expect(rig.replay()).toMatchObject({ divergence: null, same: true });
  });

  it.each(['full', 'io', 'corrupt'] as const)('replays a store that says `%s` in the middle of a dose', (failure) => {
    const rig = filled();
    rig.restart();
    rig.until('2026-11-20T08:00+01:00');
    rig.store.failure = failure;
    rig.press();
    rig.pass(HOUR);
    expect(rig.host.state.phase).toBe('lockedDown');
    expect(rig.text).toContain(`"failed":[[`);
    expect(rig.replay()).toMatchObject({ divergence: null, same: true });
  });

  it('replays a crash of the firmware, which ends the run', () => {
    const rig = filled();
    rig.restart();
    expect(() => rig.hear({ type: 'mqtt.connected', grant: null as never })).toThrow(TypeError);
    const text = rig.text;
    expect(text).toMatch(/"threw":"TypeError".*\n$/);
    expect(rig.replay(text)).toMatchObject({ divergence: null });
    expect(rig.replay(text.replace('"threw":"TypeError",', ''))).toMatchObject({
      divergence: { detail: 'the firmware ended with TypeError, in the trace it went on' },
    });
  });
});
