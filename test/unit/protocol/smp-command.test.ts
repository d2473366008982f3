import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtocolError } from '../../../protocol/errors.ts';
import {
  asksFor,
  decodeRequest,
  decodeResponse,
  encodeError,
  encodeRequest,
  encodeResponse,
  requestHeader,
  type SmpCommand,
} from '../../../protocol/smp/command.ts';
import { enumeration } from '../../../protocol/smp/commands/enumeration.ts';
import { fs } from '../../../protocol/smp/commands/fs.ts';
import { image } from '../../../protocol/smp/commands/image.ts';
import { os } from '../../../protocol/smp/commands/os.ts';
import { settings } from '../../../protocol/smp/commands/settings.ts';
import { stat } from '../../../protocol/smp/commands/stat.ts';
import { errorName } from '../../../protocol/smp/error-name.ts';
import { decodeMessage, encodeMessage, responseTo, type SmpHeader, smpVersion } from '../../../protocol/smp/header.ts';
import { imageRc, osRc, smpGroup, smpRc } from '../../../protocol/smp/numbers.ts';
import { encodePayload, type SmpPayload } from '../../../protocol/smp/payload.ts';
import { refusalNumber } from '../../../protocol/smp/refusal-number.ts';
import { golden } from './smp-golden.ts';
import { bytesOf, hexOf, refusalOf } from './thrown.ts';

const hash = Uint8Array.from({ length: 32 }, (_, index) => index);
const time = '2026-11-21T08:00:00';
/** Takes a command of any fields as one of some fields; the tests below pair each with fields of its own. */
const any = (command: unknown) => command as SmpCommand;

const requests: readonly [keyof typeof golden, SmpCommand, SmpPayload][] = [
  ['echo', any(os.echo), { d: 'hi' }],
  ['params', any(os.params), {}],
  ['datetimeSet', any(os.setDatetime), { datetime: time }],
  ['reset', any(os.reset), { force: 1 }],
  ['info', any(os.info), { format: 'snv' }],
  ['boot', any(os.bootloader), { query: 'mode' }],
  ['state', any(image.state), {}],
  ['stateTest', any(image.setState), { hash, confirm: false }],
  [
    'upload0',
    any(image.upload),
    { off: 0, data: new TextEncoder().encode('0123456789'), image: 0, len: 5188, sha: hash, upgrade: true },
  ],
  ['upload1', any(image.upload), { off: 70_000, data: new Uint8Array(100) }],
  ['erase', any(image.erase), { slot: 1 }],
  ['stat', any(stat.data), { name: 'link' }],
  ['setRead', any(settings.read), { name: 'a/b', max_size: 32 }],
  ['setWrite', any(settings.write), { name: 'a/b', val: Uint8Array.of(1, 2) }],
  ['down', any(fs.download), { name: '/log', off: 0 }],
  ['hash', any(fs.hash), { name: '/log', type: 'crc32' }],
];

const state = {
  slot: 0,
  version: '1.2.3',
  hash,
  bootable: true,
  pending: false,
  confirmed: true,
  active: true,
  permanent: false,
};
const responses: readonly [keyof typeof golden, SmpCommand, SmpPayload][] = [
  ['echoRsp', any(os.echo), { r: 'hi' }],
  ['paramsRsp', any(os.params), { buf_size: 1024, buf_count: 1 }],
  ['datetimeRsp', any(os.datetime), { datetime: time }],
  ['infoRsp', any(os.info), { output: 'Dosis' }],
  ['stateRsp', any(image.state), { images: [state], splitStatus: 0 }],
  ['uploadRsp', any(image.upload), { off: 70_100, match: true }],
  ['statRsp', any(stat.data), { name: 'link', fields: { crc: 3, ok: 70_000 } }],
  ['statListRsp', any(stat.list), { stat_list: ['link', 'dose'] }],
  ['setReadRsp', any(settings.read), { val: Uint8Array.of(1, 2) }],
  ['downRsp', any(fs.download), { off: 0, data: new TextEncoder().encode('abc'), len: 3 }],
  ['hashRsp', any(fs.hash), { type: 'crc32', len: 3, output: 0xfedcba98 }],
  ['hashTypes', any(fs.hashTypes), { types: { sha256: { format: 1, size: 32 } } }],
  ['enumList', any(enumeration.list), { groups: [0, 1, 64] }],
  ['enumSingle', any(enumeration.single), { group: 1, end: true }],
  ['enumDetails', any(enumeration.details), { groups: [{ group: 0, name: 'os', handlers: 6 }] }],
];

