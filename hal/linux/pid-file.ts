import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** How long a process that was ended may take to be gone. */
const endMsMax = 2_000;
const lookMs = 10;

/** Remembers a process in a file, in a way that no other process can be mistaken for it. */
export function rememberProcess(file: string, pid: number): void {
  writeFileSync(file, `${pid} ${nameOf(pid) ?? 'gone'}\n`, { mode: 0o600 });
}

/**
 * Ends the remembered process if it still runs, for example one that outlived its parent because it hangs.
 * @throws Error when it does not go
 */
export async function endRemembered(file: string): Promise<void> {
  const [pid, name] = readRemembered(file);
  if (pid === undefined || nameOf(pid) !== name) return;
  process.kill(pid, 'SIGKILL');
  for (let waitedMs = 0; nameOf(pid) === name; waitedMs += lookMs) {
    if (waitedMs > endMsMax) throw new Error(`the program before it (process ${pid}) cannot be ended`);
    await pause(lookMs);
  }
}

function readRemembered(file: string): readonly [pid: number | undefined, name: string] {
  try {
    const [, pid, name = ''] = /^(\d+) (\S+)\n$/.exec(readFileSync(file, 'utf8')) ?? [];
    return [pid === undefined ? undefined : Number(pid), name];
  } catch {
    return [undefined, ''];
  }
}

/**
 * Numbers are used again, the same number begun at the same tick of the same boot is not: field 22 of proc_pid_stat(5)
 * and the boot's id of proc_sys_kernel(5). Undefined when there is no such process, or only its exit status.
 */
function nameOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, and may hold anything.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : `${boot}/${fields[18]}`;
  } catch {
    return undefined;
  }
}
