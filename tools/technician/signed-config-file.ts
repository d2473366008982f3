import { isCoseError } from '../../protocol/cose/errors.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { refusalFrom } from '../../protocol/messages/refusal.ts';
import { type ConfigEnvelope, openConfig, signedConfigType } from '../../protocol/messages/signed-config.ts';
import { refusalSentence } from '../../protocol/refusal-words.ts';
import { readFileOf } from './files.ts';
import { otherFile } from './other-file.ts';
import { mistake } from './problem.ts';
import { trustingAnybody } from './unverified.ts';
import type { TechWords } from './words.ts';

/** A document as the centre signed it; what it says is the unit's to believe. */
export interface SignedConfigFile {
  readonly signed: Uint8Array;
  readonly says: ConfigEnvelope;
}

/** The first byte of a tagged COSE_Sign1. */
const sign1Tag = 0xd2;
const base64Text = /^[\sA-Za-z0-9+/]+[\s=]*$/;

/** The bytes that the centre signed, as they are or in base64. @throws TechProblem */
export function readSignedConfig(t: TechWords, file: string): SignedConfigFile {
  const raw = readFileOf(t, file, { wanted: 'signedPlan' });
  const text = Buffer.from(raw).toString('latin1');
  const signed = raw[0] !== sign1Tag && base64Text.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : raw;
  const other = () => otherFile(t, { file, bytes: raw }, 'signedPlan');
  if (signed[0] !== sign1Tag) throw other() ?? mistake(t, 'configUnsigned', file);
  try {
    return { signed, says: openConfig(signed, trustingAnybody(signed, signedConfigType)) };
  } catch (error) {
    const refusal = refusalFrom(error);
    if (refusal === undefined || !(isCoseError(error) || isProtocolError(error))) throw error;
    throw other() ?? mistake(t, 'configUnreadable', file, refusalSentence(refusal, t.language));
  }
}