const all = [os, image, stat, settings, fs, enumeration].flatMap((group) => Object.values(group).map(any));
const requestOf = (command: SmpCommand, version: number = smpVersion.v2): SmpHeader => ({
  ...requestHeader(command, 5),
  version,
  length: 0,
});

describe('requests', () => {
  it.each(requests)('%s is written and read as smp does', (name, command, fields) => {
    const bytes = bytesOf(golden[name]);
    const { header, payload } = decodeMessage(bytes);
    expect(decodeRequest(command, payload)).toEqual(fields);
    expect(asksFor(command, header)).toBe(true);
    expect(hexOf(encodeRequest(command, fields, header.sequence))).toBe(hexOf(bytes));
  });

  it('may carry keys that we do not know, which are ignored', () => {
    expect(decodeRequest(os.echo, encodePayload({ d: 'hi', more: 1 }))).toEqual({ d: 'hi' });
  });

  it.each<[string, SmpCommand, SmpPayload, string, string]>([
    ['an echo without text', any(os.echo), {}, 'missing', 'd is missing.'],
    ['an echo of a number', any(os.echo), { d: 5 }, 'invalid', 'd must be text, not 5.'],
    [
      'a date in words',
      any(os.setDatetime),
      { datetime: 'noon' },
      'invalid',
      'datetime must be a date and time such as 2026-11-21T08:00:00Z, not "noon".',
    ],
    [
      'a negative offset',
      any(image.upload),
      { off: -1, data: hash },
      'invalid',
      'off must be a whole number from 0 to 4294967295, not -1.',
    ],
    [
      'a first part that does not tell the length',
      any(image.upload),
      { off: 0, data: hash },
      'invalid',
      'The message must carry len where off is 0.',
    ],
    [
      'a short hash',
      any(image.upload),
      { off: 0, len: 5, data: hash, sha: Uint8Array.of(1) },
      'invalid',
      'sha must be 32 bytes, not 1 bytes.',
    ],
    [
      'a group that is a text, deep inside',
      any(enumeration.details),
      { groups: [0, 'x'] },
      'invalid',
      'groups.1 must be a whole number from 0 to 65535, not "x".',
    ],
  ])('refuse %s', (_, command, fields, code, sentence) => {
    const refusal = refusalOf(() => decodeRequest(command, encodePayload(fields)));
    expect([refusal.code, refusal.message]).toEqual([code, sentence]);
  });

  it('differ from every other by group, number and op', () => {
    const addresses = all.map((command) => `${command.group}/${command.command}/${command.op}`);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(all.every((command) => command.group < smpGroup.userMin)).toBe(true);
  });

  it('answer noise with fields or a ProtocolError', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.dictionary(
          fc.constantFrom('d', 'off', 'len', 'data', 'name', 'hash', 'slot', 'groups', 'images', 'rc', 'err', 'fields'),
          fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.uint8Array(), fc.array(fc.integer())),
        ),
        (command, fields) => {
          const payload = encodePayload(fields);
          const request = requestOf(command);
          for (const read of [
            () => decodeRequest(command, payload),
            () => decodeResponse(command, request, decodeMessage(encodeMessage(responseTo(request), payload))),
          ]) {
            try {
              read();
            } catch (error) {
              if (!isProtocolError(error)) throw error;
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('responses', () => {
  it.each(responses)('%s is written and read as smp does', (name, command, fields) => {
    const frame = decodeMessage(bytesOf(golden[name]));
    const request = { ...requestHeader(command, frame.header.sequence), length: 0 };
    // smp gives list answers of the stat group the op of a request; servers answer with 1.
    const answer = { ...frame, header: { ...frame.header, op: command.op + 1 } };
    expect(decodeResponse(command, request, answer)).toEqual({ ok: true, value: fields });
    expect(hexOf(encodeResponse(command, request, fields).slice(1))).toBe(golden[name].slice(2));
  });

  it('never carry a key that SMP does not name, for smp refuses them', () => {
    const bytes = encodeResponse(any(os.echo), requestOf(any(os.echo)), { r: 'hi', device: 'secret' });
    expect(hexOf(bytes.slice(8))).toBe('a16172626869');
  });

  it('to another request are told apart', () => {
    const late = decodeMessage(encodeResponse(os.echo, requestOf(any(os.echo)), { r: 'hi' }));
    expect(refusalOf(() => decodeResponse(os.echo, requestHeader(any(os.echo), 6), late)).message).toBe(
      'The message answers another request; drop it and go on waiting.',
    );
  });
});

describe('errors', () => {
  const command = any(image.setState);
  const reply = (request: SmpHeader, bytes: Uint8Array) => decodeResponse(command, request, decodeMessage(bytes));

  it('of a group travel as err in version 2', () => {
    const request = requestOf(command);
    const error = { group: smpGroup.image, rc: imageRc.alreadyPending };
    const bytes = encodeError(request, error);
    expect(hexOf(bytes)).toBe('0b00001200010500a163657272a262726318 1c6567726f757001'.replaceAll(' ', ''));
    expect(reply(request, bytes)).toEqual({ ok: false, error });
  });

  it('of SMP itself stay rc in version 2', () => {
    const request = requestOf(command);
    const bytes = encodeError(request, { rc: smpRc.notSupported });
    expect(hexOf(bytes.slice(8))).toBe('a162726308');
    expect(reply(request, bytes)).toEqual({ ok: false, error: { rc: smpRc.notSupported } });
  });

  it('of a group become unknown in version 1, with the reason beside', () => {
    const request = requestOf(command, smpVersion.v1);
    const bytes = encodeError(request, { group: smpGroup.os, rc: osRc.clockNotSet, reason: 'no clock' });
    expect(reply(request, bytes)).toEqual({ ok: false, error: { rc: smpRc.unknown, reason: 'no clock' } });
  });

  it('are none where an old server says rc 0', () => {
    const request = requestOf(any(image.upload));
    const frame = decodeMessage(encodeMessage(responseTo(request), encodePayload({ rc: 0, off: 5 })));
    expect(decodeResponse(image.upload, request, frame)).toEqual({ ok: true, value: { off: 5 } });
  });

  it.each([
    ['smp/busy', { rc: smpRc.busy }],
    ['smp/300', { rc: 300 }],
    ['os/clockNotSet', { group: smpGroup.os, rc: osRc.clockNotSet }],
    ['image/alreadyPending', { group: smpGroup.image, rc: 28 }],
    ['stat/invalidGroup', { group: smpGroup.stat, rc: 2 }],
    ['settings/keyNotFound', { group: smpGroup.settings, rc: 3 }],
    ['fs/empty', { group: smpGroup.fs, rc: 16 }],
    ['enum/indexTooLarge', { group: smpGroup.enum, rc: 4 }],
    ['enum/99', { group: smpGroup.enum, rc: 99 }],
    ['session/tooSoon', { group: 64, rc: 3 }],
    ['fault/storage-fault', { group: 67, rc: refusalNumber('storage-fault') }],
    ['group 99/300', { group: 99, rc: 300 }],
  ])('have the name %s', (name, error) => {
    expect(errorName(error)).toBe(name);
  });
});
