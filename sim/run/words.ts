import { styleText } from 'node:util';
import type { ReplayResult } from './replay.ts';
import type { LeftOut, RunReport, ScenarioResult, SoakReport } from './results.ts';

/** What people read in the terminal. Colours are left out by Node itself where the stream has none. */

const good = (text: string) => styleText('green', text);
const bad = (text: string) => styleText('red', text);
const faint = (text: string) => styleText('dim', text);

/** One line for a story that passed; for one that failed, where, what, and the command that shows it again. */
export function scenarioWords(result: ScenarioResult, board: 'simulated' | 'emulated'): string {
  const { name, passed, simulatedSeconds, wallMs, file, seed, failures } = result;
  const duration = faint(`${spanWords(simulatedSeconds)} in ${wallMs} ms`);
  if (passed) return `${good('✓')} ${name}  ${duration}`;
  const again = `dosis sim run ${file} --seed ${seed}${board === 'emulated' ? ' --board emulated' : ''}`;
  const details = failures.flatMap(({ step, expected, actual }) => [
    `    ${step}`,
    `      expected  ${expected}`,
    `      actual    ${bad(actual)}`,
  ]);
  return [`${bad('✗')} ${name}  ${duration}`, ...details, `    again: ${again}`].join('\n');
}

export function leftOutWords({ name, because }: LeftOut): string {
  return `left out  ${name}\n          ${because}`;
}

export function runWords({ passed, failed, leftOut = [] }: RunReport): string {
  const stories = passed + failed === 1 ? 'story' : 'stories';
  const rest = leftOut.length === 0 ? '' : `, ${leftOut.length} left out`;
  if (failed === 0) return good(`${passed} ${stories} passed${rest}`);
  return bad(`${failed} of ${passed + failed} ${stories} failed${rest}`);
}

export function soakWords(report: SoakReport): string {
  const { deviceYears, doses, faultsInjected, violations, deviceYearsPerSecond, seed, traceHash } = report;
  const faults = Object.entries(faultsInjected).sort(([, a], [, b]) => b - a);
  const total = faults.reduce((sum, [, count]) => sum + count, 0);
  return [
    `${count(deviceYears)} device-years, ${count(doses)} doses, from seed ${seed}; ${deviceYearsPerSecond} device-years a second`,
    ...(faults.length === 0
      ? ['no faults injected']
      : [`${count(total)} faults injected`, ...wrap(faults.map(([name, times]) => `${name} ${count(times)}`))]),
    ...(violations.length === 0
      ? [good('no violation')]
      : [bad(violations.length === 1 ? '1 violation' : `${count(violations.length)} violations`)]),
    ...violations.flatMap(({ invariant, at, detail, replay }) => [
      `${bad('✗')} ${invariant}  ${faint(at)}`,
      `    ${detail}`,
      `    again: ${replay}`,
    ]),
    faint(`trace ${traceHash}`),
  ].join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}

/** Lines of up to a hundred characters, parts with a dot between them. */
function wrap(parts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last === undefined || last.length + part.length > 97) lines.push(`  ${part}`);
    else lines[lines.length - 1] = `${last} · ${part}`;
  }
  return lines;
}

/** `9 d 4 h`, `20 h 30 min`: the two largest units. */
export function spanWords(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

export function replayWords(result: ReplayResult, file: string): string {
  const { entrances, same, traceHash, divergence, of, runs, end, firmware } = result;
  const [many, last] = runs === 1 ? ['', of] : [` in ${count(runs)} runs`, `${of}, the last`];
  if (same)
    return [
      `${good('✓')} ${last}: ${count(entrances)} entrances${many}, the same to the byte  ${faint(traceHash)}`,
      ...(end === 'whole' ? [] : [`    ${ENDS[end]}`]),
    ].join('\n');
  return [
    `${bad('✗')} ${of}: differs at ${file}:${divergence?.line} (${divergence?.entrance})`,
    `    ${divergence?.detail}`,
    `    recorded with firmware ${firmware}`,
  ].join('\n');
}

const ENDS: Readonly<Record<Exclude<ReplayResult['end'], 'whole'>, string>> = {
  torn: 'its last line was torn, as by a power cut; all before it was replayed',
  full: 'the unit had no more room for this run; what came after it was not recorded',
};
