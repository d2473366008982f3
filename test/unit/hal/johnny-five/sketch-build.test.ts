import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildSketch, whyNotBuilt } from '../../../../hal/johnny-five/sketch/build.ts';

const reason = whyNotBuilt();
const kept = new URL('../../../../hal/johnny-five/sketch/dosis.hex', import.meta.url);

it.skipIf(reason !== undefined && process.env.CI !== 'true')(
  `the hex in the repository is what its source builds${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    expect(reason).toBeUndefined();
    const folder = mkdtempSync(join(tmpdir(), 'dosis-hex-'));
    try {
      buildSketch(join(folder, 'dosis.hex'));
      // Else: node hal/johnny-five/sketch/build.ts
      expect(readFileSync(join(folder, 'dosis.hex'), 'utf8')).toBe(readFileSync(kept, 'utf8'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
