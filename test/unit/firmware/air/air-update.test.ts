import { describe, expect, it } from 'vitest';
import { stranger } from '../../protocol/image-keys.ts';
import { HOUR, MINUTE, SECOND } from '../rig.ts';
import { imageOf } from '../update/rig.ts';
import { AirRig, type Road } from './air-rig.ts';

const CHUNK = 16 * 1024;
/** Five pieces and a bit. */
const NEWER = imageOf('1.1.0', { bytes: 5 * CHUNK });

describe('an update over the air', () => {
  it('is fetched piece by piece, tried, confirmed, answered and on record', () => {
    const air = AirRig.connected();
    air.order(NEWER);
    expect(air.answer).toMatchObject({ status: 'accepted', id: 5 });
    expect(air.passToEnd()).toMatchObject({ status: 'done', id: 5 });
    expect(air.runs).toEqual({ version: '1.1.0', confirmed: true });
    expect(air.restarts).toBe(1);
    expect(air.requests.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5].map((piece) => piece * CHUNK));
    expect(air.requests.at(-1)?.length).toBe(NEWER.length - 5 * CHUNK);
    expect(air.recorded('update')).toMatchObject([{ type: 'update.ended', id: 5, firmware: '1.1.0' }]);
    expect(air.recorded('update')[0]).not.toHaveProperty('code');
  });

  it('is asked for in pieces that the broker takes, and with a pause between them', () => {
    const air = new AirRig();
    air.grant = { sessionPresent: false, receiveMaximum: 20, packetBytesMax: 4_096 };
    air.connect();
    air.order(NEWER);
    expect(air.passToEnd()).toMatchObject({ status: 'done' });
    expect(Math.max(...air.requests.map(({ length }) => length))).toBeLessThan(4_096 - 128);
    const pauses = air.requestedMs.slice(1).map((ms, index) => ms - (air.requestedMs[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(250);
  });

  it('that comes again is answered as before, while it goes on and afterwards', () => {
    const air = AirRig.connected();
    const order = air.order(NEWER);
    air.pass(500);
    air.tell('command', order);
    air.pass(500);
    expect(air.answer).toMatchObject({ status: 'accepted' });
    air.passToEnd();
    const asked = air.requests.length;
    air.tell('command', order);
    air.pass(MINUTE);
    expect(air.answer).toMatchObject({ status: 'done', id: 5 });
    expect(air.requests).toHaveLength(asked);
    expect(air.restarts).toBe(1);
  });

  it('waits behind another', () => {
    const air = AirRig.connected();
    air.order(NEWER);
    air.order(imageOf('1.2.0'), { id: 6 });
    expect(air.refusal).toMatchObject({ status: 'refused', code: 'busy' });
  });

  it('is not tried while a dose is due, and tried when it is over', () => {
    const air = AirRig.connected('2026-11-20T07:31+01:00');
    air.order(NEWER);
    air.pass(88 * MINUTE);
    expect(air.requests).toHaveLength(6);
    expect(air.restarts).toBe(0);
    expect(air.passToEnd(5 * MINUTE)).toMatchObject({ status: 'done' });
    expect(air.recorded('dose.missed')).toHaveLength(1);
    expect(air.rig.wallMs).toBeGreaterThan(Date.parse('2026-11-20T09:00+01:00'));
  });

  it('is not tried so shortly before a dose that a failed trial could delay it', () => {
    const air = AirRig.connected('2026-11-20T07:20+01:00');
    air.order(NEWER);
    air.pass(30 * MINUTE);
    expect([air.requests.length, air.restarts]).toEqual([6, 0]);
    expect(air.passToEnd(2 * HOUR)).toMatchObject({ status: 'done' });
    expect(air.rig.wallMs).toBeGreaterThan(Date.parse('2026-11-20T09:00+01:00'));
  });

  it('is not tried while somebody has the unit open', () => {
    const air = AirRig.connected();
    air.rig.sense({ type: 'door.opened', withKey: true });
    air.order(NEWER);
    air.pass(10 * MINUTE);
    expect([air.requests.length, air.restarts]).toEqual([6, 0]);
    air.rig.sense({ type: 'door.closed' });
    expect(air.passToEnd(2 * MINUTE)).toMatchObject({ status: 'done' });
  });

  it('that does not prove sound is taken back, and said to be', () => {
    const air = AirRig.connected();
    air.trial = 'fails';
    air.order(NEWER);
    air.passToEnd();
    expect(air.refusal).toMatchObject({ status: 'failed', code: 'reverted' });
    expect(air.runs).toEqual({ version: '1.0.0', confirmed: true });
    expect(air.recorded('update')).toMatchObject([{ firmware: '1.1.0', code: 'reverted' }]);
  });

  it('that failed before is not tried again', () => {
    const air = AirRig.connected();
    air.trial = 'fails';
    air.order(NEWER);
    air.passToEnd();
    air.order(NEWER, { id: 6 });
    air.pass(MINUTE);
    expect(air.refusal).toMatchObject({ status: 'refused', code: 'image-failed-before' });
    expect(air.restarts).toBe(1);
  });

  it.each<[string, Uint8Array, string]>([
    ['signed with a strange key', imageOf('1.1.0', { key: stranger }), 'image-key'],
    ['for another kind of unit', imageOf('1.1.0', { deviceClass: new Uint8Array(16) }), 'image-class'],
    ['of an older version', imageOf('0.9.0'), 'image-older'],
    ['whose counter is below what was confirmed', imageOf('1.1.0', { counter: 0 }), 'image-older'],
    ['that ends too early', imageOf('1.1.0').slice(0, -40), 'image-truncated'],
    ['that is none', new Uint8Array(3_000).fill(7), 'image-damaged'],
    ['whose signature does not fit', spoilt(imageOf('1.1.0'), -1), 'image-signature'],
    ['whose body was changed', spoilt(imageOf('1.1.0'), 100), 'image-damaged'],
  ])('%s is refused with its own reason, and the old one runs on', (_, file, code) => {
    const air = AirRig.connected();
    air.order(file);
    air.passToEnd();
    expect(air.refusal).toMatchObject({ status: 'refused', path: 'image', code });
    expect(air.runs).toEqual({ version: '1.0.0', confirmed: true });
    expect(air.restarts).toBe(0);
    expect(air.recorded('update')).toMatchObject([{ code }]);
  });

  it('that is another version than the command says is refused', () => {
    const air = AirRig.connected();
    air.order(NEWER, { firmware: '1.1.1' });
    air.passToEnd();
    expect(air.refusal).toMatchObject({ status: 'refused', path: 'firmware', code: 'invalid' });
    expect(air.restarts).toBe(0);
  });

  it('that the centre has no longer is given up at once', () => {
    const air = AirRig.connected();
    air.order(NEWER);
    air.pass(SECOND, () => air.requests.length === 2);
    air.file = null;
    air.passToEnd(5 * SECOND);
    expect(air.refusal).toMatchObject({ status: 'failed', code: 'image-gone' });
  });

  it('is given up when its time is over, with nothing left that could start', () => {
    const air = AirRig.connected();
    air.road = () => [];
    air.order(NEWER, { expiresAt: Math.floor(air.rig.wallMs / 1000) + 600 });
    air.pass(9 * MINUTE);
    expect(air.answer).toMatchObject({ status: 'accepted' });
    air.pass(2 * MINUTE);
    expect(air.refusal).toMatchObject({ status: 'failed', path: 'expiresAt', code: 'expired' });
    const asked = air.requests.length;
    air.pass(HOUR);
    expect(air.requests).toHaveLength(asked);
  });

  it('is not given up by a clock that nobody believes', () => {
    const air = AirRig.connected();
    air.road = () => [];
    air.order(NEWER, { expiresAt: Math.floor(air.rig.wallMs / 1000) + 600 });
    air.rig.stepClock(24 * HOUR);
    air.pass(5 * MINUTE);
    expect(air.host?.state.chart.time).toBe('suspect');
    expect(air.answer).toMatchObject({ status: 'accepted' });
  });

  it('whose trial never begins is given up in the end, with nothing left that could start', () => {
    const air = AirRig.connected();
    air.trial = 'never';
    air.order(NEWER);
    air.passToEnd();
    expect(air.refusal).toMatchObject({ status: 'failed', code: 'not-done' });
    expect(air.restarts).toBe(3);
    expect(air.bank?.images()).toHaveLength(1);
    air.trial = 'sound';
    air.cut();
    air.start();
    expect(air.runs).toEqual({ version: '1.0.0', confirmed: true });
  });

  it('that waits for a dose to be over is given up when its time is over first', () => {
    const air = AirRig.connected('2026-11-20T07:31+01:00');
    air.order(NEWER, { expiresAt: Math.floor(air.rig.wallMs / 1000) + 600 });
    air.pass(11 * MINUTE);
    expect(air.refusal).toMatchObject({ status: 'failed', code: 'expired' });
    air.pass(3 * HOUR);
    expect(air.restarts).toBe(0);
    air.cut();
    air.start();
    expect(air.runs).toEqual({ version: '1.0.0', confirmed: true });
  });
});

describe('the road of an image', () => {
  const roads: Readonly<Record<string, () => Road>> = {
    'that loses every third piece': () => (part, _request, number) => (number % 3 === 0 ? [] : [part]),
    'that brings every piece twice': () => (part) => [part, part],
    'that brings each piece again behind the next': () => {
      let before: Parameters<Road>[0] | null = null;
      return (part) => {
        const late = before;
        before = part;
        return late === null ? [part] : [late, part, late];
      };
    },
    'that brings pieces of another image': () => (part) => [
      { ...part, image: new Uint8Array(32), data: new Uint8Array(part.data?.length ?? 0) },
      part,
    ],
    'that brings a wrong offset first': () => (part) => [{ ...part, offset: part.offset + 1 }, part],
    'that brings garbage first': () => (part) => [new Uint8Array([1, 2, 3]), new Uint8Array(70_000), part],
    'that brings more than was asked for first':
      () =>
      (part, { length }) => [...(length < CHUNK ? [{ ...part, data: new Uint8Array(length + 1) }] : []), part],
    'that brings half of each piece': () => (part) => [
      { ...part, data: part.data?.slice(0, (part.data.length + 1) / 2) ?? new Uint8Array(1) },
    ],
  };

  it.each(Object.keys(roads))('%s ends with the same file', (title) => {
    const air = AirRig.connected();
    air.road = roads[title]?.() ?? air.road;
    air.order(NEWER);
    expect(air.passToEnd()).toMatchObject({ status: 'done' });
    expect(air.runs).toEqual({ version: '1.1.0', confirmed: true });
  });

  it('that changes a byte ends in a refusal, and nothing of it is kept', () => {
    const air = AirRig.connected();
    air.road = (part, _request, number) => [number === 3 && part.data ? { ...part, data: spoilt(part.data, 9) } : part];
    air.order(NEWER);
    air.passToEnd();
    expect(air.refusal).toMatchObject({ status: 'refused', code: 'image-mismatch' });
    expect(air.runs).toEqual({ version: '1.0.0', confirmed: true });
    expect(air.bank?.images()).toHaveLength(1);
  });

  it('asks nothing again before a silence, and less and less often in a long one', () => {
    const air = AirRig.connected();
    air.road = () => [];
    air.order(NEWER);
    air.pass(14 * SECOND);
    expect(air.requests).toHaveLength(1);
    air.pass(HOUR);
    expect(air.requests.length).toBeGreaterThan(8);
    expect(air.requests.length).toBeLessThan(20);
  });
});

describe('an update that is interrupted', () => {
  it('goes on where it was when the line comes back', () => {
    const air = AirRig.connected();
    air.order(NEWER);
    air.pass(MINUTE, () => air.requests.length === 3);
    air.disconnect();
    air.pass(10 * MINUTE);
    const before = air.requests.length;
    air.connect();
    expect(air.passToEnd()).toMatchObject({ status: 'done' });
    expect(air.requests.slice(before).every(({ offset }) => offset >= 2 * CHUNK)).toBe(true);
  });

  it('goes on after every restart of the unit, and says once how it ended', () => {
    const air = AirRig.connected();
    const file = imageOf('1.1.0', { bytes: 40 * CHUNK });
    air.order(file);
    for (let cuts = 1; cuts < 5; cuts += 1) {
      air.pass(MINUTE, () => air.requests.length >= 12 * cuts);
      air.cut();
      air.start();
      air.connect();
    }
    expect(air.passToEnd()).toMatchObject({ status: 'done', id: 5 });
    expect(air.runs).toEqual({ version: '1.1.0', confirmed: true });
    // What a checkpoint every 256 KiB can cost each time.
    expect(air.requests.length).toBeLessThanOrEqual(41 + 4 * 17);
    expect(air.recorded('update')).toHaveLength(1);
  });

  it('by somebody who writes into the bank unseen goes on from what the bank has', () => {
    const air = AirRig.connected();
    air.order(NEWER);
    air.pass(MINUTE, () => air.requests.length === 3);
    const before = air.requests.length;
    air.bank?.begin({ bytes: 50_000, sha256: new Uint8Array(32) });
    expect(air.passToEnd()).toMatchObject({ status: 'done' });
    expect(air.requests.slice(before).map(({ offset }) => offset)).toContain(0);
  });

  it('by a power cut just before its trial is tried afterwards', () => {
    const air = AirRig.connected('2026-11-20T07:31+01:00');
    air.order(NEWER);
    air.pass(5 * MINUTE);
    air.cut();
    air.start();
    air.connect();
    expect(air.restarts).toBe(0);
    expect(air.passToEnd(2 * HOUR)).toMatchObject({ status: 'done' });
  });
});

function spoilt(bytes: Uint8Array, at: number): Uint8Array {
  const index = at < 0 ? bytes.length + at : at;
  return bytes.map((byte, place) => (place === index ? byte ^ 1 : byte));
}
