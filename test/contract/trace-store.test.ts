import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openTraceFolder, type TraceFolder } from '../../hal/linux/trace-store.ts';
import { SimTraceStore } from '../../sim/device/trace-store.ts';
import { traceStoreContract } from './trace-store-suite.ts';

let folder = '';
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dosis-trace-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function newPath(): string {
  count += 1;
  return join(folder, `traces-${count}`);
}

function openFolder(path: string): TraceFolder {
  const store = openTraceFolder(path);
  onTestFinished(() => store.close());
  return store;
}

traceStoreContract('folder', () => {
  const path = newPath();
  return { store: openFolder(path), again: () => openFolder(path) };
});

traceStoreContract('memory', () => {
  const store = new SimTraceStore();
  return { store, again: () => store.restarted() };
});

describe('a folder of traces', () => {
  it('lets nobody but its owner read, and leaves other files alone', () => {
    const path = join(folder, 'private');
    const store = openFolder(path);
    store.begin();
    writeFileSync(join(path, 'notes.jsonl'), 'mine');
    writeFileSync(join(path, '0000002.jsonl'), 'mine');
    expect(store.list()).toEqual([{ number: 1, bytes: 0 }]);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(statSync(join(path, '000001.jsonl')).mode & 0o077).toBe(0);
    expect(readdirSync(path)).toHaveLength(3);
  });

  it('refuses a folder that cannot be one', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    expect(() => openTraceFolder(path)).toThrow(/EEXIST/);
  });
});
