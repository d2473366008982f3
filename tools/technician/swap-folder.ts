import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { rolls } from '../../protocol/messages/common.ts';
import { decodeHandover } from '../../protocol/messages/handover.ts';
import { PRIVATE_FOLDER, writeWhole } from '../centre/authority/files.ts';
import { codeOf } from './files.ts';
import type { HeldHandover, HungRoll, WireSachet } from './handover.ts';
import { mistake } from './problem.ts';
import type { TechWords } from './words.ts';

const sachet = v.union([v.tuple([v.string(), v.string()]), v.literal(true), v.null()]);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What `swap.json` says. */
const keptSchema = v.object({
  device: v.string(),
  /** Of the ledger of the unit that goes. */
  epoch: count,
  /** The last record that the handover stands for. */
  lastSeq: count,
  /** Records that the centre had not acknowledged; null where nobody could say. */
  waiting: v.nullable(count),
  /** The file beside it with the records of the unit that goes; null where they could not be read. */
  log: v.nullable(v.string()),
  rolls: v.array(v.object({ roll: v.picklist(rolls), sachets: v.array(sachet), over: count })),
});

export interface KeptSwap extends Omit<v.InferOutput<typeof keptSchema>, 'rolls'> {
  readonly rolls: readonly HungRoll[];
}

/**
 * What is kept of one swap on the laptop, readable by its owner only. `swap.json` is written last: with it the unit that
 * goes is needed no more, and a swap that was interrupted goes on from there.
 */
export class SwapFolder {
  readonly path: string;
  readonly #t: TechWords;

  /** Made when missing. @throws TechProblem */
  constructor(t: TechWords, path: string) {
    this.#t = t;
    this.path = path;
    try {
      mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
    } catch (error) {
      throw mistake(t, 'fileUnwritable', path, codeOf(error));
    }
  }

  get handoverFile(): string {
    return join(this.path, 'handover.cbor');
  }

  logFile(device: string, epoch: number): string {
    return join(this.path, `${device}-${epoch}.log`);
  }

  keep(file: string, content: string | Uint8Array): void {
    try {
      writeWhole(file, content);
    } catch (error) {
      throw mistake(this.#t, 'fileUnwritable', file, codeOf(error));
    }
  }

  /** What an earlier attempt has brought of a file. */
  begun(file: string): Uint8Array {
    return existsSync(file) ? new Uint8Array(readFileSync(file)) : new Uint8Array();
  }

  /** The unit that goes has said all: it is written down, the document before the rest. */
  close({ bytes }: HeldHandover, kept: KeptSwap): void {
    this.keep(this.handoverFile, bytes);
    this.keep(this.#index, `${JSON.stringify(kept, null, 1)}\n`);
  }

  /** What was kept before; undefined until the unit that goes has said all. @throws TechProblem */
  read(): { readonly kept: KeptSwap; readonly handover: HeldHandover } | undefined {
    if (!existsSync(this.#index)) return undefined;
    try {
      const kept = v.parse(keptSchema, JSON.parse(readFileSync(this.#index, 'utf8')));
      const bytes = new Uint8Array(readFileSync(this.handoverFile));
      const says = decodeHandover(bytes);
      const rollsKept = kept.rolls.map((one) => ({ ...one, sachets: one.sachets as WireSachet[] }));
      return { kept: { ...kept, rolls: rollsKept }, handover: { bytes, says } };
    } catch {
      throw mistake(this.#t, 'swapFolderBroken', this.path);
    }
  }

  get #index(): string {
    return join(this.path, 'swap.json');
  }
}
