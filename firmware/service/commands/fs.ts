import { sha256 } from '@noble/hashes/sha2.js';
import { fs } from '../../../protocol/smp/commands/fs.ts';
import { Crc32 } from '../../../protocol/smp/crc32.ts';
import { smpHeaderBytes } from '../../../protocol/smp/header.ts';
import { fsRc, smpGroup, smpRc } from '../../../protocol/smp/numbers.ts';
import type { ByteSource } from '../../domain/byte-source.ts';
import { mayCopy } from '../access.ts';
import { type Exchange, type Handler, handler, Refused } from '../exchange.ts';
import { type ServicedUnit, unitFiles } from '../unit.ts';

/** The map, its three keys and their heads. */
const ANSWER_BYTES = 40;
/** What one step of a hash reads. */
const STEP_BYTES = 64 * 1024;

interface Sum {
  update(bytes: Uint8Array): unknown;
  digest(): number | Uint8Array;
}
const sums: ReadonlyMap<string, () => Sum> = new Map<string, () => Sum>([
  ['crc32', () => new Crc32()],
  ['sha256', () => sha256.create()],
]);

/** The file group: a few files, to be copied out and never written. */
export class FileService {
  readonly #unit: Pick<ServicedUnit, 'history'>;
  #open: { readonly name: string; readonly file: ByteSource } | null = null;

  constructor(unit: Pick<ServicedUnit, 'history'>) {
    this.#unit = unit;
  }

  readonly handlers: readonly Handler[] = [
    handler(fs.download, ({ name, off }, exchange) => {
      const file = this.#file(name, off === 0, exchange);
      if (file instanceof Refused) return file;
      if (off > file.bytes) return refused(fsRc.offsetTooLarge);
      const data = file.read(off, exchange.messageBytesMax - smpHeaderBytes - ANSWER_BYTES);
      return { off, data, ...(off === 0 && { len: file.bytes }) };
    }),
    handler(fs.upload, () => refused(fsRc.readOnly)),
    handler(fs.status, ({ name }, exchange) => {
      const file = this.#file(name, false, exchange);
      return file instanceof Refused ? file : { len: file.bytes };
    }),
    handler(fs.hash, ({ name, type = 'crc32', off = 0, len }, exchange) => {
      const sum = sums.get(type)?.();
      if (sum === undefined) return refused(fsRc.hashNotFound);
      const file = this.#file(name, false, exchange);
      if (file instanceof Refused) return file;
      if (file.bytes === 0) return refused(fsRc.empty);
      if (off > file.bytes) return refused(fsRc.offsetTooLarge);
      const end = Math.min(file.bytes, off + (len ?? file.bytes));
      for (let at = off; at < end; at += STEP_BYTES) sum.update(file.read(at, Math.min(STEP_BYTES, end - at)));
      return { type, len: end - off, output: sum.digest(), ...(off > 0 && { off }) };
    }),
    handler(fs.hashTypes, () => ({ types: { crc32: { format: 0, size: 4 }, sha256: { format: 1, size: 32 } } })),
    handler(fs.close, () => {
      this.forget();
      return {};
    }),
  ];

  /** Lets go of the copy. */
  forget(): void {
    this.#open = null;
  }

  /** One copy at a time stands still for the client that reads it. @param anew begins with a new one */
  #file(path: string, anew: boolean, { role, journal }: Exchange): ByteSource | Refused {
    const name = unitFiles.find((known) => path === `/${known}`);
    if (name === undefined) return refused(fsRc.notFound);
    if (!mayCopy(name, role)) return Refused.plain(smpRc.accessDenied);
    if (!anew && this.#open?.name === name) return this.#open.file;
    const file = this.#unit.history.copy(name);
    if (file === null) return refused(fsRc.notFound);
    journal('file-copied', name);
    this.#open = { name, file };
    return file;
  }
}

function refused(rc: number): Refused {
  return Refused.inGroup(smpGroup.fs, rc);
}
