import { describe, expect, it } from 'vitest';
import { ANSWERS_MAX, PARTIAL_MS_MAX, SERVICE_MESSAGE_BYTES_MAX } from '../../../../firmware/service/server.ts';
import { encodeRequest } from '../../../../protocol/smp/command.ts';
import { os } from '../../../../protocol/smp/commands/os.ts';
import { settings } from '../../../../protocol/smp/commands/settings.ts';
import { encodeMessage } from '../../../../protocol/smp/header.ts';
import { smpRc } from '../../../../protocol/smp/numbers.ts';
import { decodePayload, encodePayload } from '../../../../protocol/smp/payload.ts';
import { encodeSerial } from '../../../../protocol/smp/serial-encoder.ts';
import { golden } from '../../protocol/smp-golden.ts';
import { bytesOf, hexOf } from '../../protocol/thrown.ts';
import { Bench } from './bench.ts';

const echo = (sequence = 1) => encodeSerial(encodeRequest(os.echo, { d: 'hi' }, sequence));
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const header = { op: 2, version: 1, flags: 0, group: 0, sequence: 9, command: 0 };
const sent = (changes: Partial<typeof header>, payload = encodePayload({ d: 'hi' })) =>
  encodeSerial(encodeMessage({ ...header, ...changes }, payload));

