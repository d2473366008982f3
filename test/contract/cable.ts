import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

/** A serial cable without one: two pseudo terminals that `socat` joins. */
export interface Cable {
  readonly device: string;
  readonly laptop: string;
  /** Takes both ends away at once, as the kernel does when a USB cable is pulled. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  remove(): Promise<void>;
}

const waitMs = { timeout: 60_000, interval: 10 };

export const noSocat = spawnSync('socat', ['-V']).error === undefined ? undefined : 'socat is not installed';

export function findCable(): Cable {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-cable-'));
  const [device, laptop] = [join(folder, 'device'), join(folder, 'laptop')];
  let socat: ChildProcess | undefined;
  const unplug = async (): Promise<void> => {
    const ended = socat;
    socat = undefined;
    if (ended === undefined) return;
    // Killed, it cannot take its links away itself; and its terminals may be another cable's a moment later.
    for (const link of [device, laptop]) rmSync(link, { force: true });
    ended.kill('SIGKILL');
    await vi.waitFor(() => {
      if (ended.exitCode === null && ended.signalCode === null) throw new Error('socat still runs');
    }, waitMs);
  };
  return {
    device,
    laptop,
    unplug,
    async plug() {
      const end = (link: string) => `pty,raw,echo=0,link=${link}`;
      socat = spawn('socat', [end(device), end(laptop)], { stdio: 'ignore' });
      await vi.waitFor(() => {
        if (![device, laptop].every((link) => existsSync(link))) throw new Error('the terminals are not there yet');
      }, waitMs);
    },
    async remove() {
      await unplug();
      rmSync(folder, { recursive: true });
    },
  };
}
