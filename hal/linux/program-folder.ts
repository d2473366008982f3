import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BundleError, readBundle, unfit } from './bundle.ts';

/**
 * Lays a verified image's files out in a folder named by its hash, and removes those of other images. Files that lie
 * there already are compared byte for byte with the image: neither a cut while they were written nor a hand that
 * changed them survives a start.
 * @returns the path of the file to start. @throws BundleError, or the system's error
 */
export async function layOut(folder: string, hash: string, body: Uint8Array): Promise<string> {
  const { manifest, files } = await readBundle(body);
  const problem = unfit(manifest);
  if (problem !== undefined) throw new BundleError(problem);
  const home = join(folder, hash);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder))
    if (name !== hash) rmSync(join(folder, name), { recursive: true, force: true });
  if (!holds(home, files)) {
    rmSync(home, { recursive: true, force: true });
    const fresh = `${home}.new`;
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true, mode: 0o700 });
      writeFileSync(join(fresh, path), bytes, { mode: 0o600 });
    }
    renameSync(fresh, home);
  }
  return join(home, manifest.entry);
}

/** Whether these files lie there unharmed, and nothing beside them. */
function holds(home: string, files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): boolean {
  try {
    const found = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
    return (
      found.length === files.length &&
      found.every((entry) => entry.isFile()) &&
      files.every(({ path, bytes }) => readFileSync(join(home, path)).equals(bytes))
    );
  } catch {
    return false;
  }
}
