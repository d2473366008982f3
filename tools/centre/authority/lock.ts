import { readFileSync, rmSync } from 'node:fs';
import { writeNew } from '../../../hal/linux/whole-file.ts';
import { HomeError } from './home.ts';

/**
 * Does something that changes a home while no other program does. A lock whose holder has died is taken over.
 * @throws HomeError when somebody else is at work
 */
export async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  take(lock);
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): void {
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeNew(lock, String(process.pid));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holderOf(lock);
      if (attempt > 0 || isAlive(holder)) {
        const said = {
          da: `En anden dosis (proces ${holder}) er ved at ændre denne mappe; vent, til den er færdig, og prøv igen.`,
          en: `Another dosis (process ${holder}) is changing this home; wait until it has ended, then try again.`,
        };
        throw new HomeError(said, { cause: error });
      }
      rmSync(lock, { force: true });
    }
  }
}

function holderOf(lock: string): number {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return 0;
  }
}

/** Whether a process of this number runs; one of another user counts too. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
