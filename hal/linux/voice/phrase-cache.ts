import { createHash } from 'node:crypto';
import { readFileSync, statSync, utimesSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWav, isWholeWav, readWav, type Sound } from './wav.ts';

/** All the fixed phrases of one language are about 15 MB. */
const FOLDER_BYTES_MAX = 64_000_000;

/** A card is not written at every reminder. */
const REMEMBER_MS = 86_400_000;

const fileName = /^[0-9a-f]{64}\.wav$/;

/** What decides how a phrase sounds. */
export interface PhraseKey {
  readonly text: string;
  readonly voice: string;
  readonly wordsPerMinute: number;
  /** Of espeak-ng: a newer one speaks anew. */
  readonly version: string;
}

/** Rendered phrases as files of a folder that holds nothing else. The oldest unused ones go when it is full. */
export class PhraseCache {
  readonly #folder: string;
  readonly #bytesMax: number;

  constructor(folder: string, bytesMax = FOLDER_BYTES_MAX) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  /** Undefined also for a file that a power cut left half written, which is then made anew. */
  read(key: PhraseKey): Sound | undefined {
    const path = this.#pathOf(key);
    try {
      const bytes = readFileSync(path);
      if (!isWholeWav(bytes)) return undefined;
      remember(path);
      return readWav(bytes);
    } catch {
      return undefined;
    }
  }

  /** The loop goes on meanwhile: a card may take a second to keep its word. @throws the system's error, e.g. when it is full */
  async write(key: PhraseKey, sound: Sound): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const bytes = encodeWav(sound);
    await this.#makeRoom(bytes.length);
    const path = this.#pathOf(key);
    const next = `${path}.next`;
    try {
      await writeWhole(next, bytes);
      await rename(next, path);
    } catch (error) {
      await rm(next, { force: true });
      throw error;
    }
  }

  #pathOf({ text, voice, wordsPerMinute, version }: PhraseKey): string {
    const hash = createHash('sha256')
      .update(JSON.stringify([text, voice, wordsPerMinute, version]))
      .digest('hex');
    return join(this.#folder, `${hash}.wav`);
  }

  async #makeRoom(bytes: number): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => fileName.test(name));
    const files = await Promise.all(names.map((name) => sizeAndUse(join(this.#folder, name))));
    let total = files.reduce((sum, file) => sum + file.bytes, bytes);
    for (const file of files.sort((one, other) => one.usedMs - other.usedMs)) {
      if (total <= this.#bytesMax) return;
      await rm(file.path, { force: true });
      total -= file.bytes;
    }
  }
}

async function sizeAndUse(path: string) {
  const { size, mtimeMs } = await stat(path);
  return { path, bytes: size, usedMs: mtimeMs };
}

/** Remembers the day of use, so that phrases in use are the last to go; a folder that cannot be written is no reason to be silent. */
function remember(path: string): void {
  try {
    if (Date.now() - statSync(path).mtimeMs < REMEMBER_MS) return;
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    return;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
