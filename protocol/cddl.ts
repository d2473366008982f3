import { ackKind } from './messages/ack.ts';
import { batchKind } from './messages/batch.ts';
import { configKind } from './messages/config.ts';
import { eventKind } from './messages/event.ts';
import { stateKind } from './messages/state.ts';
import type { Kind } from './wire/kind.ts';

const preamble = `; The messages of Dosis as CDDL (RFC 8610). Generated from protocol/messages: do not edit, run "npm run generate".
; Texts after a semicolon are the names used in the programs. Receivers refuse tags, floats, indefinite lengths,
; repeated keys and integers of more than 32 bits everywhere.
`;

/** The whole protocol as CDDL text: each message, followed by the rules it is made of. */
export function describeProtocol(): string {
  const rules = new Map<string, string>();
  for (const kind of [batchKind, eventKind, ackKind, stateKind, configKind]) collect(kind, rules);
  const lines = [...rules].map(([name, definition]) => `${name} = ${definition}\n`);
  return [preamble, ...lines].join('\n');
}

function collect(kind: Kind<unknown>, rules: Map<string, string>): void {
  if (kind.name !== undefined) {
    const known = rules.get(kind.name);
    if (known === kind.cddl) return;
    if (known !== undefined) throw new TypeError(`Two kinds are called ${kind.name} in CDDL.`);
    rules.set(kind.name, kind.cddl);
  }
  for (const part of kind.parts) collect(part, rules);
}
