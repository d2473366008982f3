import { isProtocolError } from '../../protocol/errors.ts';
import { type RefusalCode, refusalCodes } from '../../protocol/messages/refusal.ts';
import type { PassRole } from '../../protocol/messages/technician-pass.ts';
import { refusalSentence } from '../../protocol/refusal-words.ts';
import type { SmpError } from '../../protocol/smp/command.ts';
import { ownGroup, sessionRc, smpRc } from '../../protocol/smp/numbers.ts';
import { refusalOfNumber } from '../../protocol/smp/refusal-number.ts';
import { failure, TechProblem } from './problem.ts';
import { SmpRefusal, SmpSilence } from './smp-client.ts';
import type { TechWords } from './words.ts';

/** What a person reads instead of an error of the cable; undefined for one that is no such error. */
export function problemOf(t: TechWords, error: unknown, role: PassRole | null): TechProblem | undefined {
  if (error instanceof TechProblem) return error;
  if (error instanceof SmpSilence) return failure(t, error.lost ? 'cableLost' : 'silent');
  if (error instanceof SmpRefusal) return refusalProblem(t, error, role);
  return isProtocolError(error) ? failure(t, 'strange', error.message) : undefined;
}

function refusalProblem(t: TechWords, { error, message }: SmpRefusal, role: PassRole | null): TechProblem {
  const { group, rc } = error;
  if (group === ownGroup.session) return failure(t, 'passRefused', t.session[sessionName(rc)]);
  const code = refusalIn(error);
  if (code === 'storage-fault') return failure(t, 'storage');
  if (code !== undefined) return failure(t, 'busy', refusalSentence({ path: '', code }, t.language));
  if (group === undefined && rc === smpRc.accessDenied) {
    return failure(t, 'denied', role === null ? null : t.roles[role]);
  }
  return failure(t, 'refused', message);
}

/** The unit's own word for why it refuses, as far as it gave one. */
export function refusalIn({ group, rc, reason }: SmpError): RefusalCode | undefined {
  if (group !== undefined) return group >= ownGroup.provisioning ? refusalOfNumber(rc) : undefined;
  return rc === smpRc.busy ? refusalCodes.find((code) => code === reason) : undefined;
}

function sessionName(rc: number): keyof TechWords['session'] {
  const [name = 'unknown'] = Object.entries(sessionRc).find(([, number]) => number === rc) ?? [];
  return name as keyof TechWords['session'];
}
