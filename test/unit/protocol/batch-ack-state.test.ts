import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchBytesMax, batchEventsMax, eventBytesMax } from '../../../protocol/limits.ts';
import { decodeAck, encodeAck } from '../../../protocol/messages/ack.ts';
import { lockdownCodes } from '../../../protocol/messages/alarm.ts';
import { decodeBatch, encodeBatch } from '../../../protocol/messages/batch.ts';
import { alarmCodes, decodeEvent, encodeEvent } from '../../../protocol/messages/event.ts';
import { type DeviceState, decodeState, encodeState } from '../../../protocol/messages/state.ts';
import { anyEvent } from './arbitraries.ts';
import { bytesOf, refusalOf } from './thrown.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });

describe('a batch', () => {
  it('carries the stored bytes of its events untouched', () => {
    fc.assert(
      fc.property(uint32, fc.array(anyEvent, { minLength: 1, maxLength: 64, size: 'max' }), (epoch, events) => {
        const stored = events.map(encodeEvent);
        const batch = decodeBatch(encodeBatch({ epoch, events: stored }));
        expect(batch).toEqual({ epoch, events: stored });
        expect(batch.events.map(decodeEvent)).toEqual(events);
      }),
      { numRuns: 50 },
    );
  });

  it('holds any 64 events within 8 KiB', () => {
    const events = Array.from({ length: batchEventsMax }, () => new Uint8Array(eventBytesMax));
    expect(encodeBatch({ epoch: 0xffff_ffff, events }).length).toBeLessThanOrEqual(batchBytesMax);
  });

  it.each([
    ['no event', []],
    ['a 65th event', Array.from({ length: 65 }, () => Uint8Array.of(1))],
    ['an empty event', [new Uint8Array(0)]],
    ['an event of 121 bytes', [new Uint8Array(121)]],
  ])('refuses %s', (_, events) => {
    expect(refusalOf(() => encodeBatch({ epoch: 1, events })).path).toMatch(/^events/);
  });

  it('refuses events that are not byte strings', () => {
    expect(refusalOf(() => decodeBatch(bytesOf('a2 0101 02 81 a0'))).path).toBe('events.0');
  });

  it('does not look into its events, so a bad one costs only itself', () => {
    expect(decodeBatch(bytesOf('a2 0101 02 82 41ff 41a0')).events).toEqual([Uint8Array.of(0xff), Uint8Array.of(0xa0)]);
  });
});

describe('an acknowledgement', () => {
  it('comes back', () => {
    fc.assert(
      fc.property(uint32, uint32, fc.option(uint32, { nil: undefined }), (epoch, ackedThrough, known) => {
        const ack = { epoch, ackedThrough, ...(known === undefined ? {} : { session: known }) };
        expect(decodeAck(encodeAck(ack))).toEqual(ack);
      }),
    );
  });

  it('has at most 19 bytes', () => {
    const most = 0xffff_ffff;
    expect(encodeAck({ epoch: most, ackedThrough: most, session: most })).toHaveLength(19);
  });
});

describe('a state', () => {
  const birth = fc.record(
    {
      online: fc.constant(true as const),
      session: uint32,
      epoch: uint32,
      boot: uint32,
      firmware: fc.stringMatching(/^[!-~]{1,32}$/),
      configVersion: uint32,
      firstSeq: uint32,
      lastSeq: uint32,
      fault: fc.constantFrom(...alarmCodes),
      ackedThrough: uint32,
    },
    {
      requiredKeys: ['online', 'session', 'epoch', 'boot', 'firmware', 'configVersion', 'firstSeq', 'lastSeq'],
      noNullPrototype: true,
    },
  );
  const death = fc.record({ online: fc.constant(false as const), session: uint32 }, { noNullPrototype: true });

  const lockdown = fc.record(
    {
      online: fc.constant('lockedDown' as const),
      session: uint32,
      firmware: fc.stringMatching(/^[!-~]{1,32}$/),
      fault: fc.constantFrom(...alarmCodes),
      cause: fc.constantFrom(...lockdownCodes),
    },
    { requiredKeys: ['online', 'session', 'firmware', 'fault'], noNullPrototype: true },
  );

  it('comes back, birth, lockdown or death', () => {
    fc.assert(
      fc.property(fc.oneof(birth, lockdown, death), (state) => {
        expect(decodeState(encodeState(state as DeviceState))).toEqual(state);
      }),
    );
  });

  it('is none of them when it does not say so', () => {
    expect(refusalOf(() => decodeState(bytesOf('a2 0001 0101')))).toMatchObject({
      code: 'unknown-type',
      path: 'online',
    });
  });
});
