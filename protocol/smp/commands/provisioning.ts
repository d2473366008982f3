import * as v from 'valibot';
import { refusal } from '../../wire/kind.ts';
import { reading, writing } from '../command.ts';
import { bytes, none, text, uint } from '../fields.ts';
import { ownGroup, provisioningCommand } from '../numbers.ts';

const at = (command: number) => ({ group: ownGroup.provisioning, command });

/** Append only; text on the wire. `recovery`: no firmware runs, and the loader serves the cable. */
export const unitPhases = ['running', 'lockedDown', 'unprovisioned', 'recovery', 'replaced'] as const;
export type UnitPhase = (typeof unitPhases)[number];

/** Group 65: whose unit this is. */
export const provisioning = {
  /** `class` is the UUID of the kind of device, `config` and `hash` what is in force. */
  state: reading(
    at(provisioningCommand.state),
    none,
    v.object({
      phase: v.picklist(unitPhases, refusal(`one of ${unitPhases.join(', ')}`)),
      device: v.optional(text),
      epoch: v.optional(uint()),
      firmware: text,
      class: bytes,
      boot: uint(),
      config: v.optional(uint()),
      hash: v.optional(bytes),
      service: v.optional(text),
    }),
  ),
  /** Makes an empty unit into the one that the enrolment names; it restarts as that. */
  provision: writing(at(provisioningCommand.provision), v.object({ enrolment: bytes }), none),
} as const;
