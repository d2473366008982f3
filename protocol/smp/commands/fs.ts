import * as v from 'valibot';
import { reading, writing } from '../command.ts';
import { bytes, named, none, text, uint } from '../fields.ts';
import { fsCommand, smpGroup } from '../numbers.ts';

const at = (command: number) => ({ group: smpGroup.fs, command });

/** Group 8. Source: Zephyr, "File management". Sizes and offsets in bytes. */
export const fs = {
  /** `len`, the whole file's, comes with `off` 0. */
  download: reading(
    at(fsCommand.file),
    v.object({ name: text, off: uint() }),
    v.object({ off: uint(), data: bytes, len: v.optional(uint()) }),
  ),
  upload: writing(
    at(fsCommand.file),
    v.object({ name: text, off: uint(), data: bytes, len: v.optional(uint()) }),
    v.object({ off: uint() }),
  ),
  status: reading(at(fsCommand.status), v.object({ name: text }), v.object({ len: uint() })),
  /** `output` is a number for `crc32` and bytes for `sha256`. */
  hash: reading(
    at(fsCommand.hash),
    v.object({ name: text, type: v.optional(text), off: v.optional(uint()), len: v.optional(uint()) }),
    v.object({ type: text, off: v.optional(uint()), len: uint(), output: v.union([uint(), bytes]) }),
  ),
  /** `format` 0 is a number, 1 is bytes. */
  hashTypes: reading(
    at(fsCommand.hashTypes),
    none,
    v.object({ types: named(v.object({ format: uint(1), size: uint() })) }),
  ),
  close: writing(at(fsCommand.close), none, none),
} as const;
