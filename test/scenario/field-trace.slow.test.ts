import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FieldTrace, TRACE_LIMITS } from '../../firmware/trace/field-trace.ts';
import { traced } from '../../firmware/trace/tap.ts';
import { SimTraceStore } from '../../sim/device/trace-store.ts';
import type { BootFirmware } from '../../sim/device/unit.ts';
import { usualUnit } from '../../sim/device/unit-spec.ts';
import { realFirmware } from '../../sim/run/firmware.ts';
import { replayTrace } from '../../sim/run/replay.ts';
import { soakYear } from '../../sim/run/soak-year.ts';
import { readTrace, TraceFileError } from '../../sim/run/trace-file.ts';

const { device, firmware } = usualUnit;
const serviceNumber = '70 10 20 30';
const about = { of: device, device, firmware, serviceNumber, parts: usualUnit.parts };
const limits = { ...TRACE_LIMITS, segmentsMax: 500 };

/** A unit in the field: from its `from`-th start on, each start of the program begins a segment of its own. */
function fieldUnit(store: SimTraceStore, from: number, aliveMs = Number.POSITIVE_INFINITY): BootFirmware {
  const real = realFirmware(usualUnit, serviceNumber, aliveMs);
  let starts = 0;
  return (ports, observe) => {
    starts += 1;
    if (starts < from) return real(ports, observe);
    const alive = Number.isFinite(aliveMs) ? aliveMs : null;
    return traced(real, { ...about, aliveMs: alive }, new FieldTrace(store, limits))(ports, observe);
  };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function downloaded(store: SimTraceStore): string {
  const { bytes, read } = new FieldTrace(store, limits).copy();
  return textOf(read(0, bytes));
}

it('replays to the byte what a unit kept of random weeks of faults and orders, whichever start it begins with', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 12 }), (seed, from) => {
      const store = new SimTraceStore();
      const { traceHash } = soakYear({ seed, faults: true, days: 12, boot: fieldUnit(store, from) });
      // The recording changes nothing.
      expect(traceHash).toBe(soakYear({ seed, faults: true, days: 12 }).traceHash);
      const segments = store.list().length;
      fc.pre(segments > 0);
      expect(replayTrace(readTrace(downloaded(store), 'trace'))).toMatchObject({ divergence: null, runs: segments });
    }),
    { numRuns: 12, seed: 20_261_121 },
  );
});

it('replays a unit that says every twenty seconds that it is there', () => {
  const store = new SimTraceStore();
  soakYear({ seed: 11, faults: true, days: 2, boot: fieldUnit(store, 1, 20_000) });
  const runs = readTrace(downloaded(store), 'trace');
  expect(replayTrace(runs)).toMatchObject({ divergence: null });
  expect(runs.flatMap(({ lines }) => lines).length).toBeGreaterThan(20_000);
});

it('replays up to its end what a power cut left of a segment, wherever it tore it', () => {
  const store = new SimTraceStore();
  soakYear({ seed: 5, faults: true, days: 6, boot: fieldUnit(store, 2) });
  const [first] = store.list();
  const { number, bytes } = first ?? expect.unreachable();
  const text = textOf(store.read(number, 0, bytes));
  const firstEntrance = text.indexOf('{"in":');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: bytes }), (length) => {
      const torn = text.slice(0, length);
      const replayed = () => replayTrace(readTrace(torn, 'trace'), 'trace');
      const firstEnd = text.indexOf('\n', firstEntrance);
      if (length < firstEnd) {
        expect(replayed).toThrow(TraceFileError);
        return;
      }
      const atEnd = torn.endsWith('\n') || length === bytes || text[length] === '\n';
      expect(replayed()).toMatchObject({ divergence: null, end: atEnd ? 'whole' : 'torn' });
    }),
    { numRuns: 40, seed: 3, examples: [[firstEntrance], [bytes - 1], [bytes - 2]] },
  );
});

it('records the same twice', () => {
  const record = () => {
    const store = new SimTraceStore();
    soakYear({ seed: 8, faults: true, days: 5, boot: fieldUnit(store, 1) });
    return downloaded(store);
  };
  expect(record()).toBe(record());
});
