import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { keyPairOf } from '../../../hal/crypto/ed25519.ts';
import { ImageStore } from '../../../tools/centre/images/image-store.ts';

/** The raw public key behind `maker` (test/unit/protocol/image-keys.ts). */
export const makerKey = keyPairOf(Uint8Array.from({ length: 32 }, (_, index) => index)).publicKey;

/** A store in a folder of its own that believes the maker. */
export function imageStore(keys: readonly Uint8Array[] = [makerKey]): { store: ImageStore; folder: string } {
  const parent = mkdtempSync(join(tmpdir(), 'dosis-images-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const folder = join(parent, 'images');
  return { folder, store: new ImageStore(folder, () => keys) };
}
