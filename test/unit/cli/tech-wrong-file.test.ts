import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { signConfig } from '../../../protocol/messages/signed-config.ts';
import { imageCommand } from '../../../tools/cli/image.ts';
import { runCommandLine } from '../../../tools/cli/program.ts';
import { newKeyPair } from '../../../tools/image/keys.ts';
import { UsageError } from '../../../tools/program/usage-error.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { noSocat } from '../../contract/cable.ts';
import { document } from '../protocol/signed-samples.ts';
import { centre } from '../protocol/signing.ts';
import { imageOf } from './flashed-unit.ts';
import { passText, run, TechBench } from './tech-bench.ts';

const { da, en } = techWords;

/** A folder with files that somebody may mix up. */
async function mixedUp(bench: TechBench) {
  const order = { device: 'DK-0042', issuedAt: 1_795_248_000, document: { ...document, version: 8 } };
  return {
    bench,
    pass: bench.file('a', passText()),
    image: bench.file('b', await imageOf()),
    plan: bench.file('c', stringify(document)),
    signed: bench.file('d', signConfig(order, centre)),
    trace: bench.file('e', '{"dosis":"trace"}\n'),
    key: bench.file('f', newKeyPair().privatePem),
    publicKey: bench.file('g', newKeyPair().publicPem),
  };
}

describe.skipIf(noSocat !== undefined)(
  'dosis tech says which file it was given instead, and where that belongs',
  () => {
    const laid = async () => mixedUp(await new TechBench().lay());

    it.each([
      ['provision', ['provision'], 'pass', 'enrolment'],
      ['flash', ['flash'], 'signed', 'image'],
      ['config set', ['config', 'set'], 'image', 'signedPlan'],
      ['config diff', ['config', 'diff'], 'signed', 'plan'],
      ['log', ['log'], 'trace', 'log'],
      ['selftest --verify', ['selftest', '--verify'], 'pass', 'report'],
      ['fill --file', ['fill', '--roll', 'A', '--yes', '--file'], 'pass', undefined],
    ] as const)('%s', async (_, args, given, wanted) => {
      const files = await laid();
      const kind = given === 'signed' ? 'signedPlan' : given;
      const { err, code } = await files.bench.tech(...args, files[given]);
      expect({ err, code }).toEqual({ code: 2, err: `${da.mistakes.otherFile(files[given], kind, wanted)}\n` });
      expect(files.bench.unit.deeds).toEqual([]);
    });

    it('--pass', async () => {
      const { bench, image } = await laid();
      const { err, code } = await run('log', '--port', bench.cable.laptop, '--pass', image);
      expect({ err, code }).toEqual({ code: 2, err: `${da.mistakes.otherFile(image, 'image', 'pass')}\n` });
    });
  },
);

describe('dosis image says which file it was given instead, and where that belongs', () => {
  const entries = [{ name: 'image', summary: '', load: async () => imageCommand() }];
  const usage = async (...args: string[]) => {
    const error = await runCommandLine(['image', ...args], entries).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  };

  it('as an image, and as a key', async () => {
    const bench = new TechBench();
    const { image, key, plan, pass, publicKey } = await mixedUp(bench);
    const other = en.mistakes.otherFile;
    expect(await usage('inspect', plan)).toBe(other(plan, 'plan', 'image'));
    expect(await usage('verify', image, '--key', pass)).toBe(other(pass, 'pass', 'publicKey'));
    expect(await usage('sign', plan, '--key', key)).toBe(other(plan, 'plan', 'image'));
    expect(await usage('sign', image, '--key', publicKey)).toBe(other(publicKey, 'publicKey', 'privateKey'));
  });
});
