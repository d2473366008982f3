import { hexOf } from '../../protocol/cose/bytes.ts';
import { firstConfigSecondsMax } from '../../protocol/messages/signed-limits.ts';
import type { EnrolmentFile } from './enrolment-file.ts';
import { mistake } from './problem.ts';
import { readSignedConfig, type SignedConfigFile } from './signed-config-file.ts';
import type { TechWords } from './words.ts';

/** What a swap is to be, and who is asked on the way. */
export interface SwapPlan {
  /** Who both units are. */
  readonly enrolment: EnrolmentFile;
  /** Absent when it comes over the air. */
  readonly config: SignedConfigFile | undefined;
  readonly patienceS: number;
  /** Whether somebody is there to answer; otherwise everything is agreed to. */
  readonly asks: boolean;
  readonly tell: (sentence: string) => void;
  readonly agree: (question: string) => Promise<boolean>;
  /** A bar for a transfer, where somebody sees it. */
  readonly progress: (label: string) => { update(bytes: number, whole: number): void; stop(): void };
  /** How both units stand when it ends here. */
  standing: string;
}

/** A signed plan that a unit without one will take. @throws TechProblem */
export function planFor(t: TechWords, file: string, { says }: EnrolmentFile): SignedConfigFile {
  const config = readSignedConfig(t, file);
  if (config.says.device !== says.device) throw mistake(t, 'configElsewhere', file, config.says.device, says.device);
  const { base, issuedAt } = config.says;
  if (issuedAt < says.issuedAt - firstConfigSecondsMax) throw mistake(t, 'planOutdated', file, issuedAt, says.device);
  if (base !== undefined) throw mistake(t, 'planHasBase', file, hexOf(base).slice(0, 12), says.device);
  return config;
}
