import { decode as decodeElsewhere } from 'cborg';
import { describe, expect, it } from 'vitest';
import { decodeAck, encodeAck } from '../../../protocol/messages/ack.ts';
import { decodeBatch, encodeBatch } from '../../../protocol/messages/batch.ts';
import { decodeCommand, encodeCommand, logSources, selfTestParts } from '../../../protocol/messages/command.ts';
import { decodeCommandAnswer, encodeCommandAnswer } from '../../../protocol/messages/command-answer.ts';
import { decodeConfig, encodeConfig, languages, profiles } from '../../../protocol/messages/config.ts';
import { decodeConfigReport, encodeConfigReport } from '../../../protocol/messages/config-report.ts';
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
import { decodeHandover, encodeHandover } from '../../../protocol/messages/handover.ts';
import {
  decodeImagePart,
  decodeImageRequest,
  encodeImagePart,
  encodeImageRequest,
} from '../../../protocol/messages/image-part.ts';
import { decodeLogPart, encodeLogPart } from '../../../protocol/messages/log-part.ts';
import { refusalCodes } from '../../../protocol/messages/refusal.ts';
import { decodeJournal, encodeJournal } from '../../../protocol/messages/service-journal.ts';
import { decodeState, encodeState } from '../../../protocol/messages/state.ts';
import ack from '../../../protocol/vectors/ack.json' with { type: 'json' };
import batch from '../../../protocol/vectors/batch.json' with { type: 'json' };
import command from '../../../protocol/vectors/command.json' with { type: 'json' };
import commandAnswer from '../../../protocol/vectors/command-answer.json' with { type: 'json' };
import config from '../../../protocol/vectors/config.json' with { type: 'json' };
import configReport from '../../../protocol/vectors/config-report.json' with { type: 'json' };
import event from '../../../protocol/vectors/event.json' with { type: 'json' };
import handover from '../../../protocol/vectors/handover.json' with { type: 'json' };
import imagePart from '../../../protocol/vectors/image-part.json' with { type: 'json' };
import imageRequest from '../../../protocol/vectors/image-request.json' with { type: 'json' };
import journal from '../../../protocol/vectors/journal.json' with { type: 'json' };
import logPart from '../../../protocol/vectors/log-part.json' with { type: 'json' };
import state from '../../../protocol/vectors/state.json' with { type: 'json' };
import words from '../../../protocol/vectors/words.json' with { type: 'json' };
import { eventTypes } from './arbitraries.ts';
import { commandTypes } from './signed-samples.ts';
import { bytesOf, hexOf } from './thrown.ts';
import { plain, withBytes } from './vector-bytes.ts';

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
  ['config report', configReport, { encode: encodeConfigReport, decode: decodeConfigReport }],
  ['command', command, { encode: encodeCommand, decode: decodeCommand }],
  ['command answer', commandAnswer, { encode: encodeCommandAnswer, decode: decodeCommandAnswer }],
  ['image request', imageRequest, { encode: encodeImageRequest, decode: decodeImageRequest }],
  ['image part', imagePart, { encode: encodeImagePart, decode: decodeImagePart }],
  ['log part', logPart, { encode: encodeLogPart, decode: decodeLogPart }],
  ['handover', handover, { encode: encodeHandover, decode: decodeHandover }],
  ['journal', journal, { encode: encodeJournal, decode: decodeJournal }],
];
const vectors = table.flatMap(([kind, rows, codec]) =>
  rows.map((vector) => ({ title: `${kind}: ${vector.name}`, ...vector, codec })),
);

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

  it('cover every type of command', () => {
    expect(new Set(command.map((vector) => vector.message.type))).toEqual(new Set(commandTypes));
  });

  it('cover every status of reports and answers', () => {
    const statuses = (rows: readonly { readonly message: { readonly status: string } }[]) =>
      [...new Set(rows.map(({ message }) => message.status))].sort();
    expect(statuses(configReport)).toEqual(['applied', 'deferred', 'rejected']);
    expect(statuses(commandAnswer)).toEqual(['accepted', 'done', 'failed', 'refused']);
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
      'refusal-code': numbers(refusalCodes),
      'self-test-part': numbers(selfTestParts),
      'log-source': numbers(logSources),
    }).toEqual(words);
  });
});
