import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtocolError, type ProtocolErrorCode } from '../../protocol/errors.ts';
import { decodeAck } from '../../protocol/messages/ack.ts';
import { decodeBatch, encodeBatch } from '../../protocol/messages/batch.ts';
import { decodeConfig, encodeConfig } from '../../protocol/messages/config.ts';
import { decodeEvent, encodeEvent, readSeq } from '../../protocol/messages/event.ts';
import { decodeState, encodeState } from '../../protocol/messages/state.ts';
import { anyConfig, anyEvent } from '../unit/protocol/arbitraries.ts';

const cases = Number(process.env.DOSIS_FUZZ_CASES ?? 20_000);

const decoders = { decodeEvent, readSeq, decodeBatch, decodeAck, decodeState, decodeConfig };
const reencode: Partial<Record<keyof typeof decoders, (message: never) => Uint8Array>> = {
  decodeEvent: encodeEvent,
  decodeBatch: encodeBatch,
  decodeState: encodeState,
  decodeConfig: encodeConfig,
};

/** Bytes that look like CBOR more often than noise does. */
const shaped = fc
  .array(
    fc.oneof(
      fc.constantFrom(0x81, 0x9a, 0x9b, 0x9f, 0xa1, 0xa2, 0xba, 0xbf, 0xc2, 0xd8, 0xf9, 0xfb, 0xff, 0x5a, 0x7b, 0x1b),
      fc.nat(0x17),
      fc.nat(0xff),
    ),
    { maxLength: 64 },
  )
  .map((bytes) => Uint8Array.from(bytes));

const sound = fc.oneof(
  anyEvent.map(encodeEvent),
  anyConfig.map(encodeConfig),
  fc
    .array(anyEvent, { minLength: 1, maxLength: 4 })
    .map((events) => encodeBatch({ epoch: 7, events: events.map(encodeEvent) })),
);

const mutated = fc
  .tuple(
    sound,
    fc.array(fc.tuple(fc.constantFrom('flip', 'set', 'cut', 'insert', 'double'), fc.nat(), fc.nat(0xff)), {
      maxLength: 4,
    }),
  )
  .map(([bytes, changes]) =>
    changes.reduce((now, [how, where, value]) => mutate(now, how, where % (now.length + 1), value), bytes),
  );

function mutate(bytes: Uint8Array, how: string, at: number, value: number): Uint8Array {
  const [head, tail] = [bytes.slice(0, at), bytes.slice(at)];
  switch (how) {
    case 'flip':
      return Uint8Array.of(...head, ...tail.map((byte, index) => (index === 0 ? byte ^ (1 << (value & 7)) : byte)));
    case 'set':
      return Uint8Array.of(...head, ...tail.map((byte, index) => (index === 0 ? value : byte)));
    case 'cut':
      return head;
    case 'insert':
      return Uint8Array.of(...head, value, ...tail);
    default:
      return Uint8Array.of(...head, ...tail, ...tail);
  }
}

/** Feeds one input to every decoder. What is accepted has to survive being sent on. */
function feed(bytes: Uint8Array, outcomes: Map<ProtocolErrorCode | 'accepted', number>): void {
  for (const [name, decoder] of Object.entries(decoders)) {
    let outcome: ProtocolErrorCode | 'accepted' = 'accepted';
    try {
      const message = decoder(bytes);
      const encoder = reencode[name as keyof typeof decoders];
      if (encoder !== undefined) expect(decoder(encoder(message as never))).toEqual(message);
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      outcome = error.code;
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
}

describe('the decoders', () => {
  it.each([
    ['noise', fc.uint8Array({ maxLength: 200 }), ['truncated', 'trailing', 'tag']],
    ['bytes shaped like CBOR', shaped, ['truncated', 'trailing', 'tag', 'indefinite-length', 'float', 'integer-range']],
    [
      'spoilt messages',
      mutated,
      ['accepted', 'truncated', 'invalid', 'duplicate-key', 'unknown-type', 'missing', 'bad-text'],
    ],
  ] as const)('answer %s with a message or a ProtocolError, and nothing else', (_, input, expected) => {
    const outcomes = new Map<ProtocolErrorCode | 'accepted', number>();
    fc.assert(
      fc.property(input, (bytes) => feed(bytes, outcomes)),
      { numRuns: Math.ceil(cases / 3) },
    );
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining([...expected]));
  });
});
