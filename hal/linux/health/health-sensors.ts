import type { BoardFinding, Sensors } from '../../ports/sensors.ts';
import { type HealthOptions, watchHealth } from './watch-health.ts';

export interface HealthSensors extends Sensors {
  close(): void;
}

/** What wavers around a limit is one finding, not one a minute: it is over when it was not found for so long. */
const OVER_MS = 15 * 60_000;

/**
 * A board's sensors which tell, beside what they sense, what is wrong with the board: soon after somebody listens, and
 * whenever that has changed.
 */
export function withHealth(board: Sensors, options: Omit<HealthOptions, 'tell'>): HealthSensors {
  const standing = new Map<BoardFinding, NodeJS.Timeout | null>();
  let listener: Parameters<Sensors['listen']>[0] = () => undefined;
  let first: NodeJS.Timeout | undefined;
  let told = '';
  const tell = (): void => {
    const findings = [...standing.keys()].sort();
    if (findings.join() === told) return;
    told = findings.join();
    listener({ type: 'health.changed', findings });
  };
  const look = (found: readonly BoardFinding[]): void => {
    for (const code of found) {
      clearTimeout(standing.get(code) ?? undefined);
      standing.set(code, null);
    }
    for (const [code, ending] of standing) {
      if (found.includes(code) || ending !== null) continue;
      const timer = setTimeout(() => {
        standing.delete(code);
        tell();
      }, OVER_MS);
      timer.unref();
      standing.set(code, timer);
    }
    tell();
  };
  const health = watchHealth({ ...options, tell: (findings) => look(findings.map(({ code }) => code)) });
  return {
    listen(next) {
      listener = next;
      board.listen(next);
      // Nobody is told of anything while it says that it listens. An old alarm may be over: that nothing is found is news, too.
      first ??= setTimeout(() => {
        told = '-';
        look(health.findings.map(({ code }) => code));
      });
    },
    power: () => board.power(),
    door: () => board.door(),
    placement: () => board.placement(),
    close() {
      clearTimeout(first);
      for (const ending of standing.values()) clearTimeout(ending ?? undefined);
      health.close();
    },
  };
}
