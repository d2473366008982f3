import { ed25519, kidBytesMax } from './cose/header.ts';
import { type SignedType, signatureBytes } from './cose/sign1.ts';
import { ackKind } from './messages/ack.ts';
import { batchKind } from './messages/batch.ts';
import { commandKind } from './messages/command.ts';
import { commandAnswerKind } from './messages/command-answer.ts';
import { configKind } from './messages/config.ts';
import { configReportKind } from './messages/config-report.ts';
import { enrolmentKind } from './messages/enrolment.ts';
import { eventKind } from './messages/event.ts';
import { handoverKind } from './messages/handover.ts';
import { imagePartKind, imageRequestKind } from './messages/image-part.ts';
import { logPartKind } from './messages/log-part.ts';
import { selfTestReportKind, selfTestReportType } from './messages/self-test-report.ts';
import { journalKind } from './messages/service-journal.ts';
import { sessionProofRule } from './messages/session-proof.ts';
import { signedCommandType } from './messages/signed-command.ts';
import { configEnvelopeKind, signedConfigType } from './messages/signed-config.ts';
import { stateKind } from './messages/state.ts';
import { technicianPassKind, technicianPassType } from './messages/technician-pass.ts';
import { cddlName, type Kind } from './wire/kind.ts';

const preamble = `; The messages of Dosis as CDDL (RFC 8610). Generated from protocol/messages: do not edit, run "npm run generate".
; Texts after a semicolon are the names used in the programs. Receivers refuse tags, floats, indefinite lengths,
; repeated keys and integers of more than 32 bits everywhere; the one tag is that around a signed document.
`;

/** What a kind says of itself in CDDL. */
type Rule = Pick<Kind<unknown>, 'name' | 'cddl'> & { readonly parts: readonly Rule[] };

/** The whole protocol as CDDL text: each message, followed by the rules it is made of. */
export function describeProtocol(): string {
  const rules = new Map<string, string>();
  const messages = [
    ...[batchKind, eventKind, ackKind, stateKind, configKind],
    signedRule('signed-config', signedConfigType, configEnvelopeKind),
    configReportKind,
    signedRule('signed-command', signedCommandType, commandKind),
    commandAnswerKind,
    logPartKind,
    imageRequestKind,
    imagePartKind,
    signedRule('signed-technician-pass', technicianPassType, technicianPassKind),
    sessionProofRule,
    signedRule('signed-self-test-report', selfTestReportType, selfTestReportKind),
    enrolmentKind,
    handoverKind,
    journalKind,
  ];
  for (const message of messages) collect(message, rules);
  const lines = [...rules].map(([name, definition]) => `${name} = ${definition}\n`);
  return [preamble, ...lines].join('\n');
}

/** A COSE_Sign1 (RFC 9052 §4.2) around a payload of one kind, with the only headers that are accepted. */
function signedRule(name: string, { contentType }: SignedType, payload: Kind<unknown>): Rule {
  const lines = [
    '#6.18([',
    `  bstr .cbor ${name}-header, ; protected`,
    '  {}, ; unprotected',
    `  bstr .cbor ${cddlName(payload)}, ; payload`,
    `  bstr .size ${signatureBytes}, ; signature`,
    '])',
  ];
  const header = [
    '{',
    `  1: ${ed25519}, ; alg, Ed25519`,
    `  3: "${contentType}", ; content type`,
    `  4: bstr .size (1..${kidBytesMax}), ; kid`,
    '}',
  ];
  const headerRule = { name: `${name}-header`, cddl: header.join('\n'), parts: [] };
  return { name, cddl: lines.join('\n'), parts: [headerRule, payload] };
}

function collect(kind: Rule, rules: Map<string, string>): void {
  if (kind.name !== undefined) {
    const known = rules.get(kind.name);
    if (known === kind.cddl) return;
    if (known !== undefined) throw new TypeError(`Two kinds are called ${kind.name} in CDDL.`);
    rules.set(kind.name, kind.cddl);
  }
  for (const part of kind.parts) collect(part, rules);
}
