import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { writeNew, writeWhole } from '../../hal/linux/whole-file.ts';
import type { ImageSigner } from '../../protocol/image/build.ts';
import { isImageError } from '../../protocol/image/error.ts';
import { imageBytesMax } from '../../protocol/image/layout.ts';
import { readImage } from '../../protocol/image/read.ts';
import { type ImageVersion, parseVersion } from '../../protocol/image/version.ts';
import { uint32Max } from '../../protocol/limits.ts';
import { type Architecture, architectures } from '../image/bundle-program.ts';
import { signedImage } from '../image/container.ts';
import { newKeyPair, signerOf, trustedKeyOf } from '../image/keys.ts';
import { type Description, describeImage, makeImage, type Refusal, refusalOf } from '../image/make.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { kindOfFile } from '../program/file-kind.ts';
import { codeOf, unwritable } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { type GivenFile, otherFile } from '../technician/other-file.ts';
import { techWords } from '../technician/words.ts';

/** For everybody: an image and a public key are no secrets. */
const READABLE = 0o644;

export function imageCommand(): Command {
  return new Command('image')
    .description('Firmware images: programs for units, in signed containers of the MCUboot format.')
    .addCommand(buildCommand())
    .addCommand(inspectCommand())
    .addCommand(verifyCommand())
    .addCommand(signCommand())
    .addCommand(keyCommand());
}

interface BuildOptions {
  readonly entry: string;
  readonly class: string;
  readonly version: ImageVersion;
  readonly counter: number;
  readonly arch: Architecture;
  readonly key?: string;
  readonly out: string;
  readonly json?: true;
}

function buildCommand(): Command {
  return new Command('build')
    .description('Bundles a program with everything that it needs into one image. For developers: it needs esbuild.')
    .requiredOption('--entry <file>', 'the first source file of the program')
    .requiredOption('--class <name>', 'the class of devices that it is for')
    .requiredOption('-v, --version <x.y.z>', 'the version of the image', readVersion)
    .requiredOption('--counter <number>', 'security counter; raise it so that no unit goes back below it', readCounter)
    .addOption(new Option('--arch <name>', 'the machine that it runs on').choices(architectures).default('arm64'))
    .option('--key <file>', 'sign it at once with this private key')
    .requiredOption('--out <file>', 'where the image goes')
    .option('--json', 'print one JSON document and nothing else')
    .action(async ({ entry, class: deviceClass, version, counter, arch, key, out, json }: BuildOptions) => {
      if (!existsSync(entry)) throw new UsageError(`--entry names ${entry}, which does not exist.`);
      const signer = key === undefined ? null : signerIn(key);
      const made = await makeImage({ entry, deviceClass, version, securityCounter: counter, arch });
      const image = signer === null ? made : signedImage(readImage(made), signer);
      writeOut(out, image);
      await show(image, json);
    });
}

function inspectCommand(): Command {
  return new Command('inspect')
    .description('Shows what an image says about itself. Nothing of it is verified.')
    .argument('<image>', 'the file')
    .option('--json', 'print one JSON document and nothing else')
    .action(async (file: string, { json }: { readonly json?: true }) => {
      const bytes = readBytes(file, 'The image');
      await show(bytes, json).catch((error: unknown) => {
        throw noImage(file, bytes, error);
      });
    });
}

interface VerifyOptions {
  readonly key: string[];
  readonly class?: string;
  readonly counter?: number;
  readonly json?: true;
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('Judges an image as a unit does. Exit code 0: a unit would take it. 1: it would not, and why.')
    .argument('<image>', 'the file')
    .requiredOption('--key <file...>', 'the keys that the unit trusts')
    .option('--class <name>', 'the class of the unit; any, unless told')
    .option('--counter <number>', 'the highest counter that the unit has confirmed; 0, unless told', readCounter)
    .option('--json', 'print one JSON document and nothing else')
    .action(async (file: string, { key, class: deviceClass, counter, json }: VerifyOptions) => {
      const keys = key.map((path) => trustedKeyOf(readKey(path, 'publicKey'), path));
      const bytes = readBytes(file, 'The image');
      const judged = await refusalOf(bytes, { keys, deviceClass, securityCounterMin: counter });
      const refusal = judged === null ? null : await plainly(judged, { file, bytes }, deviceClass);
      if (json === true)
        process.stdout.write(`${JSON.stringify({ image: file, accepted: refusal === null, refusal })}\n`);
      else process.stdout.write(refusal === null ? `${file}: a unit takes it.\n` : `${file}: ${refusal.sentence}\n`);
      if (refusal !== null) process.exitCode = exitCodes.failed;
    });
}

/** What a person who holds the file knows more of than the unit: what else it is, and what classes are called. */
async function plainly(refusal: Refusal, given: GivenFile, unit: string | undefined): Promise<Refusal> {
  const { code } = refusal;
  if (code === 'bad-magic')
    return { code, sentence: otherFile(techWords.en, given, 'image')?.message ?? refusal.sentence };
  if (code !== 'wrong-class' || unit === undefined) return refusal;
  const { manifest } = await describeImage(given.bytes);
  if (manifest === null) return refusal;
  const sentence = `The image is for devices of the class ${manifest.class}, and this one is of the class ${unit}. Take the image that was built for it.`;
  return { code, sentence };
}

