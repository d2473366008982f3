import { createHash } from 'node:crypto';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { packTar, unpackTar } from 'modern-tar';

/** One file of a bundle. `path` is relative, with `/` between its parts. */
export interface BundleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a bundle says about itself, in its first file. */
export interface Manifest {
  /** Of this description; 1. */
  readonly format: number;
  /** The version of Dosis that it was built from. */
  readonly dosis: string;
  /** The name of the device class. */
  readonly class: string;
  /** `process.arch` of the machine it runs on. */
  readonly arch: string;
  /** The file that Node starts. */
  readonly entry: string;
  readonly runtime: { readonly nodeMajorMin: number };
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/** The body of an image is no bundle that this unit can start. The message is a clause without a full stop. */
export class BundleError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BundleError';
  }
}

const manifestPath = 'manifest.json';
/** What all files together may have: a loader's memory is bounded. */
const unpackedBytesMax = 512 * 1024 * 1024;
const filesMax = 1_000;
/** Packed bytes that hold the manifest of that many files. */
const headBytes = 256 * 1024;
const tarBlockBytes = 512;
/** The byte of a gzip header that names the system it was made on (RFC 1952 §2.3.1), and its value for none. */
const gzipSystem = { at: 9, unknown: 255 } as const;
const safePath = /^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[\w@+.-]+(\/[\w@+.-]+)*$/;

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A tar.gz that is the same to the byte for the same content: no times, no owners, files in the order of their names. */
export async function packBundle(
  about: Omit<Manifest, 'format' | 'files'>,
  files: readonly BundleFile[],
): Promise<Uint8Array> {
  const sorted = [...files].sort((left, right) => (left.path < right.path ? -1 : 1));
  const manifest: Manifest = {
    format: 1,
    ...about,
    files: sorted.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: sha256Hex(bytes) })),
  };
  const first = { path: manifestPath, bytes: Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`) };
  const tar = await packTar(
    [first, ...sorted].map(({ path, bytes }) => ({
      header: { name: path, size: bytes.length, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' },
      body: bytes,
    })),
  );
  const packed = gzipSync(tar, { level: 9 });
  packed[gzipSystem.at] = gzipSystem.unknown;
  return packed;
}

/** The files of a bundle, each as its manifest has it, and no other. @throws BundleError */
export async function readBundle(
  body: Uint8Array,
): Promise<{ readonly manifest: Manifest; readonly files: readonly BundleFile[] }> {
  const entries = await openTar(body);
  const [first, ...files] = entries;
  if (first?.path !== manifestPath) throw new BundleError('its first file is not a manifest');
  const manifest = readManifest(first.bytes);
  if (files.length !== manifest.files.length) {
    throw new BundleError(`it holds ${files.length} files where its manifest names ${manifest.files.length}`);
  }
  for (const [index, { path, bytes }] of files.entries()) {
    const named = manifest.files[index];
    if (named?.path !== path || named.sha256 !== sha256Hex(bytes)) {
      throw new BundleError(`its file ${path} is not the one that its manifest names`);
    }
  }
  return { manifest, files };
}

/** Why this process's runtime cannot start such a bundle; undefined when it can. */
export function unfit({ arch, runtime }: Manifest): string | undefined {
  if (arch !== process.arch) return `it is built for ${arch}, and this unit is ${process.arch}`;
  const major = Number.parseInt(process.versions.node, 10);
  if (runtime.nodeMajorMin > major) return `it needs Node ${runtime.nodeMajorMin}, and this unit has ${major}`;
  return undefined;
}

/**
 * Whether this process's runtime can start such a body, by its manifest alone: what an upload is asked at its end.
 * The files are compared with the manifest when they are laid out.
 */
export function fitsHere(body: Uint8Array): boolean {
  try {
    const head = gunzipSync(body.subarray(0, headBytes), { finishFlush: constants.Z_SYNC_FLUSH });
    // The first header of a tar (POSIX.1-2017, pax, "ustar Interchange Format"): name at 0, size in octal digits at 124.
    const name = head.toString('latin1', 0, manifestPath.length + 1);
    const size = Number.parseInt(head.toString('latin1', 124, 136), 8);
    if (name !== `${manifestPath}\0` || tarBlockBytes + size > head.length) return false;
    return unfit(readManifest(head.subarray(tarBlockBytes, tarBlockBytes + size))) === undefined;
  } catch {
    return false;
  }
}

async function openTar(body: Uint8Array): Promise<readonly BundleFile[]> {
  try {
    const tar = gunzipSync(body, { maxOutputLength: unpackedBytesMax });
    const entries = await unpackTar(tar, { strict: true });
    if (entries.length > filesMax) throw new BundleError(`it holds more than ${filesMax} files`);
    return entries.map(({ header, data }) => {
      if (header.type !== 'file' || !safePath.test(header.name) || data === undefined) {
        throw new BundleError(`it holds ${JSON.stringify(header.name)}, which is no plain file in a bundle`);
      }
      return { path: header.name, bytes: data };
    });
  } catch (error) {
    if (error instanceof BundleError) throw error;
    throw new BundleError('its body is not a tar.gz, or a damaged one', { cause: error });
  }
}

/** @throws BundleError */
export function readManifest(bytes: Uint8Array): Manifest {
  let found: Partial<Manifest> | null;
  try {
    found = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<Manifest> | null;
  } catch (error) {
    throw new BundleError('its manifest is not JSON', { cause: error });
  }
  if (found?.format !== 1) throw new BundleError('its manifest is of a kind that this unit does not know');
  const { files, entry } = found;
  const sound =
    [found.dosis, found.class, found.arch, entry].every((text) => typeof text === 'string') &&
    Number.isInteger(found.runtime?.nodeMajorMin) &&
    Array.isArray(files) &&
    files.every((file) => safePath.test(String(file?.path)) && typeof file.sha256 === 'string') &&
    files.some((file) => file.path === entry);
  if (!sound) throw new BundleError('its manifest is incomplete');
  return found as Manifest;
}
