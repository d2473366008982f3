import type { RunReport, ScenarioResult } from './results.ts';

/** The report in the XML that build servers read (the common JUnit dialect). */
export function junit({ passed, failed, scenarios }: RunReport): string {
  const seconds = scenarios.reduce((sum, { wallMs }) => sum + wallMs, 0) / 1000;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${passed + failed}" failures="${failed}" time="${seconds}">`,
    `  <testsuite name="scenarios" tests="${passed + failed}" failures="${failed}" time="${seconds}">`,
    ...scenarios.flatMap(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase({ name, file, wallMs, failures }: ScenarioResult): string[] {
  const head = `    <testcase name="${escaped(name)}" classname="${escaped(file)}" time="${wallMs / 1000}"`;
  if (failures.length === 0) return [`${head}/>`];
  return [
    `${head}>`,
    ...failures.map(({ step, expected, actual }) => {
      const message = escaped(`${step}: expected ${expected}, was ${actual}`);
      return `      <failure message="${message}"/>`;
    }),
    '    </testcase>',
  ];
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character).replace(/\p{Cc}/gu, ' ');
}
