import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { YamlSource } from '../../hal/yaml/yaml-source.ts';
import { unreadable } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { PORT_MAX } from './options.ts';

/** What a real board consists of, as `dosis device --config` is told. */
export interface UnitFile {
  /** The name of a board that comes along, or the path of a board file. */
  readonly board: string;
  /** The serial port of the microcontroller. */
  readonly port: string;
  /** The serial port of the technician's cable; undefined on a unit without one. */
  readonly cable: string | undefined;
  /** The ALSA device; null on a unit without a loudspeaker. */
  readonly sound: string | null;
  /** The TCP port of the display's page; undefined on a unit without a display. */
  readonly display: number | undefined;
  /** Of what is said and shown before the unit has a plan. */
  readonly language: 'da' | 'en';
  /** Where spoken phrases are kept; undefined: in the unit's own folder. */
  readonly phrases: string | undefined;
  /** Where a field stands, as what is wrong with it is told: `"port" in line 5 of /etc/dosis/unit.yaml`. */
  readonly named: (field: UnitField) => string;
}

const NO_SOUND = 'none';

const expected = {
  board: 'the name of a board, such as reference, or the path of a board file',
  port: 'the device file of the microcontroller, such as /dev/serial/by-id/usb-Arduino',
  cable: 'the device file of the technician’s cable, such as /dev/serial0, or leave the line out',
  sound: `an ALSA device, such as default or plughw:1,0, or ${NO_SOUND}`,
  display: `a port from 1 to ${PORT_MAX}, such as 7210, or leave the line out`,
  language: 'da or en',
  phrases: 'a folder, such as /var/cache/dosis/phrases',
} as const;
export type UnitField = keyof typeof expected;

const text = (field: UnitField) => v.pipe(v.string(expected[field]), v.regex(/\S/, expected[field]));
const deviceFile = (field: UnitField) => v.pipe(v.string(expected[field]), v.regex(/^\/\S/, expected[field]));
const tcpPort = v.pipe(
  v.number(expected.display),
  v.integer(expected.display),
  v.minValue(1, expected.display),
  v.maxValue(PORT_MAX, expected.display),
);

const schema = v.strictObject({
  board: text('board'),
  port: deviceFile('port'),
  cable: v.optional(deviceFile('cable')),
  sound: v.optional(text('sound'), 'default'),
  display: v.optional(tcpPort),
  language: v.optional(v.picklist(['da', 'en'], expected.language), 'da'),
  phrases: v.optional(text('phrases')),
});

/** What `dosis device --help` says of the file. */
export const unitFileHelp = `
The file of --config says what a real unit is built of, one line each:
  board      ${expected.board}
  port       ${expected.port}
  cable      the serial port of the technician’s cable, such as /dev/serial0; left out, it has none
  sound      ${expected.sound}; left out, default
  display    the port of the page for its display, such as 7210; left out, it has none
  language   da or en, until it has a plan; left out, da
  phrases    where spoken phrases are kept; left out, in the folder of the unit
Paths are seen from the folder of the file. A whole one is hal/linux/systemd/unit.yaml.`;

/** Longer than any that a person writes. */
const FILE_CHARS_MAX = 64 * 1024;

/** @throws UsageError with one sentence that names file, line and field, and what to write */
export function readUnitFile(path: string): UnitFile {
  const mistakeAt = (line: number, sentence: string) => new UsageError(`${path}:${line}: ${sentence}.`);
  const source = YamlSource.parse(textOf(path));
  if ('problem' in source) throw mistakeAt(source.line, `${source.problem}; ${source.advice}`);
  const mistake = (place: readonly string[], sentence: string) => mistakeAt(source.lineOf(place), sentence);
  const checked = v.safeParse(schema, source.value);
  if (!checked.success) {
    // A misspelt field is also a missing one; the misspelling is what helps.
    const issue = checked.issues.find((one) => one.expected === 'never') ?? checked.issues[0];
    const place = issue.path?.map(({ key }) => String(key)) ?? [];
    throw mistake(place, sentenceOf(issue, place[0]));
  }
  const { board, port, cable, sound, display, language, phrases } = checked.output;
  if (cable === port) throw mistake(['cable'], '"cable" is the same port as "port"; each has one of its own');
  const beside = (name: string) => resolve(dirname(path), name);
  return {
    port,
    cable,
    display,
    language,
    board: /[/.]/.test(board) ? beside(board) : board,
    sound: sound === NO_SOUND ? null : sound,
    phrases: phrases && beside(phrases),
    named: (field) => `"${field}" in line ${source.lineOf([field])} of ${path}`,
  };
}

function textOf(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--config names ${path}, which ${unreadable(error)}; name a unit file.`, {
      cause: error,
    });
  }
  if (text.length <= FILE_CHARS_MAX) return text;
  throw new UsageError(`--config names ${path}, which is too long for a unit file; name another file.`);
}

function sentenceOf(issue: v.BaseIssue<unknown>, field: string | undefined): string {
  if (field === undefined) return `the file must be lines such as  port: ${expected.port.replace(/.* /, '')}`;
  if (issue.expected === 'never') return `"${field}" is not known; known are ${Object.keys(expected).join(', ')}`;
  const wanted = expected[field as UnitField];
  if (issue.type === 'strict_object') return `"${field}" is missing; write ${wanted}`;
  return `"${field}" is ${issue.received === 'null' ? 'empty' : issue.received}; write ${wanted}`;
}
