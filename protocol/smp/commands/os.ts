import * as v from 'valibot';
import { reading, writing } from '../command.ts';
import { none, text, truth, uint } from '../fields.ts';
import { osCommand, smpGroup } from '../numbers.ts';

const at = (command: number) => ({ group: smpGroup.os, command });
const said = v.object({ d: text });
const echoed = v.object({ r: text });

/** `yyyy-MM-dd'T'HH:mm:ss`, with a fraction of up to 6 digits and an offset or Z where the sender gives them. */
const datetimeRule = 'a date and time such as 2026-11-21T08:00:00Z';
const datetime = v.pipe(
  v.string(datetimeRule),
  v.regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:?\d{2})?$/,
    (issue) => `must be ${datetimeRule}, not ${JSON.stringify(issue.input.slice(0, 40))}`,
  ),
);

/** Group 0. Source: Zephyr, "Default/OS Management Group". */
export const os = {
  /** `d` comes back as `r`. Clients send it as a write; the text allows a read too. */
  echo: writing(at(osCommand.echo), said, echoed),
  echoRead: reading(at(osCommand.echo), said, echoed),
  datetime: reading(at(osCommand.datetime), none, v.object({ datetime })),
  setDatetime: writing(at(osCommand.datetime), v.object({ datetime }), none),
  /** The response leaves before the restart. `force` 1 overrides `smpRc.busy`; `boot_mode` 1 asks for the loader. */
  reset: writing(at(osCommand.reset), v.object({ force: v.optional(uint(1)), boot_mode: v.optional(uint(255)) }), none),
  /** `buf_size` in bytes, see `serialBufferBytes`; clients read it before anything else. */
  params: reading(at(osCommand.params), none, v.object({ buf_size: uint(), buf_count: uint() })),
  /** `format` out of `sanrvbmpio` as in `uname`; without it the answer is the kernel name, `s`. */
  info: reading(at(osCommand.info), v.object({ format: v.optional(text) }), v.object({ output: text })),
  /** Without `query` the answer is `bootloader`; to `mode` it is `mode`, with `no-downgrade` where that is true. */
  bootloader: reading(
    at(osCommand.bootloader),
    v.object({ query: v.optional(text) }),
    v.object({
      bootloader: v.optional(text),
      mode: v.optional(v.pipe(v.number(), v.integer())),
      'no-downgrade': v.optional(truth),
    }),
  ),
} as const;
