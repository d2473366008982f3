import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sign1 } from '../../../protocol/cose/sign1.ts';
import { handoverType } from '../../../protocol/messages/handover.ts';
import { readHandoverFile } from '../../../tools/technician/handover.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { passText } from '../cli/tech-bench.ts';
import { centre } from '../protocol/signing.ts';

describe('a file that is given as a handover', () => {
  const given = (content: string | Uint8Array): string => {
    const folder = mkdtempSync(join(tmpdir(), 'dosis-handover-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'given');
    writeFileSync(file, content);
    return file;
  };

  it.each(['da', 'en'] as const)('is told for what it is when it is something else of ours (%s)', (language) => {
    const { mistakes } = techWords[language];
    const file = given(passText());
    expect(() => readHandoverFile(techWords[language], file)).toThrow(mistakes.otherFile(file, 'pass', 'handover'));
    const image = given(Buffer.concat([Buffer.from([0x3d, 0xb8, 0xf3, 0x96]), Buffer.alloc(1024 * 1024)]));
    expect(() => readHandoverFile(techWords[language], image)).toThrow(mistakes.otherFile(image, 'image', 'handover'));
  });

  it.each([
    ['nothing of ours', 'hello'],
    ['a handover that says nothing', sign1(Uint8Array.of(0xa0), handoverType, centre)],
  ])('is refused as none when it is %s', (_, content) => {
    const file = given(content);
    expect(() => readHandoverFile(techWords.da, file)).toThrow(techWords.da.mistakes.notAHandover(file));
  });
});
