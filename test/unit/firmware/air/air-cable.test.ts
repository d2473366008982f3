import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../rig.ts';
import { imageOf, sha256 } from '../update/rig.ts';
import { AirRig } from './air-rig.ts';

const CHUNK = 16 * 1024;
/** Five pieces and a bit. */
const NEWER = imageOf('1.1.0', { bytes: 5 * CHUNK });

describe('the cable', () => {
  it('comes first: the air waits, and fetches anew what was written over', () => {
    const air = AirRig.connected();
    air.order(NEWER);
    air.pass(MINUTE, () => air.requests.length === 3);
    air.sendOverCable(imageOf('1.0.5', { bytes: 50_000 }), 20_000);
    const before = air.requests.length;
    air.pass(4 * MINUTE);
    expect(air.requests).toHaveLength(before);
    expect(air.passToEnd()).toMatchObject({ status: 'done' });
    expect(air.requests[before]).toMatchObject({ offset: 0 });
    expect(air.runs).toEqual({ version: '1.1.0', confirmed: true });
  });

  it('that brings other firmware to run ends the update, of which nothing more is asked for', () => {
    const air = AirRig.connected();
    air.order(NEWER);
    air.pass(MINUTE, () => air.requests.length === 2);
    bringByCable(air, imageOf('1.0.5'));
    air.passToEnd(MINUTE);
    expect(air.requests).toHaveLength(2);
    expect(air.refusal).toMatchObject({ status: 'failed', path: 'expected.firmware', code: 'state-mismatch' });
    expect(air.runs).toEqual({ version: '1.0.5', confirmed: true });
  });

  it('that brings the very file is not asked for again over the air', () => {
    const air = AirRig.connected();
    air.road = () => [];
    air.order(NEWER);
    air.sendOverCable(NEWER);
    expect(air.passToEnd()).toMatchObject({ status: 'done' });
    expect(air.requests.length).toBeLessThanOrEqual(1);
    expect(sha256(NEWER)).toHaveLength(32);
  });

  it('that brings other firmware while the fetched one waits for its trial ends the update too', () => {
    const air = AirRig.connected();
    air.rig.sense({ type: 'door.opened', withKey: true });
    air.order(NEWER);
    air.pass(MINUTE);
    expect([air.requests.length, air.restarts]).toEqual([6, 0]);
    bringByCable(air, imageOf('1.0.5'));
    air.passToEnd(MINUTE);
    expect(air.refusal).toMatchObject({ status: 'failed', path: 'expected.firmware', code: 'state-mismatch' });
    expect(air.runs).toEqual({ version: '1.0.5', confirmed: true });
  });

  it('is not cut short by the trial of what came over the air', () => {
    const air = AirRig.connected('2026-11-20T08:50+01:00');
    air.order(NEWER);
    air.pass(9 * MINUTE);
    air.cable?.begin({ bytes: NEWER.length, sha256: sha256(NEWER) });
    air.pass(4 * MINUTE);
    expect([air.recorded('dose.missed').length, air.restarts]).toEqual([1, 0]);
    expect(air.passToEnd(3 * MINUTE)).toMatchObject({ status: 'done' });
  });

  it('that begins between a question and its answer is not given a piece of another file', () => {
    const air = AirRig.connected();
    const other = imageOf('1.0.5', { bytes: 50_000 });
    air.road = (part) => {
      if (part.offset === 2 * CHUNK) air.sendOverCable(other, 2 * CHUNK);
      return [part];
    };
    air.order(NEWER);
    air.pass(10 * SECOND);
    expect(air.cable?.write(2 * CHUNK, other.subarray(2 * CHUNK))).toMatchObject({
      ok: true,
      value: { complete: true },
    });
    expect(air.bank?.images()[1]).toMatchObject({ version: '1.0.5', bootable: true });
  });
});

/** A technician flashes it, and it runs. */
function bringByCable(air: AirRig, file: Uint8Array): void {
  air.sendOverCable(file);
  const [, held] = air.bank?.images() ?? [];
  air.cable?.test(held?.hash ?? new Uint8Array(32));
  expect(air.cable?.prepareRestart()).toMatchObject({ ok: true });
  air.restart();
}
