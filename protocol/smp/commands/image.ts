import * as v from 'valibot';
import { reading, writing } from '../command.ts';
import { bytes, bytesOf, listOf, none, text, truth, uint } from '../fields.ts';
import { imageCommand, smpGroup } from '../numbers.ts';

const at = (command: number) => ({ group: smpGroup.image, command });

/** `hash` is the SHA-256 entry of the image, not the hash of the file. A flag that is absent is false. */
const slotState = v.object({
  image: v.optional(uint()),
  slot: uint(),
  version: text,
  hash: v.optional(bytes),
  bootable: v.optional(truth),
  pending: v.optional(truth),
  confirmed: v.optional(truth),
  active: v.optional(truth),
  permanent: v.optional(truth),
});

const states = v.object({
  images: listOf(slotState),
  splitStatus: v.optional(v.pipe(v.number(), v.integer())),
});

const slotInfo = v.object({ slot: uint(), size: uint(), upload_image_id: v.optional(uint()) });

/** Group 1. Source: Zephyr, "Application/software image management group". Sizes and offsets in bytes. */
export const image = {
  state: reading(at(imageCommand.state), none, states),
  /** `confirm` false or absent: test `hash` once. `confirm` true: keep `hash`, or without it the running image. */
  setState: writing(at(imageCommand.state), v.object({ hash: v.optional(bytes), confirm: v.optional(truth) }), states),
  /**
   * At `off` 0 `len` is mandatory, and `sha`, the SHA-256 of the whole file, lets an upload go on where it stopped. The
   * response's `off` is where to go on; 0 in the middle means: begin again with all fields. `match` comes last.
   */
  upload: writing(
    at(imageCommand.upload),
    v.pipe(
      v.object({
        image: v.optional(uint()),
        len: v.optional(uint()),
        off: uint(),
        sha: v.optional(bytesOf(32)),
        data: bytes,
        upgrade: v.optional(truth),
      }),
      v.check(({ off, len }) => off > 0 || len !== undefined, 'must carry len where off is 0'),
    ),
    v.object({ off: v.optional(uint()), match: v.optional(truth) }),
  ),
  /** Without `slot` it is slot 1. */
  erase: writing(at(imageCommand.erase), v.object({ slot: v.optional(uint()) }), none),
  slotInfo: reading(
    at(imageCommand.slotInfo),
    none,
    v.object({
      images: listOf(v.object({ image: uint(), slots: listOf(slotInfo), max_image_size: v.optional(uint()) })),
    }),
  ),
} as const;
