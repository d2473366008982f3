import type { Log } from '../ports/log.ts';
import type { PairingEvent, PairingTrouble, TagPairing } from '../ports/tag-pairing.ts';
import { type PairOptions, pairTag } from './pair-tag.ts';
import { troubleOf } from './trouble.ts';

export interface TagPairingOptions extends Pick<PairOptions, 'scanMs' | 'pressMs' | 'answerMsMax'> {
  readonly log: Log;
}

type Listener = (event: PairingEvent) => void;
type Stage = 'scanning' | 'chosen' | 'calling';

/** Pairing over BlueZ, for a unit that a technician has before them. What goes wrong is also said in full in the log. */
export function createTagPairing({ log, ...options }: TagPairingOptions): TagPairing {
  return { pair: (address, listener) => void search(address, listener, options, log) };
}

async function search(
  address: string | null,
  listener: Listener,
  options: Omit<TagPairingOptions, 'log'>,
  log: Log,
): Promise<void> {
  let stage: Stage = 'scanning';
  let isSeen = true;
  try {
    const { address: found, name } = await pairTag({
      ...options,
      async choose(tags) {
        stage = 'chosen';
        listener({ type: 'pairing.seen', tags: tags.map((tag) => ({ address: tag.address, name: tag.name })) });
        const chosen = address ?? tags[0]?.address ?? '';
        isSeen = tags.some((tag) => tag.address === chosen);
        return chosen;
      },
      calling(tag) {
        stage = 'calling';
        listener({ type: 'pairing.calling', tag: { address: tag.address, name: tag.name } });
      },
    });
    listener({ type: 'pairing.done', tag: { address: found, name } });
  } catch (error) {
    const trouble = troubleOf(error);
    log.write('warning', `tag: none was paired. ${trouble.message}`);
    listener({ type: 'pairing.failed', trouble: isSeen ? reasonOf(trouble.kind, stage) : 'not-found' });
  }
}

function reasonOf(kind: ReturnType<typeof troubleOf>['kind'], stage: Stage): PairingTrouble {
  switch (kind) {
    case 'adapter':
      return 'radio-off';
    case 'bus':
    case 'service':
      return 'radio-dead';
    case 'range':
      return stage === 'scanning' ? 'none-seen' : 'lost';
    case 'unfit':
      return stage === 'calling' ? 'not-pressed' : 'unfit';
    case 'unknown':
      return stage === 'scanning' ? 'radio-dead' : 'lost';
  }
}
