import { kidOf, signatures } from '../../hal/crypto/ed25519.ts';
import { isCoseError } from '../../protocol/cose/errors.ts';
import type { TrustedKey } from '../../protocol/cose/sign1.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { refusalFrom } from '../../protocol/messages/refusal.ts';
import {
  openSelfTestReport,
  type SelfTestReport,
  selfTestReportType,
  signSelfTestReport,
} from '../../protocol/messages/self-test-report.ts';
import {
  openTechnicianPass,
  type TechnicianPass,
  technicianPassType,
} from '../../protocol/messages/technician-pass.ts';
import { refusalSentence } from '../../protocol/refusal-words.ts';
import { type GivenFile, otherFile } from './other-file.ts';
import type { HeldPass } from './pass-file.ts';
import { failure, mistake } from './problem.ts';
import { trustingAnybody } from './unverified.ts';
import type { TechWords } from './words.ts';

/** Signs with the key of the pass, whose key id is the beginning of its hash as those of centres are. */
export function signedReport(report: Omit<SelfTestReport, 'pass'>, { pass, says, sign }: HeldPass): Uint8Array {
  return signSelfTestReport({ ...report, pass }, { kid: kidOf(says.key), sign });
}

export interface VerifiedReport {
  readonly report: SelfTestReport;
  readonly pass: TechnicianPass;
}

/**
 * A report that its own pass signed. With the key of a centre, also that the pass is of that centre; without, the pass is
 * only what it says of itself.
 * @throws TechProblem when it is no report, or cannot be believed
 */
export function verifiedReport(
  t: TechWords,
  file: string,
  bytes: Uint8Array,
  centre: TrustedKey<Uint8Array> | undefined,
): VerifiedReport {
  const claimed = refusedAs(t, { file, bytes }, () => {
    const report = openSelfTestReport(bytes, trustingAnybody(bytes, selfTestReportType));
    return { report, pass: openTechnicianPass(report.pass, trustingAnybody(report.pass, technicianPassType)) };
  });
  const { report, pass } = claimed;
  const { verify } = signatures;
  believed(t, t.report.notByPass, () =>
    openSelfTestReport(bytes, { keys: [{ kid: kidOf(pass.key), key: pass.key }], verify }),
  );
  if (centre !== undefined) {
    believed(t, t.report.strangePass, () => openTechnicianPass(report.pass, { keys: [centre], verify }));
  }
  if (report.at < pass.notBefore || report.at >= pass.expiresAt) throw failure(t, 'badReport', t.report.passOver);
  return claimed;
}

function believed(t: TechWords, why: string, open: () => unknown): void {
  try {
    open();
  } catch (error) {
    throw isCoseError(error) ? failure(t, 'badReport', why) : error;
  }
}

function refusedAs<T>(t: TechWords, { file, bytes }: GivenFile, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const refusal = refusalFrom(error);
    if (refusal === undefined || !(isCoseError(error) || isProtocolError(error))) throw error;
    const why = refusalSentence(refusal, t.language);
    throw otherFile(t, { file, bytes }, 'report') ?? mistake(t, 'notAReport', file, why);
  }
}
