import { openStore } from '../../hal/sqlite/open-store.ts';
import { obedientWorld } from './obedient.ts';

export interface DurableFigures {
  /** Commits, and so flushes, of one dose from its window to the acknowledged record. */
  readonly commitsPerCycle: number;
  /** From the press entering the inbox to the release leaving for the mechanism, microseconds, each press. */
  readonly pressToReleaseUs: readonly number[];
  /** One row durable in a bare file of the same kind on the same medium, microseconds, each commit. */
  readonly bareCommitUs: readonly number[];
}

const WARM_UP_DAYS = 3;
const DAYS = 10;
const BARE_COMMITS = 200;

/** Runs a unit with its ledger in a file of `folder`. The presses are what a citizen does; nothing is shortened. */
export function durableFigures(folder: string, nowMs: () => number): DurableFigures {
  const { world, live } = obedientWorld({ databasePath: `${folder}/ledger.sqlite` });
  live(WARM_UP_DAYS);
  const pressToReleaseUs: number[] = [];
  let pressedMs = 0;
  world.watch({
    observed: (observation) => {
      if (observation.kind === 'inbox' && observation.event.type === 'button.pressed') pressedMs = nowMs();
      if (observation.kind === 'effect' && observation.effect.type === 'mechanism.release') {
        pressToReleaseUs.push((nowMs() - pressedMs) * 1000);
      }
    },
  });
  const before = world.unit.store.commits;
  const cycles = live(DAYS);
  const commitsPerCycle = (world.unit.store.commits - before) / cycles;
  world.dispose();
  return { commitsPerCycle, pressToReleaseUs, bareCommitUs: bareCommits(`${folder}/bare.sqlite`, nowMs) };
}

function bareCommits(path: string, nowMs: () => number): number[] {
  const store = openStore({ path });
  store.exec('CREATE TABLE one (id INTEGER PRIMARY KEY, body BLOB)');
  const insert = store.prepare('INSERT INTO one (body) VALUES (?)');
  const body = new Uint8Array(190);
  const times = Array.from({ length: BARE_COMMITS }, () => {
    const startedMs = nowMs();
    store.transaction(() => insert.run(body));
    return (nowMs() - startedMs) * 1000;
  });
  store.close();
  return times;
}
