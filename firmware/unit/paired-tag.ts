import type { Log } from '../../hal/ports/log.ts';
import { StoreError } from '../../hal/ports/store.ts';
import type { PairingEvent, SeenTag, TagPairing } from '../../hal/ports/tag-pairing.ts';
import type { Vault } from '../../hal/ports/vault.ts';
import type { TagFacts, TagTroubleCode } from '../../protocol/smp/commands/tag.ts';
import type { TagState } from '../machine/tag.ts';
import type { ServicedTag, Verdict } from '../service/unit.ts';
import { tagIn } from '../vault/tag.ts';

interface Options {
  readonly vault: Vault;
  /** Absent on a board without Bluetooth. */
  readonly pairing: TagPairing | undefined;
  /** What the firmware knows of the tag that it runs with. */
  readonly state: () => TagState | null;
  readonly log: Log;
}

interface Search {
  readonly stage: TagFacts['pairing'];
  readonly seen: readonly SeenTag[];
  readonly calling?: SeenTag;
  readonly trouble?: TagTroubleCode;
}

/** More do not fit into an answer, and nobody reads them. */
const SEEN_MAX = 8;

/** Which pocket tag is the citizen's, and the search for one. A search goes on though the cable is pulled. */
export class PairedTag implements ServicedTag {
  readonly #options: Options;
  #search: Search = { stage: 'idle', seen: [] };

  constructor(options: Options) {
    this.#options = options;
  }

  facts(): TagFacts {
    const { vault, state } = this.#options;
    const kept = tagIn(vault).read();
    const known = state();
    const { stage, seen, calling, trouble } = this.#search;
    return {
      ...(kept === null ? {} : { kept }),
      ...(known === null || known.where === null ? {} : { where: known.where }),
      ...(known === null || known.batteryPercent === null ? {} : { battery: known.batteryPercent }),
      ...{ pairing: stage, seen: seen.slice(0, SEEN_MAX) },
      ...(calling === undefined ? {} : { calling }),
      ...(trouble === undefined ? {} : { trouble }),
    };
  }

  pair(address: string | null): Verdict {
    const { pairing } = this.#options;
    if (pairing === undefined) return 'unsupported';
    if (this.#isSearching) return 'busy';
    this.#search = { stage: 'looking', seen: [] };
    pairing.pair(address?.toUpperCase() ?? null, (event) => this.#heard(event));
    return null;
  }

  forget(): Verdict {
    if (this.#isSearching) return 'busy';
    tagIn(this.#options.vault).erase();
    this.#search = { stage: 'idle', seen: [] };
    return null;
  }

  get #isSearching(): boolean {
    return this.#search.stage === 'looking' || this.#search.stage === 'calling';
  }

  #heard(event: PairingEvent): void {
    const { seen } = this.#search;
    switch (event.type) {
      case 'pairing.seen':
        this.#search = { ...this.#search, seen: event.tags };
        return;
      case 'pairing.calling':
        this.#search = { stage: 'calling', seen, calling: event.tag };
        return;
      case 'pairing.done':
        this.#search = this.#kept(event.tag);
        return;
      case 'pairing.failed':
        this.#search = { stage: 'failed', seen, trouble: event.trouble };
    }
  }

  #kept(tag: SeenTag): Search {
    const { vault, log } = this.#options;
    const { seen } = this.#search;
    try {
      tagIn(vault).write(tag);
      return { stage: 'paired', seen };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.write('error', `The tag could not be written down: ${error.message}`);
      return { stage: 'failed', seen, trouble: 'storage' };
    }
  }
}
