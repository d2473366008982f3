import { Worker } from 'node:worker_threads';
import type { SoakYearResult } from './soak-year.ts';

export interface CrewOptions {
  readonly years: number;
  readonly seed: number;
  readonly faults: boolean;
  /** How many years are simulated at the same time. */
  readonly jobs: number;
  readonly onYear?: (done: number) => void;
}

/** The worker beside this file, in TypeScript or compiled as this file itself is. */
const workerFile = new URL(`./soak-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/**
 * Simulates device-years on several cores. The years are independent, so the results, in order of their seeds, are
 * the same however many share the work.
 */
export async function soakTogether(options: CrewOptions): Promise<SoakYearResult[]> {
  const { years, seed, faults, jobs, onYear } = options;
  const results: SoakYearResult[] = [];
  let next = 0;
  let done = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(workerFile);
      const give = () => {
        if (next >= years) return void worker.terminate().then(() => resolve(), reject);
        worker.postMessage({ seed: seed + next, faults });
        next += 1;
      };
      worker.on('message', (result: SoakYearResult) => {
        results[result.seed - seed] = result;
        done += 1;
        onYear?.(done);
        give();
      });
      worker.on('error', reject);
      give();
    });
  await Promise.all(Array.from({ length: Math.min(jobs, years) }, work));
  return results;
}
