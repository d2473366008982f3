import * as v from 'valibot';
import { refusal } from '../../wire/kind.ts';
import { reading, writing } from '../command.ts';
import { listOf, none, text, uint } from '../fields.ts';
import { ownGroup, tagCommand } from '../numbers.ts';

const at = (command: number) => ({ group: ownGroup.tag, command });

/** Append only; text on the wire. `calling`: the button of the tag that calls is to be pressed. */
const pairingStages = ['idle', 'looking', 'calling', 'paired', 'failed'] as const;

/** Why none was paired; text on the wire, and a newer unit may have more. `storage`: it could not be written down. */
export const tagTroubles = [
  ...(['radio-off', 'radio-dead', 'none-seen', 'not-found'] as const),
  ...(['unfit', 'not-pressed', 'lost', 'storage'] as const),
] as const;
export type TagTroubleCode = (typeof tagTroubles)[number];

const address = v.pipe(
  text,
  v.regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i, refusal('six pairs of hex digits, such as FF:FF:10:3A:5B:0C')),
);

const named = v.object({ address: text, name: text });

const facts = v.object({
  /** Which one is the citizen's. It is used from the next start of the unit on. */
  kept: v.optional(named),
  /** As the unit knows it while it runs: `near`, `range` or `radio`, and percent. */
  where: v.optional(text),
  battery: v.optional(uint()),
  pairing: v.picklist(pairingStages, refusal(`one of ${pairingStages.join(', ')}`)),
  /** Those that were seen by the last search, the strongest first. */
  seen: listOf(named),
  calling: v.optional(named),
  trouble: v.optional(text),
});
export type TagFacts = v.InferOutput<typeof facts>;

/** Group 71: the citizen's pocket tag. */
export const tag = {
  state: reading(at(tagCommand.state), none, facts),
  /** Looks for the tag at `address`, or for the nearest, and has it call; `state` tells how it goes on. */
  pair: writing(at(tagCommand.pair), v.object({ address: v.optional(address) }), none),
  forget: writing(at(tagCommand.forget), none, none),
} as const;
