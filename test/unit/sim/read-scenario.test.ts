import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../sim/scenarios/read-scenario.ts';
import { ScenarioError } from '../../../sim/scenarios/scenario-error.ts';

const story = `name: A story
device: dual-roll
start: 2026-03-02 07:00
regimen:
  morgen: { at: "08:00" }
  aften: { at: "20:00", before: 45 min, after: 2 h }
steps:
  - at: 2026-03-02 08:05
    citizen: presses
  - after: 10 min
    expect: { dose: morgen/2026-03-02, fate: taken }
    citizen: takes the sachet
`;

/** The story with one line replaced. */
function changed(line: string, by: string): string {
  expect(story).toContain(line);
  return story.replace(line, by);
}

function complaintAbout(text: string): string {
  try {
    readScenario(text, 'story.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as ScenarioError).message;
  }
  return 'no complaint';
}

describe('a scenario file', () => {
  it('gives every step its instant in the zone, and its parts in the order of writing', () => {
    const { config, steps, startMs, name } = readScenario(story, 'story.yaml');
    expect(name).toBe('A story');
    expect(startMs).toBe(Date.UTC(2026, 2, 2, 6, 0));
    expect(config.zone).toBe('Europe/Copenhagen');
    expect(config.regimen.slots[1]).toEqual({ id: 'aften', at: '20:00', beforeMinutes: 45, afterMinutes: 120 });
    expect(steps.map(({ atMs }) => atMs)).toEqual([Date.UTC(2026, 2, 2, 7, 5), Date.UTC(2026, 2, 2, 7, 15)]);
    expect(steps[1]?.parts.map((part) => Object.keys(part)[0])).toEqual(['expect', 'do']);
    expect(steps[0]?.title).toBe('1. 2026-03-02 08:05 citizen: presses');
  });

  it('tells the two passages of a repeated hour apart by an offset', () => {
    const night = (time: string) => {
      const text = changed('2026-03-02 07:00', '2026-10-25 01:00')
        .replace('2026-03-02 08:05', time)
        .replace('2026-03-02,', '2026-10-25,');
      return readScenario(text, 'night.yaml').steps[0]?.atMs;
    };
    expect(night('2026-10-25 02:30')).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(night('2026-10-25 02:30+01:00')).toBe(Date.UTC(2026, 9, 25, 1, 30));
  });

  const misspelt = [
    [
      'YAML that is none',
      'device: dual-roll',
      'device: "dual-roll',
      /^story\.yaml:\d+: this is not YAML: .+; check the indentation and the quotes/,
    ],
    [
      'a key given twice',
      'device: dual-roll',
      'device: roll\ndevice: dual-roll',
      /^story\.yaml:3: this is not YAML: map keys must be unique/,
    ],
    [
      'an unknown key at the top',
      'device: dual-roll',
      'devise: dual-roll',
      /^story\.yaml:2: "devise" is not known; did you mean "device"\?/,
    ],
    [
      'an unknown actor',
      '    citizen: presses',
      '    citicen: presses',
      /^story\.yaml:9: "citicen" is not known in step 1; did you mean "citizen"\?/,
    ],
    [
      'an unknown deed',
      'citizen: presses',
      'citizen: jumps',
      /^story\.yaml:9: "citizen" in step 1 is "jumps": citizen cannot do that; write "presses"/,
    ],
    [
      'an unknown fate',
      'fate: taken',
      'fate: eaten',
      /^story\.yaml:11: .*a dose has one of these fates: open, presented/,
    ],
    ['an unknown device', 'device: dual-roll', 'device: toaster', /^story\.yaml:2: .*a device is roll or dual-roll\./],
    ['a missing start', 'start: 2026-03-02 07:00\n', '', /^story\.yaml:\d+: "start" is missing; add it\./],
    ['25 o’clock', '"08:00"', '"25:00"', /^story\.yaml:5: .*write a time of day from "00:00" to "23:59"/],
    ['a time without quotes that YAML reads as text all the same', '"08:00"', '8am', /^story\.yaml:5: /],
    [
      'an unknown zone',
      'device: dual-roll',
      'device: dual-roll\nzone: Europe/Copenhavn',
      /^story\.yaml:3: "Europe\/Copenhavn" is not a known time zone; write an IANA name/,
    ],
    [
      'an impossible date',
      'at: 2026-03-02 08:05',
      'at: 2026-02-30 08:05',
      /^story\.yaml:8: the calendar has no 2026-02-30; write a date that exists\./,
    ],
    ['an impossible start', 'start: 2026-03-02', 'start: 2026-13-02', /^story\.yaml:3: the calendar has no 2026-13-02/],
    [
      'steps out of order',
      'after: 10 min',
      'at: 2026-03-02 08:00',
      /^story\.yaml:10: step 2 is at 2026-03-02 08:00, before the step above it \(2026-03-02 08:05\); put the steps in order/,
    ],
    [
      'both at and after',
      '  - after: 10 min',
      '  - after: 10 min\n    at: 2026-03-02 09:00',
      /^story\.yaml:\d+: step 2 has both "at" and "after"; keep one of them\./,
    ],
    [
      'a length without a unit',
      'after: 10 min',
      'after: 10',
      /^story\.yaml:10: "after" in step 2 must be text, not a 10\.|^story\.yaml:10: /,
    ],
    [
      'a dose that nobody prescribed',
      'dose: morgen/2026-03-02',
      'dose: middag/2026-03-02',
      /^story\.yaml:11: the regimen has no dose "middag\/2026-03-02"; its slots are morgen, aften\./,
    ],
    [
      'a dose without a fate',
      ', fate: taken',
      '',
      /^story\.yaml:11: "expect" names a dose without a fate; write both\./,
    ],
    [
      'a step that does nothing',
      '    citizen: presses\n',
      '',
      /^story\.yaml:8: step 1 does nothing; say who does what/,
    ],
    [
      'overlapping windows',
      'at: "20:00", before: 45 min',
      'at: "08:30", before: 45 min',
      /^story\.yaml:6: The windows of "morgen" and "aften" overlap by 75 minutes; shorten one/,
    ],
    ['a number where text belongs', 'name: A story', 'name: 5', /^story\.yaml:1: "name" must be text, not a 5\./],
    [
      'no steps',
      story.slice(story.indexOf('steps:')),
      'steps: []\n',
      /^story\.yaml:7: "steps" is empty; write at least one\./,
    ],
    [
      'no regimen',
      '  morgen: { at: "08:00" }\n  aften: { at: "20:00", before: 45 min, after: 2 h }\n',
      '  {}\n',
      /^story\.yaml:4: the regimen has no slot/,
    ],
    [
      'a list for a regimen',
      '  morgen: { at: "08:00" }\n  aften: { at: "20:00", before: 45 min, after: 2 h }\n',
      '  []\n',
      /^story\.yaml:4: /,
    ],
  ] as const;

  it.each(misspelt)('with %s is refused in one sentence that names the line', (_what, line, by, sentence) => {
    const complaint = complaintAbout(changed(line, by));
    expect(complaint).toMatch(sentence);
    expect(complaint).not.toContain('\n');
  });

  it('that plays in a skipped hour is refused', () => {
    const text = changed('2026-03-02 07:00', '2027-03-28 01:00').replace('2026-03-02 08:05', '2027-03-28 02:30');
    expect(complaintAbout(text)).toBe(
      'story.yaml:8: the clocks in Europe/Copenhagen skip 02:30 on 2027-03-28; write a time before or after the change.',
    );
  });

  it.each(['', '- a\n- b\n', 'text', 'null'])('that is no story at all (%j) is refused in one sentence', (text) => {
    expect(complaintAbout(text)).toMatch(/^story\.yaml:1: .+[.?]$/);
  });
});
