import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../../protocol/smp/base64.ts';
import { crc16 } from '../../../protocol/smp/crc16.ts';
import { decodeMessage, encodeMessage, type SmpFrame } from '../../../protocol/smp/header.ts';
import { SerialDecoder, type SerialDrops } from '../../../protocol/smp/serial-decoder.ts';
import { encodeSerial } from '../../../protocol/smp/serial-encoder.ts';
import { lineBytesMax, messageBytesDefault, serialBufferBytes } from '../../../protocol/smp/serial-line.ts';
import { golden } from './smp-golden.ts';
import { bytesOf, hexOf, refusalOf } from './thrown.ts';

const header = { op: 2, version: 1, flags: 0, group: 1, sequence: 9, command: 1 };
const ascii = (text: string) => new TextEncoder().encode(text);
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const none: SerialDrops = {
  strayBytes: 0,
  longLines: 0,
  brokenLines: 0,
  orphanLines: 0,
  interrupted: 0,
  tooLarge: 0,
  wrongLength: 0,
  wrongCrc: 0,
};

/** Messages of this many bytes of payload take this many lines. */
const message = (payloadBytes: number, fill = 7) => encodeMessage(header, new Uint8Array(payloadBytes).fill(fill));
const short = message(4);
const long = message(300);
const linesOf = (bytes: Uint8Array) => {
  const wire = encodeSerial(bytes);
  const ends = [...wire.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at + 1);
  return ends.map((end, line) => wire.subarray(ends[line - 1] ?? 0, end));
};

/** What a fresh decoder makes of these bytes. */
function decoded(...parts: readonly Uint8Array[]): { frames: SmpFrame[]; drops: SerialDrops } {
  const decoder = new SerialDecoder();
  const frames = parts.flatMap((part) => decoder.push(part));
  return { frames, drops: decoder.drops };
}

const anyMessage = fc.uint8Array({ maxLength: 500 }).map((payload) => encodeMessage(header, payload));
/** Text and noise that hold no marker and so cannot be taken for a line. */
const anyNoise = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => bytes.filter((byte) => byte !== 0x06 && byte !== 0x04));
const cut = (bytes: Uint8Array, pieces: readonly number[]) => {
  const ends = [...pieces.map((piece) => piece % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
};

describe('base64 and the CRC', () => {
  it('agree with Node and with the check value', () => {
    expect(crc16(ascii('123456789'))).toBe(0x31c3);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const letters = encodeBase64(bytes);
        expect(Buffer.from(letters).toString()).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(letters)).toEqual(bytes);
      }),
    );
  });

  it.each(['A', 'AA', 'AAA', '=', '====', 'A===', 'AA=A', '=AAA', 'AB==', 'AAB=', 'AA==AAAA', 'AA-_', 'AA\nA'])(
    'refuse %j',
    (letters) => {
      expect(decodeBase64(ascii(letters))).toBeUndefined();
    },
  );
});

describe('encodeSerial', () => {
  it.each([
    ['an echo in version 1', '0200000600000100a16164626869', '0609414241434141414741414142414b46685a474a6f615537450a'],
    ['an echo in version 2', golden.echo, '06094142414b4141414741414142414b46685a474a6f616157760a'],
  ])('writes %s as the reference does', (_, plain, lines) => {
    expect(hexOf(encodeSerial(bytesOf(plain)))).toBe(lines);
    expect(decoded(bytesOf(lines))).toEqual({ frames: [decodeMessage(bytesOf(plain))], drops: none });
  });

  it.each([
    [256, 3, 357],
    [1020, 12, 1404],
    [2044, 23, 2801],
  ])('takes for %i bytes %i lines and %i bytes', (bytes, lines, onWire) => {
    const whole = message(bytes - 8);
    expect(linesOf(whole)).toHaveLength(lines);
    expect(encodeSerial(whole)).toHaveLength(onWire);
  });

  it('keeps every line within 127 bytes', () => {
    expect(Math.max(...linesOf(message(2000)).map((line) => line.length))).toBe(lineBytesMax);
  });

  it('refuses what the length field cannot say', () => {
    expect(encodeSerial(new Uint8Array(65_533)).length).toBeGreaterThan(65_533);
    expect(refusalOf(() => encodeSerial(new Uint8Array(65_534))).code).toBe('too-large');
  });
});

