import type { Log } from '../../ports/log.ts';
import type { Finding } from './finding.ts';
import { judgeBatteries, POWER_SUPPLIES } from './power.ts';
import { judgeStorage } from './storage.ts';
import { judgeHeat } from './thermal.ts';

export interface HealthOptions {
  readonly log: Log;
  /** Where the unit keeps its ledger. */
  readonly folder: string;
  /** Reads the board; another one than the kernel's files. */
  readonly read?: () => readonly Finding[];
  /** Told whenever something is found or is over, with all that is wrong now. */
  readonly tell?: (findings: readonly Finding[]) => void;
}

export interface Health {
  /** What is wrong now, as of the last look. */
  readonly findings: readonly Finding[];
  close(): void;
}

const LOOKING_MS = 60_000;

/** Looks at the board once a minute. Each thing that is wrong is logged when it begins and when it is over. */
export function watchHealth({ log, folder, read = () => readBoard(folder), tell }: HealthOptions): Health {
  let findings: readonly Finding[] = [];
  const look = (): void => {
    const now = read();
    const [begun, over] = [without(now, findings), without(findings, now)];
    findings = now;
    for (const { code, says } of begun) log.write('warning', `The board needs a technician (${code}): ${says}`);
    for (const { code } of over) log.write('info', `The board is well again (${code}).`);
    if (begun.length + over.length > 0) tell?.(now);
  };
  look();
  const looking = setInterval(look, LOOKING_MS);
  looking.unref();
  return {
    get findings() {
      return findings;
    },
    close: () => clearInterval(looking),
  };
}

function readBoard(folder: string): readonly Finding[] {
  return [...judgeStorage({ folder }), ...judgeHeat(), ...judgeBatteries(POWER_SUPPLIES)];
}

/** Those whose condition the others do not have: a temperature that wavers is no news. */
function without(findings: readonly Finding[], others: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ code }) => !others.some((other) => other.code === code));
}
