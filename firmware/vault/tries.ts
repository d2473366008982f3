import type { Vault } from '../../hal/ports/vault.ts';

/** How often somebody failed to open a session, beside the ledger: it counts also on a unit that has none. */
export function triesIn(vault: Vault) {
  return {
    read(): number {
      const bytes = vault.read('tries');
      return bytes === null ? 0 : new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0);
    },
    /** @throws StoreError when it could not be made durable */
    write(count: number): void {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, count);
      vault.write('tries', bytes);
    },
  };
}