describe('the server', () => {
  it('answers the golden echo of smp to the byte, in version 2 and in version 1', () => {
    const bench = new Bench();
    const answered = (message: string) => hexOf(bench.server.receive(encodeSerial(bytesOf(message)), bench.stamp));
    expect(answered(golden.echo)).toBe(hexOf(encodeSerial(bytesOf(golden.echoRsp))));
    expect(answered(golden.echo.replace(/^0a/, '02'))).toBe(
      hexOf(encodeSerial(bytesOf(golden.echoRsp.replace(/^0b/, '03')))),
    );
  });

  it('repeats the sequence of each request', () => {
    const bench = new Bench();
    for (const sequence of [0, 1, 255]) expect(bench.raw(echo(sequence))[0]?.header.sequence).toBe(sequence);
  });

  it('answers once, however its request is cut and whatever stands around it', () => {
    const bench = new Bench();
    const stream = Uint8Array.of(...latin1('[00:01] boot\r\n'), ...echo(), ...latin1('\x06noise\n'));
    for (const size of [1, 2, 3, 7, 100]) {
      let answers = 0;
      for (let at = 0; at < stream.length; at += size) answers += bench.raw(stream.subarray(at, at + size)).length;
      expect([size, answers]).toEqual([size, 1]);
    }
  });

  it.each<[string, Uint8Array, number]>([
    ['a newer version', sent({ version: 2 }), smpRc.tooNew],
    ['the newest version', sent({ version: 3 }), smpRc.tooNew],
    ['an unknown group', sent({ group: 5 }), smpRc.notSupported],
    ['a group of somebody else', sent({ group: 99 }), smpRc.notSupported],
    ['an unknown command', sent({ command: 99 }), smpRc.notSupported],
    ['an op that the command has not', sent({ op: 0, command: 5 }), smpRc.notSupported],
    ['an undefined op', sent({ op: 4 }), smpRc.notSupported],
    ['the highest undefined op', sent({ op: 7 }), smpRc.notSupported],
    ['a payload that is no map', sent({}, Uint8Array.of(0x01)), smpRc.invalid],
    ['a payload that is no CBOR', sent({}, Uint8Array.of(0xff, 0xff)), smpRc.invalid],
    ['a field that is missing', sent({}, encodePayload({})), smpRc.invalid],
    ['a shell', sent({ group: 9, command: 0 }), smpRc.notSupported],
  ])('refuses %s with its number', (_, bytes, rc) => {
    const bench = new Bench();
    const [answer] = bench.raw(bytes);
    expect(decodePayload(answer?.payload ?? bytesOf('')).rc).toBe(rc);
    expect(answer?.header).toMatchObject({ sequence: 9, version: 1 });
    expect([bench.unit.deeds, bench.unit.entries]).toEqual([[], []]);
  });

  it('says which field is wrong', () => {
    const [answer] = new Bench().raw(sent({}, encodePayload({ d: 5 })));
    expect(decodePayload(answer?.payload ?? bytesOf(''))).toEqual({ rc: 3, rsn: 'd must be text, not 5.' });
  });

  it('does not answer answers, or a cable that leads back to itself would never rest', () => {
    const bench = new Bench();
    expect(bench.raw(encodeSerial(bytesOf(golden.echoRsp)))).toEqual([]);
    expect(bench.raw(encodeSerial(bytesOf(golden.paramsRsp)))).toEqual([]);
    const own = bench.server.receive(echo(), bench.stamp);
    expect(bench.server.receive(own, bench.stamp)).toEqual(new Uint8Array());
  });

  it('takes a message as large as it says, and drops a larger one without an answer', () => {
    const bench = new Bench();
    const { buf_size, buf_count } = bench.granted(os.params, {});
    expect([buf_size, buf_count]).toEqual([8192, 1]);
    const fitting = buf_size - 4 - 8 - 6;
    expect(bench.granted(os.echo, { d: 'x'.repeat(fitting) }).r).toHaveLength(fitting);
    expect(bench.raw(encodeSerial(encodeRequest(os.echo, { d: 'x'.repeat(fitting + 1) }, 1)))).toEqual([]);
    expect(bench.server.counters).toMatchObject({ tooLarge: 1 });
  });

  it('carries a signed configuration of the largest size in one message', () => {
    const bench = new Bench();
    bench.open();
    bench.granted(settings.write, { name: 'config/document', val: new Uint8Array(4096 + 128 + 256) });
    expect(bench.unit.deeds).toEqual([{ offered: 4480 }]);
    expect(SERVICE_MESSAGE_BYTES_MAX).toBeGreaterThan(4480 + 64);
  });

  it('says so where the answer does not fit', () => {
    const bench = new Bench(undefined, 64);
    bench.unit.state = { ...bench.unit.state, firmware: 'x'.repeat(80) };
    expect(bench.ask(os.info, { format: 'r' })).toEqual({ ok: false, error: { rc: smpRc.messageSize } });
  });

  it('gives up a message whose rest does not come, and takes the next', () => {
    const bench = new Bench();
    const [head, tail] = [echo().subarray(0, 10), echo().subarray(10)];
    expect(bench.raw(head)).toHaveLength(0);
    bench.pass(PARTIAL_MS_MAX - 1);
    expect(bench.raw(tail)).toHaveLength(1);
    bench.raw(head);
    bench.pass(PARTIAL_MS_MAX);
    expect(bench.raw(tail)).toHaveLength(0);
    expect(bench.raw(echo())).toHaveLength(1);
    expect(bench.server.counters).toMatchObject({ brokenLines: 1 });
  });

  it('does not write more than a few answers for one piece, whatever is asked in it', () => {
    const bench = new Bench();
    const many = Uint8Array.from({ length: 100 }).reduce<number[]>((all) => [...all, ...echo()], []);
    expect(bench.raw(Uint8Array.from(many))).toHaveLength(ANSWERS_MAX);
    expect(bench.server.counters).toMatchObject({ requests: ANSWERS_MAX, unanswered: 100 - ANSWERS_MAX });
    expect(bench.raw(echo())).toHaveLength(1);
  });

  it('answers that it failed, and lives on, when the unit behind it throws', () => {
    const bench = new Bench();
    const { facts } = bench.unit;
    bench.unit.facts = () => {
      throw new TypeError('a fault in the firmware');
    };
    expect(bench.ask(os.info, {})).toEqual({ ok: false, error: { rc: smpRc.unknown } });
    bench.unit.facts = facts;
    expect(bench.granted(os.info, {})).toEqual({ output: 'Dosis' });
    expect(bench.server.counters).toMatchObject({ failed: 1 });
  });

  it('does not bear a power cut, which is no error', () => {
    const bench = new Bench();
    bench.unit.facts = () => {
      throw 'power cut';
    };
    expect(() => bench.raw(echo())).toThrow('power cut');
  });

  it('says nothing to nothing', () => {
    const bench = new Bench();
    expect(bench.server.receive(new Uint8Array(), bench.stamp)).toEqual(new Uint8Array());
  });
});
