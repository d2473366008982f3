import { wrapped } from '../program/wrapped.ts';
import { conditionOf } from './fault-words.ts';
import type { CounterGroup, LiveView } from './live.ts';
import { logLine } from './log-lines.ts';
import { imageStates, kindOf, shortHash, titleOf } from './portrait.ts';
import type { TechWords } from './words.ts';
import { computerZone, type Zone } from './zone.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ScreenMoment {
  /** By the technician's clock, epoch seconds. */
  readonly seenS: number;
  /** Why what is shown may be out of date; empty when it is not. */
  readonly trouble: string;
}

/** Rows that are no body: a heading, two rules, and the keys. */
const FRAME_ROWS = 4;
const FAULTS_SHOWN_MAX = 4;
const COUNTERS_SHOWN_MAX = 6;
const COUNTER_COLUMNS = 8;
const LABEL_COLUMNS = 11;
const KIND_DIGITS = 8;
/** A record goes on below its words, not below its number. */
const RECORD_INDENT = ' '.repeat(8);

/** What a terminal of that size shows: exactly as many lines as it has rows, none wider than it. */
export function screenOf(t: TechWords, view: LiveView | null, moment: ScreenMoment, size: ScreenSize): string[] {
  const { columns, rows } = size;
  const rule = '─'.repeat(columns);
  const body = view === null ? ['', `  ${t.shell.looking}`] : bodyOf(t, view, columns, rows - FRAME_ROWS);
  const filled = [...body, ...new Array<string>(rows).fill('')].slice(0, Math.max(0, rows - FRAME_ROWS));
  const keys = moment.trouble === '' ? seenWords(t, moment.seenS, view?.zone ?? computerZone()) : moment.trouble;
  const lines = [headingOf(t, view, columns), rule, ...filled, rule, ends(` ${t.shell.keys}`, `${keys} `, columns)];
  return lines.slice(0, rows).map((line) => clipped(line, columns));
}

function seenWords(t: TechWords, seenS: number, { name }: Zone): string {
  return t.shell.seen(t.clock(seenS, name), name);
}

function headingOf(t: TechWords, view: LiveView | null, columns: number): string {
  if (view === null) return ' Dosis';
  const { device = t.info.nobody, phase } = view.state;
  const { left, pass, role } = view.session;
  const session = t.shell.session(pass, t.roles[role], Math.ceil(left / 60));
  return ends(` ${device} · ${t.phases[phase]}`, `${session} `, columns);
}

/** The records take the rows that the rest leaves, down to none. */
function bodyOf(t: TechWords, view: LiveView, columns: number, rows: number): string[] {
  const above = [
    ...identityLines(t, view),
    '',
    ...section(t.info.faults, faultLines(t, view, columns)),
    '',
    ...section(t.shell.counters, counterLines(t, view.counters)),
    '',
  ];
  const room = Math.max(0, rows - above.length - 1);
  const lines = lastLines(
    view.records.map((record) => wrapped(logLine(t, record, view.zone), RECORD_INDENT, '', columns)),
    room,
  );
  return [...above, ` ${t.shell.records}`, ...(lines.length === 0 ? [`   ${t.shell.noRecords}`] : lines)];
}

/** As many whole records as there is room for, the newest last. */
function lastLines(records: readonly (readonly string[])[], room: number): readonly string[] {
  let lines: readonly string[] = [];
  for (const record of records.toReversed()) {
    if (lines.length + record.length > room) break;
    lines = [...record, ...lines];
  }
  return lines;
}

function identityLines(t: TechWords, { state, images }: LiveView): string[] {
  const words = t.info;
  const { config, hash, boot, service = '–' } = state;
  const active = images.find((one) => one.active === true);
  const other = images.find((one) => one.active !== true);
  const running = active === undefined ? state.firmware : `${active.version} ${imageStates(t, active)}`;
  const waiting = other === undefined ? '' : ` · ${other.version} ${imageStates(t, other)}`;
  const settings = config === undefined ? words.noConfig : words.version(config, shortHash(hash));
  return [
    labelled(words.firmware, `${running}${waiting}`),
    labelled(words.config, `${settings} · ${words.starts.toLowerCase()} ${words.startNumber(boot)}`),
    labelled(words.class, `${kindOf(t, state, KIND_DIGITS)} · ${words.service.toLowerCase()} ${service}`),
  ];
}

function faultLines(t: TechWords, { faults, state }: LiveView, columns: number): string[] {
  const about = conditionOf(t, state);
  if (faults.length === 0) {
    return about === undefined ? [t.info.noFaults] : wrapped(about, '', '', columns - LABEL_COLUMNS - 2);
  }
  const shown = faults.slice(0, FAULTS_SHOWN_MAX).map((one) => `${String(one.number).padEnd(3)} ${titleOf(t, one)}`);
  const more = faults.length - shown.length;
  return more === 0 ? shown : [...shown.slice(0, -1), t.shell.more(more + 1)];
}

/** What was never counted says nothing. A newer unit may count what has no word here. */
function counterLines(t: TechWords, counters: readonly CounterGroup[]): string[] {
  const word = (name: string) => t.shell.counterNames[name] ?? name;
  return counters.slice(0, COUNTERS_SHOWN_MAX).map(({ name, fields }) => {
    const counted = Object.entries(fields).filter(([, count]) => count > 0);
    const told = counted.map(([field, count]) => `${word(field)} ${count}`);
    return [word(name).padEnd(COUNTER_COLUMNS), told.length === 0 ? '0' : told.join(' · ')].join(' ');
  });
}

function section(label: string, lines: readonly string[]): string[] {
  return lines.map((line, place) => labelled(place === 0 ? label : '', line));
}

function labelled(label: string, value: string): string {
  return ` ${label.padEnd(LABEL_COLUMNS)} ${value}`;
}

/** One text at each end of a line. */
function ends(left: string, right: string, columns: number): string {
  return `${left}${' '.repeat(Math.max(1, columns - left.length - right.length))}${right}`;
}

function clipped(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}
