import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
    .join('\n');

it('the list of rules names exactly the rules that the oracle and the centre judge by', () => {
  const sources = read('sim/oracle') + read('sim/world');
  const judged = [...sources.matchAll(/(?:broken|#complain)\(\s*'([a-z]+(?:-[a-z]+)+)'/g)].map(([, name]) => name);
  const listed = [...readFileSync('sim/oracle/README.md', 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm)].map(
    ([, name]) => name,
  );
  expect(listed.sort()).toEqual([...new Set(judged)].sort());
});
