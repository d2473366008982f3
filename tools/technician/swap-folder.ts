import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { PRIVATE_FOLDER, writeWhole } from '../../hal/linux/whole-file.ts';
import { rolls } from '../../protocol/messages/common.ts';
import { handoverBytesMax } from '../../protocol/messages/handover.ts';
import { codeOf } from '../program/unwritable.ts';
import { type HeldHandover, type HungRoll, held, type WireSachet } from './handover.ts';
import { mistake } from './problem.ts';
import type { TechWords } from './words.ts';

const INDEX = 'swap.json';
/** The handover, and what `swap.json` says of two full rolls. */
const CLOSING_BYTES = handoverBytesMax + 64 * 1024;

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
  /** The ledger of the one unit that may be told what is kept here. */
  heir: v.optional(count),
});

export interface KeptSwap extends Omit<v.InferOutput<typeof keptSchema>, 'rolls'> {
  readonly rolls: readonly HungRoll[];
}

/** What one unit has left behind for the other. */
export interface KeptAndHandover {
  readonly kept: KeptSwap;
  readonly handover: HeldHandover;
}

/** Where the records of a unit that went lie, and whose they are. */
export interface KeptLogOfSwap extends Pick<KeptSwap, 'device' | 'epoch' | 'lastSeq'> {
  /** Null where they could not be read. */
  readonly file: string | null;
}

/**
 * The log that a swap has kept.
 * @param path the folder of the swap, or a file in it
 * @returns undefined for a path that belongs to no swap
 */
export function logOfSwap(path: string): KeptLogOfSwap | undefined {
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);
  try {
    const { device, epoch, lastSeq, log } = parsedIndex(readFileSync(join(folder, INDEX), 'utf8'));
    if (folder !== path && basename(path) !== log && basename(path) !== INDEX) return undefined;
    return { device, epoch, lastSeq, file: log === null ? null : join(folder, log) };
  } catch {
    return undefined;
  }
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

  /**
   * Finds out whether all that is kept at the end will have room, while nothing is changed yet.
   * @param logBytes what the log has now; it is written once more, with a few records
   * @throws TechProblem
   */
  checkRoom(logBytes: number): void {
    const trial = join(this.path, 'trial');
    try {
      this.keep(trial, new Uint8Array(logBytes + CLOSING_BYTES));
    } finally {
      for (const file of [trial, `${trial}.new`]) rmSync(file, { force: true, recursive: true });
    }
  }

  /** The unit that goes has said all: it is written down, the document before the rest. */
  close({ bytes }: HeldHandover, kept: KeptSwap): void {
    this.keep(this.handoverFile, bytes);
    this.note(kept);
  }

  note(kept: KeptSwap): void {
    this.keep(this.#index, `${JSON.stringify(kept, null, 1)}\n`);
  }

  /** What was kept before; undefined until the unit that goes has said all. @throws TechProblem */
  read(): KeptAndHandover | undefined {
    return existsSync(this.#index) ? this.whole() : undefined;
  }

  /** As `read`, when it must be there. @throws TechProblem */
  whole(): KeptAndHandover {
    const found = this.#found();
    if (found === null) throw mistake(this.#t, 'swapFolderBroken', this.path);
    return found;
  }

  #found(): KeptAndHandover | null {
    try {
      const kept = parsedIndex(readFileSync(this.#index, 'utf8'));
      const bytes = new Uint8Array(readFileSync(this.handoverFile));
      return { kept, handover: held(bytes) };
    } catch {
      return null;
    }
  }

  get #index(): string {
    return join(this.path, INDEX);
  }
}

function parsedIndex(text: string): KeptSwap {
  const kept = v.parse(keptSchema, JSON.parse(text));
  return { ...kept, rolls: kept.rolls.map((one) => ({ ...one, sachets: one.sachets as WireSachet[] })) };
}
