import type { Log } from '../ports/log.ts';
import type { PairingEvent, PairingTrouble, TagPairing } from '../ports/tag-pairing.ts';
import { type PairOptions, pairTag } from './pair-tag.ts';
import { type TroubleKind, troubleOf } from './trouble.ts';

export interface TagPairingOptions extends Pick<PairOptions, 'scanMs' | 'pressMs' | 'answerMsMax'> {
  readonly log: Log;
}

type Listener = (event: PairingEvent) => void;

/** Pairing over BlueZ, for a unit that a technician has before them. What goes wrong is also said in full in the log. */
export function createTagPairing({ log, ...options }: TagPairingOptions): TagPairing {
  return { pair: (address, listener) => void search(address, listener, options, log) };
}

const told: Readonly<Record<TroubleKind, PairingTrouble>> = {
  adapter: 'radio-off',
  bus: 'radio-dead',
  service: 'radio-dead',
  'none-seen': 'none-seen',
  'not-found': 'not-found',
  unfit: 'unfit',
  'not-pressed': 'not-pressed',
  range: 'lost',
  unknown: 'lost',
};

async function search(
  address: string | null,
  listener: Listener,
  options: Omit<TagPairingOptions, 'log'>,
  log: Log,
): Promise<void> {
  try {
    const { address: found, name } = await pairTag({
      ...options,
      async choose(tags) {
        listener({ type: 'pairing.seen', tags: tags.map((tag) => ({ address: tag.address, name: tag.name })) });
        return address ?? tags[0]?.address ?? '';
      },
      calling(tag) {
        listener({ type: 'pairing.calling', tag: { address: tag.address, name: tag.name } });
      },
    });
    listener({ type: 'pairing.done', tag: { address: found, name } });
  } catch (error) {
    const trouble = troubleOf(error);
    log.write('warning', `tag: none was paired. ${trouble.message}`);
    listener({ type: 'pairing.failed', trouble: told[trouble.kind] });
  }
}
