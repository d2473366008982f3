import type { SeenTag } from '../../hal/ports/tag-pairing.ts';
import type { Vault } from '../../hal/ports/vault.ts';

const KEPT = /^((?:[0-9A-F]{2}:){5}[0-9A-F]{2}) (.*)$/s;

/** Which pocket tag is the citizen's: `FF:FF:10:3A:5B:0C its name`, beside the ledger. */
export function tagIn(vault: Vault) {
  return {
    /** Null when there is none, and when what stands there is none: a unit without a tag gives every dose. @throws StoreError */
    read(): SeenTag | null {
      const bytes = vault.read('tag');
      const [, address, name] = (bytes === null ? null : KEPT.exec(new TextDecoder().decode(bytes))) ?? [];
      return address === undefined || name === undefined ? null : { address, name };
    },
    /** @throws StoreError when it could not be made durable */
    write({ address, name }: SeenTag): void {
      vault.write('tag', new TextEncoder().encode(`${address} ${name}`));
    },
    /** @throws StoreError when it could not be made durable */
    erase(): void {
      vault.erase('tag');
    },
  };
}
