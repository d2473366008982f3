import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerCopies } from '../ports/ledger-copies.ts';
import { syncPath } from './whole-file.ts';

/** The newest copies that stay; each is as large as the ledger. */
const copiesKept = 2;

/** SQLite's write-ahead log belongs to its database: neither is whole without the other. */
const tails = ['', '-wal'] as const;

/**
 * Copies of a SQLite file in a folder beside it, made while nobody has it open.
 * @throws the system's error when the copy cannot be made
 */
export function createLedgerCopies(ledger: string, folder: string): LedgerCopies {
  return {
    keep(name) {
      if (!existsSync(ledger)) return null;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const copy = join(folder, `before-${name.slice(0, 16)}.sqlite`);
      for (const tail of tails) rmSync(copy + tail, { force: true });
      // The database takes its name last: a copy with a name is a whole one.
      if (existsSync(`${ledger}-wal`)) copyDurably(`${ledger}-wal`, `${copy}-wal`);
      copyDurably(ledger, copy);
      syncPath(folder);
      prune(folder, copy);
      return copy;
    },
  };
}

function copyDurably(from: string, to: string): void {
  const unfinished = `${to}.new`;
  copyFileSync(from, unfinished);
  syncPath(unfinished);
  renameSync(unfinished, to);
}

function prune(folder: string, newest: string): void {
  const older = readdirSync(folder)
    .filter((name) => /^before-[0-9a-f]+\.sqlite$/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => path !== newest)
    .sort((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs);
  for (const path of older.slice(copiesKept - 1)) for (const tail of tails) rmSync(path + tail, { force: true });
}