describe('SerialDecoder', () => {
  it('reads lines shorter than ours, as smp cuts them', () => {
    const lines = `06094148384b414142314141454c41614a6a62325a6d476741424558426b5a4746305956686b4141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141410a
      0414414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414639480a`;
    const frame = decodeMessage(bytesOf(golden.upload1));
    expect(decoded(bytesOf(lines.replaceAll(/\s/g, '')))).toEqual({ frames: [frame], drops: none });
  });

  it('finds every message among text and noise, in pieces of any size', () => {
    const stream = fc.array(fc.tuple(anyMessage, fc.array(anyNoise, { minLength: 12, maxLength: 12 })), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), (parts, pieces) => {
        const bytes = joined(
          ...parts.flatMap(([whole, noise]) =>
            linesOf(whole).flatMap((line, index) => [noise[index] ?? new Uint8Array(0), line]),
          ),
        );
        const { frames, drops } = decoded(...cut(bytes, pieces));
        expect(frames).toEqual(parts.map(([whole]) => decodeMessage(whole)));
        expect({ ...drops, strayBytes: 0 }).toEqual(none);
      }),
      { numRuns: 200 },
    );
  });

  it('finds a marker behind a prompt without a line feed, and lines that end with CR LF', () => {
    const [line = new Uint8Array(0)] = linesOf(short);
    const returned = joined(line.subarray(0, -1), ascii('\r\n'));
    const { frames, drops } = decoded(ascii('uart:~$ '), returned);
    expect(frames).toEqual([decodeMessage(short)]);
    expect(drops).toEqual({ ...none, strayBytes: 8 });
  });

  it('takes a marker whose first byte came twice', () => {
    expect(decoded(Uint8Array.of(0x06, 0x04), encodeSerial(short)).frames).toHaveLength(1);
    expect(decoded(Uint8Array.of(0x06), encodeSerial(short)).drops.strayBytes).toBe(1);
  });

  it('gives up a message when the next one begins', () => {
    const { frames, drops } = decoded(
      ...linesOf(long).slice(0, 2),
      ...linesOf(message(300, 8)),
      ...linesOf(long).slice(2),
    );
    expect(frames).toEqual([decodeMessage(message(300, 8))]);
    expect(drops).toEqual({ ...none, interrupted: 1, orphanLines: linesOf(long).length - 2 });
  });

  it('gives up a message when a line of it is lost, and takes the next', () => {
    const [first, , ...rest] = linesOf(long);
    const { frames, drops } = decoded(first ?? new Uint8Array(0), ...rest, ...linesOf(short));
    expect(frames).toEqual([decodeMessage(short)]);
    expect(drops.interrupted).toBe(1);
  });

  it('gives up a message at its broken line, so that what follows belongs to nothing', () => {
    const [first = new Uint8Array(0), second = new Uint8Array(0), third = new Uint8Array(0)] = linesOf(long);
    const broken = second.map((letter, at) => (at === 60 ? 0x2d : letter));
    expect(decoded(first, broken, second, third)).toEqual({
      frames: [],
      drops: { ...none, brokenLines: 1, strayBytes: second.length - 60, orphanLines: 2 },
    });
  });

  it.each<[string, Uint8Array, Partial<SerialDrops>]>([
    ['a wrong CRC', bytesOf('06094142414b4141414741414142414b46685a474a6f616157770a'), { wrongCrc: 1 }],
    ['a continuation of nothing', ascii('\x04\x14AAAA\n'), { orphanLines: 1 }],
    ['a line that is no base64', ascii('\x06\x09AAA\n'), { brokenLines: 1 }],
    ['a line with a foreign letter', ascii('\x06\x09AA-A\n'), { brokenLines: 1, strayBytes: 3 }],
    ['an empty line', ascii('\x06\x09\n'), { wrongLength: 1 }],
    ['a message of no bytes', ascii('\x06\x09AAIAAA==\n'), { wrongLength: 1 }],
    ['a message over the limit', encodeSerial(message(messageBytesDefault - 7)).subarray(0, 127), { tooLarge: 1 }],
    ['a line that never ends', ascii(`\x06\x09${'A'.repeat(5000)}`), { longLines: 1, strayBytes: 5000 - 124 }],
    ['a header that tells another length', encodeSerial(bytesOf('0800000200000206a0')), { wrongLength: 1 }],
    ['more bytes than declared', ascii('\x06\x09AAoAAAAAAAAAAAAAAAAA\n'), { wrongLength: 1 }],
    ['carriage returns inside a line', ascii('\x06\x09AA\rAA\n'), { brokenLines: 1, strayBytes: 3 }],
  ])('drops %s and says so', (_, bytes, drops) => {
    expect(decoded(bytes, encodeSerial(short))).toEqual({
      frames: [decodeMessage(short)],
      drops: { ...none, ...drops },
    });
  });

  it('takes the largest message that was agreed and none larger', () => {
    const decoder = new SerialDecoder(100);
    expect(decoder.push(encodeSerial(message(92)))).toHaveLength(1);
    expect(decoder.push(encodeSerial(message(93)))).toEqual([]);
    expect(decoder.drops.tooLarge).toBe(1);
    expect(serialBufferBytes(100)).toBe(104);
  });

  it('takes no message of which a byte was changed, and always the next one', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), fc.integer({ min: 1, max: 255 }), (whole, at, change) => {
        const bytes = encodeSerial(whole).map((byte, index, all) => (index === at % all.length ? byte ^ change : byte));
        expect(decoded(bytes, encodeSerial(short)).frames).toEqual([decodeMessage(short)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('survives a flood of markers, letters and noise', () => {
    const decoder = new SerialDecoder(64);
    const flood = fc.array(
      fc.oneof(
        fc.constantFrom([6, 9], [4, 20], [10], [13, 10], [6], [4], [0x41, 0x41, 0x41, 0x41], [0x3d]),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => [...bytes]),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(flood, (parts) => {
        expect(decoder.push(Uint8Array.from(parts.flat()))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(decoder.push(encodeSerial(short))).toEqual([decodeMessage(short)]);
  });

  it('forgets what was unfinished when the port came back', () => {
    const decoder = new SerialDecoder();
    const [first = new Uint8Array(0), second = new Uint8Array(0)] = linesOf(long);
    decoder.push(joined(first, second.subarray(0, 20)));
    expect(decoder.isPartial).toBe(true);
    decoder.reset();
    expect(decoder.isPartial).toBe(false);
    expect(decoder.drops).toEqual({ ...none, interrupted: 1, brokenLines: 1 });
    expect(decoder.push(encodeSerial(short))).toHaveLength(1);
    expect(decoder.isPartial).toBe(false);
  });
});
