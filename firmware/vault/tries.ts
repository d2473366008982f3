import type { Vault } from '../../hal/ports/vault.ts';
import type { TryCounter } from '../service/unit.ts';

/** How often somebody failed to open a session, beside the ledger: it counts also on a unit that has none. */
export function triesIn(vault: Vault): TryCounter {
  return {
    read() {
      const bytes = vault.read('tries');
      return bytes === null ? 0 : new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0);
    },
    write(count) {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, count);
      vault.write('tries', bytes);
    },
  };
}
