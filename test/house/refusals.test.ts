import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { particulars } from '../../protocol/refusal-reasons.ts';
import { root } from './planting.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Places that one of several is chosen for at run time: where that is, and how it stands in the file. */
const CHOSEN: Readonly<Record<string, { readonly file: string; readonly as: readonly string[] }>> = {
  'unsupported source': {
    file: 'firmware/host/order-desk.ts',
    as: ["return 'source';", "{ path: missing ?? 'type', code: 'unsupported' }"],
  },
  'unsupported since': {
    file: 'firmware/host/order-desk.ts',
    as: ["? null : 'since';", "{ path: missing ?? 'type', code: 'unsupported' }"],
  },
  'state-mismatch expected.presence': {
    file: 'protocol/messages/signed-command.ts',
    as: ["return other('presence');", '({ path: `expected.', "`, code: 'state-mismatch' });"],
  },
};

/** `refused('busy', 'source')` and `{ path: 'source', code: 'busy' }`. */
const written = [
  /\brefused\(\s*'(?<code>[\w-]+)',\s*'(?<path>[\w.]+)',?\s*\)/g,
  /\bpath: '(?<path>[\w.]+)',\s*code: '(?<code>[\w-]+)'/g,
];

/** All refusals that stand in a text with both their code and their place, as `code path`. */
function refusalsIn(text: string): string[] {
  return written.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups = {} }) => `${groups.code} ${groups.path}`),
  );
}

const made = new Set(
  readdirSync(join(root, 'firmware'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => refusalsIn(read(join('firmware', path)))),
);

describe('what a refusal means in one place', () => {
  it('is looked for as the firmware writes it', () => {
    const text = "refused('busy', 'text'); errors: [{ path: 'doses', code: 'not-done' }]; refused(code, 'roll');";
    expect(refusalsIn(text)).toEqual(['busy text', 'not-done doses']);
  });

  it.each(Object.keys(particulars))('is said of what the firmware really answers: %s', (key) => {
    const { file, as } = CHOSEN[key] ?? {};
    if (file === undefined) expect(made).toContain(key);
    for (const text of as ?? []) expect(read(file ?? '')).toContain(text);
  });

  it('stands in the table of those chosen at run time only where it must', () => {
    const needless = Object.keys(CHOSEN).filter((key) => made.has(key) || !Object.hasOwn(particulars, key));
    expect(needless).toEqual([]);
  });
});
