import * as v from 'valibot';
import { passRoles } from '../../messages/technician-pass.ts';
import { refusal } from '../../wire/kind.ts';
import { reading, writing } from '../command.ts';
import { bytes, bytesOf, none, text, uint } from '../fields.ts';
import { ownGroup, sessionCommand } from '../numbers.ts';

const at = (command: number) => ({ group: ownGroup.session, command });
const role = v.picklist(passRoles, refusal(`one of ${passRoles.join(', ')}`));
const opened = { pass: text, role, idle: uint(), left: uint() };

/** Group 64: who holds the cable. Times in seconds. */
export const session = {
  /** `nonce` is good for one `open`; `wait`: how long until that is looked at. Without `device` the unit has no name. */
  hello: reading(
    at(sessionCommand.hello),
    none,
    v.object({ nonce: bytesOf(32), device: v.optional(text), wait: uint() }),
  ),
  /**
   * `pass` is the signed pass, `proof` the signature of `sessionProofMessage` by its key. The session ends `idle` after
   * the last request, and at the latest after `left`.
   */
  open: writing(at(sessionCommand.open), v.object({ pass: bytes, proof: bytesOf(64) }), v.object(opened)),
  close: writing(at(sessionCommand.close), none, none),
  who: reading(at(sessionCommand.who), none, v.object(opened)),
} as const;
