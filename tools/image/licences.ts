import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BundleFile } from '../../hal/linux/bundle.ts';
import { UsageError } from '../program/usage-error.ts';

/** The name under which the licences travel in an image. */
export const licencesFile = 'LICENCES.txt';

const rule = '='.repeat(80);
/** Texts that a licence asks to be kept with every copy, a NOTICE among them (Apache-2.0 §4d). */
const licenceName = /^(licen[cs]e|copying|notice)(?!.*\.(js|ts|json)$)/i;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * One text with our licence and the licences of all packages that a program was bundled from: they must come with every
 * copy, and a unit is one. The same packages give the same bytes.
 * @param inputs files that went into the program, absolute or from the working directory
 * @throws UsageError when a package says nothing of its licence
 */
export function licencesOf(inputs: readonly string[]): BundleFile {
  const homes = new Set(inputs.map((path) => packageHome(resolve(path))).filter((home) => home !== undefined));
  // Of one version there may be several copies.
  const byTitle = new Map([...homes].map(sectionOf).map((section) => [section.title, section]));
  const sections = [...byTitle.values()].sort((left, right) => (left.title < right.title ? -1 : 1));
  const ours = ownRoot();
  const text = [
    readFileSync(join(ours, 'LICENCE'), 'utf8').trim(),
    'This program is made from dosis and from the packages below. Each keeps its own licence.',
    ...sections.flatMap(({ title, texts }) => [`${rule}\n${title}`, ...texts]),
  ];
  return { path: licencesFile, bytes: Buffer.from(`${text.join('\n\n')}\n`) };
}

/** The folder of the package that a file belongs to; undefined for one of ours. */
function packageHome(path: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.replaceAll('\\', '/'))?.[0];
}

function sectionOf(home: string): { readonly title: string; readonly texts: readonly string[] } {
  const { name, version, license }: Package = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const files = readdirSync(home).filter((file) => licenceName.test(file));
  if (files.length === 0 && license === undefined) {
    throw new UsageError(`The package ${name} says nothing of its licence; it may not go into an image.`);
  }
  const texts = files.sort().map((file) => readFileSync(join(home, file), 'utf8').trim());
  return { title: `${name} ${version}: ${license ?? 'see below'}`, texts };
}

/** Where the sources, or what was compiled from them, have their licence. */
function ownRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'LICENCE')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
