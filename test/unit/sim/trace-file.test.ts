import { describe, expect, it } from 'vitest';
import { readTrace, TraceFileError } from '../../../sim/run/trace-file.ts';

const header = JSON.stringify({
  dosis: 'trace',
  version: 4,
  of: 'DD-0042',
  device: 'DD-0042',
  firmware: '0.1.0',
  serviceNumber: '70 12 34 56',
  aliveMs: null,
  parts: { speech: true, cupSensor: true },
  ledger: { schema: 0, state: 'whole' },
});
const boot = '{"in":"boot","hash":"0"}';
const wake = '{"in":"wake","clock":[30]}';
const remedy = '; fetch it from the unit again, or write it anew with "dosis sim run --trace".';
const text = (...lines: string[]): string => `${lines.join('\n')}\n`;

describe('a trace file', () => {
  it('holds one run, or several, each with its own end', () => {
    const runs = readTrace(text(header, boot, wake, header, boot, '{"in":"wa', header, boot, '{"end":"full"}'), 'a');
    expect(runs.map(({ header: { line }, lines, end }) => ({ line, lines: lines.length, end }))).toEqual([
      { line: 1, lines: 2, end: 'whole' },
      { line: 4, lines: 1, end: 'torn' },
      { line: 7, lines: 1, end: 'full' },
    ]);
  });

  it.each([
    ['in the middle of a line', '{"in":"wake","clo'],
    ['as zeros, as a file system leaves them', '\0'.repeat(4096)],
  ])('may be torn at its end: %s', (_how, tail) => {
    const [run] = readTrace(text(header, boot) + tail, 'a');
    expect(run).toMatchObject({ end: 'torn', lines: [{ line: 2 }] });
  });

  it('leaves out a run that had not begun when the power went', () => {
    expect(readTrace(text(header, boot, header), 'a')).toHaveLength(1);
  });

  it.each([
    ['is empty', '', 'a:1: this is no dosis trace, the file is empty'],
    ['is another text', 'name: Claus\nat: 8\n', 'a:1: this line is not JSON'],
    ['is one line of something', 'GIF89a', 'a:1: this line is not JSON'],
    ['is other JSON', text('{"version":4}', boot), 'a:1: this is no dosis trace of version 4'],
    [
      'is of another version',
      text(header.replace('"version":4', '"version":3')),
      'a:1: this is no dosis trace of version 4',
    ],
    ['has half a header', text('{"dosis":"trace","version":4}'), 'a:1: this is no dosis trace of version 4'],
    ['ends before the start', text(header), 'a:1: the trace ends before the unit had started'],
    ['is damaged in the middle', text(header, boot, '{"in":"wa', wake), 'a:3: this line is not JSON'],
    [
      'has bytes that are none',
      text(header, boot, '{"in":"offer","event":{"bytes":"*"}}', wake),
      'a:3: this line is not JSON',
    ],
    [
      'wants a mountain of blanks',
      text(header, boot, '{"in":"offer","event":{"blank":1e12}}', wake),
      'a:3: this line is not JSON',
    ],
    ['has a line of something else', text(header, boot, '{"hello":1}'), 'a:3: this line is no part of a trace'],
    ['has an entrance that is none', text(header, boot, '{"in":"window"}'), 'a:3: this line is no part of a trace'],
    [
      'has rows after its start',
      text(header, boot, '{"table":"log","rows":[]}'),
      'a:3: this line is no part of a trace',
    ],
    ['goes on after its end', text(header, boot, '{"end":"full"}', wake), 'a:4: this line is no part of a trace'],
  ])('that %s is refused in one sentence with file and line', (_what, content, words) => {
    expect(() => readTrace(content, 'a')).toThrow(TraceFileError);
    expect(() => readTrace(content, 'a')).toThrow(words + remedy);
  });

  it.each([
    '{"in":"boot","event":{"type":"x"}}',
    '{"in":"sensor"}',
    '{"in":"sensor","event":"button.pressed"}',
    '{"in":"mqtt","event":{"type":7}}',
    '{"in":"offer","event":{"type":"x"}}',
    '{"in":"constructor"}',
    '{"in":"wake","clock":7}',
    '{"in":"wake","clock":["7"]}',
    '{"in":"wake","clock":[[1,2,"sundial"]]}',
    '{"in":"wake","draws":[null]}',
    '{"in":"wake","power":"mains"}',
    '{"in":"wake","door":"ajar"}',
    '{"in":"wake","orders":["offer"]}',
    '{"in":"wake","inside":[[1,"window",{}]]}',
    '{"in":"wake","inside":[[1,"sensor",{}]]}',
    '{"in":"wake","calls":-1}',
    '{"in":"wake","cut":["here",1]}',
    '{"in":"wake","failed":[[1,"tired"]]}',
    '{"in":"wake","unread":[1]}',
    '{"in":"wake","problems":"many"}',
    '{"in":"wake","threw":1}',
    '{"in":"wake","hash":1}',
    '{"in":"wake","weather":"fine"}',
  ])('is refused when a line says what no unit says: %s', (line) => {
    expect(() => readTrace(text(header, boot, line, wake), 'a')).toThrow(
      `a:3: this line is no part of a trace${remedy}`,
    );
  });
});
