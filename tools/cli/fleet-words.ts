import type { FleetReport, Noticed, Rush } from '../../sim/fleet/report.ts';

/** What a person reads of a run: a line for each thing measured, and one for each promise. */
export function fleetWords(report: FleetReport): string {
  const { devices, seconds, arrival, missed, noticed, storms, memory, promises, crashes, incomplete } = report;
  const lines = [
    `${devices} units, doses missed for ${seconds} s`,
    `all switched on at once      ${rushWords(arrival)}`,
    `deadline to the page         p50 ${ms(missed.p50Ms)}, p99 ${ms(missed.p99Ms)}, at most ${ms(missed.maxMs)}, of ${missed.samples}`,
    ...noticed.map(noticedWords),
    ...storms.map((storm) => `broker back, sessions ${storm.sessions}   ${rushWords(storm)}`),
    `memory                       fleet ${mb(memory.fleet)}, centre ${mb(memory.centre)}, broker ${mb(memory.broker)}`,
    ...crashes.map((crash) => `firmware threw               ${crash}`),
    ...incomplete.map((device) => `the centre lacks records of  ${device}`),
    ...promises.map(({ name, held }) => `${held ? 'held  ' : 'BROKEN'} ${name}`),
  ];
  return `${lines.join('\n')}\n`;
}

function rushWords({ untilCurrentMs, attempts, connects, connectsPerSecond }: Rush): string {
  const when = untilCurrentMs === null ? 'not all became current' : `all current after ${ms(untilCurrentMs)}`;
  return `${when}; ${connects} connections of ${attempts} attempts, ${connectsPerSecond} in one second at most`;
}

function noticedWords({ how, will, ms: times, never }: Noticed): string {
  const what = `${how === 'cut' ? 'socket gone' : 'socket stays'}, ${will ? 'with' : 'without'} will`.padEnd(28);
  const latest = times.length === 0 ? 'never noticed' : `offline after ${ms(Math.max(...times))} at most`;
  return `${what} ${latest}, of ${times.length + never}${never > 0 ? `; ${never} never` : ''}`;
}

function ms(value: number): string {
  return value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

function mb(value: number | null): string {
  return value === null ? 'unknown' : `${Math.round(value)} MB`;
}
