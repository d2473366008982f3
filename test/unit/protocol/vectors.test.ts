import { decode as decodeElsewhere } from 'cborg';
import { describe, expect, it } from 'vitest';
import { decodeAck, encodeAck } from '../../../protocol/messages/ack.ts';
import { decodeBatch, encodeBatch } from '../../../protocol/messages/batch.ts';
import { decodeConfig, encodeConfig, languages, profiles } from '../../../protocol/messages/config.ts';
import {
  alarmCodes,
  decodeEvent,
  encodeEvent,
  powerSources,
  presences,
  releaseReasons,
  rolls,
  settlements,
} from '../../../protocol/messages/event.ts';
import { decodeState, encodeState } from '../../../protocol/messages/state.ts';
import ack from '../../../protocol/vectors/ack.json' with { type: 'json' };
import batch from '../../../protocol/vectors/batch.json' with { type: 'json' };
import config from '../../../protocol/vectors/config.json' with { type: 'json' };
import event from '../../../protocol/vectors/event.json' with { type: 'json' };
import state from '../../../protocol/vectors/state.json' with { type: 'json' };
import words from '../../../protocol/vectors/words.json' with { type: 'json' };
import { eventTypes } from './arbitraries.ts';
import { bytesOf, hexOf } from './thrown.ts';

interface Vector {
  readonly name: string;
  readonly message: object;
  readonly wire: object;
  readonly hex: string;
}

interface Codec {
  readonly encode: (message: never) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => object;
}

const table: readonly (readonly [string, readonly Vector[], Codec])[] = [
  ['event', event, { encode: encodeEvent, decode: decodeEvent }],
  ['batch', batch, { encode: encodeBatch, decode: decodeBatch }],
  ['acknowledgement', ack, { encode: encodeAck, decode: decodeAck }],
  ['state', state, { encode: encodeState, decode: decodeState }],
  ['config', config, { encode: encodeConfig, decode: decodeConfig }],
];
const vectors = table.flatMap(([kind, rows, codec]) =>
  rows.map((vector) => ({ title: `${kind}: ${vector.name}`, ...vector, codec })),
);

/** JSON has no byte strings: the vectors write those of a batch as hexadecimal. */
function withBytes(message: object): object {
  const events = (message as { events?: readonly string[] }).events;
  return events === undefined ? message : { ...message, events: events.map(bytesOf) };
}

/** What a decoder without our schemas sees, in the form of the vectors. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value);
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Map ? Object.fromEntries([...value].map(([key, part]) => [key, plain(part)])) : value;
}

describe('the golden bytes', () => {
  it.each(vectors)('are what we write ($title)', ({ message, hex, codec }) => {
    expect(hexOf(codec.encode(withBytes(message) as never))).toBe(hex);
  });

  it.each(vectors)('are what we read ($title)', ({ message, hex, codec }) => {
    expect(codec.decode(bytesOf(hex))).toEqual(withBytes(message));
  });

  it.each(vectors)('mean the same to another implementation ($title)', ({ wire, hex }) => {
    const options = { useMaps: true, strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true };
    expect(plain(decodeElsewhere(bytesOf(hex), options))).toEqual(wire);
  });

  it('cover every type of event', () => {
    expect(new Set(event.map((vector) => vector.message.type))).toEqual(new Set(eventTypes));
  });

  it('keep the number of every word', () => {
    const numbers = (list: readonly string[]) => Object.fromEntries(list.map((word, number) => [word, number]));
    expect({
      roll: numbers(rolls),
      reason: numbers(releaseReasons),
      fate: numbers(settlements),
      'alarm-code': numbers(alarmCodes),
      presence: numbers(presences),
      'power-source': numbers(powerSources),
      profile: numbers(profiles),
      language: numbers(languages),
    }).toEqual(words);
  });
});