function signCommand(): Command {
  return new Command('sign')
    .description('Signs an image, in place of any signature that it has.')
    .argument('<image>', 'the file')
    .requiredOption('--key <file>', 'the private key')
    .option('--out <file>', 'where the signed image goes; over the old one, unless told')
    .option('--json', 'print one JSON document and nothing else')
    .action(async (file: string, options: { readonly key: string; readonly out?: string; readonly json?: true }) => {
      const signer = signerIn(options.key);
      const bytes = readBytes(file, 'The image');
      try {
        const signed = signedImage(readImage(bytes), signer);
        writeOut(options.out ?? file, signed);
        await show(signed, options.json);
      } catch (error) {
        throw noImage(file, bytes, error);
      }
    });
}

function keyCommand(): Command {
  return new Command('key')
    .description('Makes a key pair for signing images: FILE is private, FILE.pub goes to the units.')
    .requiredOption('--out <file>', 'where the private key goes')
    .action(({ out }: { readonly out: string }) => {
      const { privatePem, publicPem } = newKeyPair();
      const publicFile = `${out}.pub`;
      writing(out, () => writeNew(out, privatePem));
      try {
        writing(publicFile, () => writeNew(publicFile, publicPem, READABLE));
      } catch (error) {
        rmSync(out);
        throw error;
      }
      process.stdout.write(`${out} signs images: keep it off the units. ${out}.pub is what units trust.\n`);
    });
}

async function show(bytes: Uint8Array, json: true | undefined): Promise<void> {
  const description = await describeImage(bytes);
  process.stdout.write(json === true ? `${JSON.stringify(description)}\n` : textOf(description));
}

function textOf({ manifest, problem, ...image }: Description): string {
  const rows: [string, string][] = [
    ['version', image.version],
    ['bytes', String(image.bytes)],
    ['hash', image.hash ?? 'none'],
    ['signed by', image.signedBy ?? 'nobody'],
    ['security counter', String(image.securityCounter ?? 'none')],
    ['device class', image.deviceClass ?? 'none'],
  ];
  if (problem !== null) rows.push(['body', problem]);
  if (manifest !== null) {
    rows.push(
      ['class', manifest.class],
      ['built for', `${manifest.arch}, Node ${manifest.runtime.nodeMajorMin} or newer`],
    );
    rows.push(['dosis', manifest.dosis], ['starts', manifest.entry]);
    rows.push(...manifest.files.map(({ path, bytes }): [string, string] => ['file', `${path} (${bytes} bytes)`]));
  }
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}

function readVersion(text: string): ImageVersion {
  const version = parseVersion(text);
  if (version === undefined)
    throw new InvalidArgumentError('A version is X.Y.Z or X.Y.Z+BUILD, with X and Y at most 255.');
  return version;
}

function readCounter(text: string): number {
  const counter = Number(text);
  if (text.trim() === '' || !Number.isInteger(counter) || counter < 0 || counter > uint32Max) {
    throw new InvalidArgumentError(`A security counter is a whole number from 0 to ${uint32Max}.`);
  }
  return counter;
}

function readBytes(file: string, what: string): Uint8Array {
  try {
    const bytes = readFileSync(file);
    // One byte beyond is enough to be told apart as too large.
    return bytes.subarray(0, imageBytesMax + 1);
  } catch (error) {
    throw new UsageError(`${what} "${file}" cannot be read (${codeOf(error)}); name a file that can.`, {
      cause: error,
    });
  }
}

/** What is told of a file that holds no image, or a broken one. */
function noImage(file: string, bytes: Uint8Array, error: unknown): unknown {
  if (!isImageError(error)) return error;
  return (
    otherFile(techWords.en, { file, bytes }, 'image') ?? new UsageError(`${file}: ${error.message}`, { cause: error })
  );
}

const signerIn = (file: string): ImageSigner => signerOf(readKey(file, 'privateKey'), file);

/** The text of a key in PEM; a private key holds the public one too. @throws UsageError */
function readKey(file: string, wanted: 'privateKey' | 'publicKey'): string {
  const bytes = readBytes(file, 'The file of --key,');
  const found = kindOfFile(bytes);
  const other = found === 'privateKey' ? undefined : otherFile(techWords.en, { file, bytes }, wanted);
  if (other !== undefined) throw other;
  return Buffer.from(bytes).toString('utf8');
}

/** Over what was there, whole or not at all; what is no plain file, such as a pipe, gets the bytes as they are. */
function writeOut(file: string, bytes: Uint8Array): void {
  writing(file, () => {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there === undefined || there.isFile()) writeWhole(file, bytes, READABLE);
    else writeFileSync(file, bytes);
  });
}

function writing(file: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(`"${file}"`, error);
    throw new UsageError(`${file} exists, and a key is never overwritten; choose another place.`, { cause: error });
  }
}
