import { describe, expect, it } from 'vitest';
import { faultOf } from '../../protocol/faults/catalogue.ts';
import { type AlarmCode, alarmCodes } from '../../protocol/messages/alarm.ts';
import { phrase } from '../../protocol/phrases.ts';
import { runScenario } from '../../sim/run/run-scenario.ts';
import { findScenarios } from '../../sim/scenarios/find-scenarios.ts';

/** What came onto the display, and what was spoken, while an alarm stood. */
class Signs {
  readonly seen = new Map<string, Set<string>>();
  readonly heard = new Map<string, Set<string>>();
  readonly #standing = new Set<string>();

  beginStory(): void {
    this.#standing.clear();
  }

  /** A line of a trace (sim/run/observation-line.ts). */
  read(line: string): void {
    const alarm = /^r \d+ .*"type":"alarm\.(raised|cleared)".*"code":"([a-z-]+)"/.exec(line);
    if (alarm?.[1] === 'raised') this.#standing.add(alarm[2] as string);
    if (alarm?.[1] === 'cleared') this.#standing.delete(alarm[2] as string);
    this.#note(this.seen, /^e \d+ show (\S+)/.exec(line)?.[1]);
    this.#note(this.heard, /^e \d+ \{"type":"speech\.say","phrase":"([^"]+)"/.exec(line)?.[1]);
  }

  #note(signs: Map<string, Set<string>>, sign: string | undefined): void {
    if (sign === undefined) return;
    for (const code of this.#standing) signs.set(code, (signs.get(code) ?? new Set()).add(sign));
  }
}

const signs = new Signs();
for (const scenario of findScenarios(['sim/scenarios'])) {
  signs.beginStory();
  runScenario(scenario, { seed: 1, onLine: (line) => signs.read(line) });
}

/** No story comes to an alarm of these; what a unit shows then, other tests see (test/house/faults.test.ts). */
const untold: readonly AlarmCode[] = ['internal-fault', 'storage-fault', 'medicine-changed'];
const told = alarmCodes.filter((code) => !untold.includes(code));

describe.each(told)('while %s stands', (code) => {
  it('the unit shows what the catalogue says that the citizen sees', () => {
    expect([...(signs.seen.get(code) ?? [])]).toEqual(expect.arrayContaining([...faultOf(code).sees]));
  });

  it('the unit says what the catalogue says that the citizen hears', () => {
    expect([...(signs.heard.get(code) ?? [])]).toEqual(expect.arrayContaining([...faultOf(code).hears]));
  });
});

it('what is read out of the catalogue is a sentence', () => {
  for (const { sees, hears } of told.map(faultOf))
    for (const key of [...sees, ...hears]) expect(phrase(key, 'da')).not.toBe(key);
});
