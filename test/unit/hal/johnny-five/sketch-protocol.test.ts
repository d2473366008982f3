import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BoardMessage,
  decodeBoardMessage,
  decodeHostMessage,
  encodeBoardMessage,
  encodeHostMessage,
  type HostMessage,
  refusalReasons,
  SketchProtocolError,
} from '../../../../hal/johnny-five/sketch-protocol.ts';

const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const pin = fc.nat(0x7f);
const type = <T extends string>(name: T) => fc.constant(name);

const guard = fc.record({
  type: type('guard'),
  silenceMs: fc.integer({ min: 100, max: 10_000 }),
  fedA: pin,
  fedB: pin,
  binned: pin,
  cup: pin,
  door: pin,
  key: pin,
  button: pin,
  relay: pin,
  motorPower: pin,
});
const lease = fc.record({
  type: type('lease'),
  intent: u32,
  stepsA: u16,
  stepsB: u16,
  forMs: fc.integer({ min: 1, max: 60_000 }),
});
const end = fc.record({ type: type('end') });
const unlock = fc.record({ type: type('unlock'), forMs: fc.nat(60_000) });
const hostMessage: fc.Arbitrary<HostMessage> = fc.oneof(
  fc.record({ type: type('witness') }),
  guard,
  lease,
  end,
  fc.record({ type: type('tone'), hz: fc.nat(5000), forMs: u16 }),
  unlock,
);
const boardMessage: fc.Arbitrary<BoardMessage> = fc.oneof(
  fc.record({
    type: type('witness'),
    nonce: u32,
    uptimeMs: u32,
    resetCause: fc.nat(15),
    counts: fc.option(fc.record({ fedA: u32, fedB: u32, binned: u32 })),
    dark: fc.record({ fedA: fc.boolean(), fedB: fc.boolean(), binned: fc.boolean(), cup: fc.boolean() }),
    isDoorShut: fc.boolean(),
    isKeyTurned: fc.boolean(),
    isPressed: fc.boolean(),
    presses: fc.nat(255),
    silenceStopped: fc.boolean(),
    limitStruck: fc.boolean(),
    isGuarded: fc.boolean(),
    trips: u16,
    made: fc.record({ A: u16, B: u16 }),
  }),
  guard,
  lease,
  end,
  fc.record({ type: type('refused'), id: fc.nat(255), reason: fc.constantFrom(...refusalReasons) }),
  unlock,
);

it('reads what it has written, both ways, in bytes that Firmata lets through', () => {
  fc.assert(
    fc.property(hostMessage, boardMessage, (toBoard, toHost) => {
      const [down, up] = [encodeHostMessage(toBoard), encodeBoardMessage(toHost)];
      expect(decodeHostMessage(down)).toEqual(toBoard);
      expect(decodeBoardMessage(up)).toEqual(toHost);
      expect([...down, ...up].every((byte) => byte < 0x80)).toBe(true);
      // The sketch takes no longer ones.
      expect(down.length + 2).toBeLessThanOrEqual(64);
    }),
  );
});

it('writes these bytes', () => {
  expect(encodeHostMessage({ type: 'witness' })).toEqual([1]);
  expect(encodeHostMessage({ type: 'end' })).toEqual([4]);
  expect(encodeHostMessage({ type: 'unlock', forMs: 5000 })).toEqual([7, 8, 1, 19, 0, 113, 0]);
  const bytes = encodeHostMessage({ type: 'lease', intent: 0x0102_0384, stepsA: 400, stepsB: 0, forMs: 3000 });
  expect(bytes.slice(0, -2)).toEqual([3, 4, 1, 3, 0, 2, 0, 1, 0, 16, 1, 1, 0, 0, 0, 0, 0, 56, 1, 11, 0]);
});

const GUARD = {
  type: 'guard',
  ...{ silenceMs: 500, fedA: 14, fedB: 15, binned: 16, cup: 17, door: 18, key: 19, button: 2 },
  ...{ relay: 4, motorPower: 13 },
} as const;

describe('refuses', () => {
  const refused = (read: () => unknown) => expect(read).toThrow(SketchProtocolError);

  it('whatever has one wrong byte', () => {
    fc.assert(
      fc.property(hostMessage, fc.nat(), fc.nat(255), (message, at, byte) => {
        const bytes = encodeHostMessage(message);
        const spoilt = bytes.with(at % bytes.length, byte);
        fc.pre(spoilt[at % bytes.length] !== bytes[at % bytes.length]);
        // Messages without data have nothing but their id.
        fc.pre(bytes.length > 1 || ![1, 4].includes(byte));
        refused(() => decodeHostMessage(spoilt));
      }),
    );
  });

  it('whatever is too short or too long', () => {
    fc.assert(
      fc.property(hostMessage, boardMessage, (toBoard, toHost) => {
        refused(() => decodeHostMessage([...encodeHostMessage(toBoard), 0]));
        refused(() => decodeHostMessage(encodeHostMessage(toBoard).slice(0, -1)));
        refused(() => decodeBoardMessage([...encodeBoardMessage(toHost), 0, 0]));
        refused(() => decodeBoardMessage(encodeBoardMessage(toHost).slice(0, -2)));
      }),
      { numRuns: 50 },
    );
  });

  it('noise, or reads it as what would be written so', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(255), { maxLength: 70 }), (noise) => {
        for (const [read, write] of [
          [decodeHostMessage, encodeHostMessage],
          [decodeBoardMessage, encodeBoardMessage],
        ] as const) {
          try {
            expect((write as (message: unknown) => number[])(read(noise))).toEqual(noise);
          } catch (error) {
            expect(error).toBeInstanceOf(SketchProtocolError);
          }
        }
      }),
    );
  });

  it.each([
    [{ ...GUARD, silenceMs: 99 }],
    [{ ...GUARD, fedA: -1 }],
    [{ type: 'lease', intent: 2 ** 32, stepsA: 0, stepsB: 0, forMs: 1 }],
    [{ type: 'lease', intent: 1, stepsA: 0.5, stepsB: 0, forMs: 1 }],
    [{ type: 'lease', intent: 1, stepsA: 0, stepsB: 0, forMs: 0 }],
    [{ type: 'tone', hz: Number.NaN, forMs: 1 }],
    [{ type: 'unlock', forMs: 60_001 }],
  ] satisfies [HostMessage][])('to write what no message can carry: %j', (message) => {
    refused(() => encodeHostMessage(message));
  });
});
