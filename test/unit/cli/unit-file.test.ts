import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readUnitFile, unitFileHelp } from '../../../tools/cli/unit-file.ts';
import { UsageError } from '../../../tools/program/usage-error.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dosis-unit-file-'));
  file = join(folder, 'unit.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(...lines: readonly string[]) {
  writeFileSync(file, lines.join('\n'));
  return readUnitFile(file);
}

/** Without the name of the file, which begins it. */
function refusal(...lines: readonly string[]): string {
  try {
    read(...lines);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    const { message } = error as UsageError;
    expect(message.startsWith(`${file}:`)).toBe(true);
    return message.slice(file.length + 1);
  }
  return expect.fail('the file was taken');
}

const board = 'board: reference';
const port = 'port: /dev/ttyUSB0';

describe('a unit file', () => {
  it('says all that a unit is built of', () => {
    const rest = ['cable: /dev/serial0', 'sound: plughw:1,0', 'display: 7210', 'language: en', 'phrases: spoken'];
    expect(read(board, port, ...rest)).toEqual({
      board: 'reference',
      port: '/dev/ttyUSB0',
      cable: '/dev/serial0',
      sound: 'plughw:1,0',
      display: 7210,
      language: 'en',
      phrases: join(folder, 'spoken'),
      named: expect.any(Function),
    });
  });

  it('needs but a board and its port', () => {
    expect(read(board, port)).toEqual({
      board: 'reference',
      port: '/dev/ttyUSB0',
      cable: undefined,
      sound: 'default',
      display: undefined,
      language: 'da',
      phrases: undefined,
      named: expect.any(Function),
    });
  });

  it('tells where each field stands', () => {
    const { named } = read('# ours', board, '', port);
    expect([named('board'), named('port')]).toEqual([`"board" in line 2 of ${file}`, `"port" in line 4 of ${file}`]);
  });

  it('may name a board file beside it, and no loudspeaker', () => {
    expect(read('board: own.yaml', port, 'sound: none')).toMatchObject({
      board: join(folder, 'own.yaml'),
      sound: null,
    });
    expect(read('board: /etc/own', port)).toMatchObject({ board: '/etc/own' });
  });

  it.each([
    [['display: "7210"'], '3: "display" is "7210"; write a port from 1 to 65535, such as 7210, or leave the line out.'],
    [['display: 0'], '3: "display" is 0; write a port from 1 to 65535, such as 7210, or leave the line out.'],
    [['display: 70000'], '3: "display" is 70000; write a port from 1 to 65535, such as 7210, or leave the line out.'],
    [['display: 80.5'], '3: "display" is 80.5; write a port from 1 to 65535, such as 7210, or leave the line out.'],
    [['', 'language: dk'], '4: "language" is "dk"; write da or en.'],
    [['sound:'], '3: "sound" is empty; write an ALSA device, such as default or plughw:1,0, or none.'],
    [['phrases: [a]'], '3: "phrases" is Array; write a folder, such as /var/cache/dosis/phrases.'],
    [
      ['cable: ttyS0'],
      '3: "cable" is "ttyS0"; write the device file of the technician’s cable, such as /dev/serial0, or leave the line out.',
    ],
    [['cable: /dev/ttyUSB0'], '3: "cable" is the same port as "port"; each has one of its own.'],
    [['tag: AA:BB'], '3: "tag" is not known; known are board, port, cable, sound, display, language, phrases.'],
  ])('is refused with %j', (lines, sentence) => {
    expect(refusal(board, port, ...lines)).toBe(sentence);
  });

  it('is refused without a board, without a port, and with others than such', () => {
    expect(refusal(board)).toBe(
      '1: "port" is missing; write the device file of the microcontroller, such as /dev/serial/by-id/usb-Arduino.',
    );
    expect(refusal(port, 'board: ""')).toBe(
      '2: "board" is ""; write the name of a board, such as reference, or the path of a board file.',
    );
    expect(refusal('board: 1', port)).toMatch(/^1: "board" is 1; write the name of a board, /);
    expect(refusal(board, 'port: COM3')).toMatch(
      /^2: "port" is "COM3"; write the device file of the microcontroller, /,
    );
    expect(refusal(board, 'prot: /dev/ttyUSB0')).toMatch(/^2: "prot" is not known; known are board, port, /);
  });

  it('is refused when it is something else', () => {
    expect(refusal('')).toBe('1: the file must be lines such as  port: /dev/serial/by-id/usb-Arduino.');
    expect(refusal('just words')).toMatch(/^1: the file must be lines such as/);
    expect(refusal(board, 'port: "/dev')).toMatch(/^2: this is not YAML: .+; check the indentation and the quotes/);
    expect(refusal(board, port, port)).toMatch(/^3: this is not YAML: /);
    expect(() => readUnitFile(join(folder, 'no.yaml'))).toThrow(
      `--config names ${join(folder, 'no.yaml')}, which does not exist; name a unit file.`,
    );
    expect(() => read('x'.repeat(70_000))).toThrow(
      `--config names ${file}, which is too long for a unit file; name another file.`,
    );
  });

  it('is told of in the help, field by field', () => {
    const { named: _named, ...fields } = read(board, port);
    for (const field of Object.keys(fields)) expect(unitFileHelp).toMatch(new RegExp(`^ {2}${field} `, 'm'));
  });

  it('comes as an example that is one', () => {
    const example = fileURLToPath(new URL('../../../hal/linux/systemd/unit.yaml', import.meta.url));
    expect(readUnitFile(example)).toEqual({
      board: 'reference',
      port: expect.stringMatching(/^\/dev\/serial\/by-id\//),
      cable: '/dev/serial0',
      sound: 'default',
      display: 7210,
      language: 'da',
      phrases: '/var/cache/dosis/phrases',
      named: expect.any(Function),
    });
  });
});
