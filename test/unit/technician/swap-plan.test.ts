import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signConfig } from '../../../protocol/messages/signed-config.ts';
import { planFor } from '../../../tools/technician/swap-plan.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { enrolment } from '../firmware/recovery/recovery-bench.ts';
import { document } from '../protocol/signed-samples.ts';
import { centre } from '../protocol/signing.ts';

const DAY_S = 86_400;
const { device, issuedAt } = enrolment;
const enrolmentFile = { file: 'new.enrolment', bytes: new Uint8Array(), says: enrolment };

/** A plan for a unit that has none, fetched so long before or after the enrolment. */
function planFetched(afterS: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-plan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'plan.signed');
  writeFileSync(file, signConfig({ device, issuedAt: issuedAt + afterS, document }, centre));
  return file;
}

describe('a plan for the unit that comes', () => {
  it.each([
    ['before', -DAY_S],
    ['after', 400 * DAY_S],
  ])('is good when it was fetched for the same visit, or %s the enrolment', (_, afterS) => {
    expect(planFor(techWords.da, planFetched(afterS), enrolmentFile).says.device).toBe(device);
  });

  it.each(['da', 'en'] as const)('is refused before anything is locked when it is an old one (%s)', (language) => {
    const t = techWords[language];
    const file = planFetched(-DAY_S - 1);
    expect(() => planFor(t, file, enrolmentFile)).toThrow(t.mistakes.planOutdated(file, issuedAt - DAY_S - 1, device));
  });
});
