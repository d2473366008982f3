import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder, putInPlace, tryWhole, writeNew, writeWhole } from '../../../hal/linux/whole-file.ts';

describe('a file that is there whole or not at all', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dosis-whole-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
  });

  it('takes the place of an older one, for its owner alone', () => {
    const file = join(folder, 'log');
    writeFileSync(file, 'old', { mode: 0o644 });
    writeWhole(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['log']);
  });

  it('is put in place from its pieces', () => {
    const [pieces, file] = [join(folder, 'log.part'), join(folder, 'log')];
    writeFileSync(pieces, 'all of it');
    putInPlace(pieces, file);
    expect(readFileSync(file, 'utf8')).toBe('all of it');
    expect(readdirSync(folder)).toEqual(['log']);
  });

  it('can be tried beforehand, which leaves what is there as it is', () => {
    const file = join(folder, 'log');
    tryWhole(file);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(file, 'old');
    tryWhole(file);
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['log']);
  });

  it('is refused where there is no folder, already when it is tried', () => {
    const nowhere = join(folder, 'missing', 'log');
    expect(() => tryWhole(nowhere)).toThrow(/ENOENT/);
    expect(() => writeWhole(nowhere, '')).toThrow(/ENOENT/);
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });

  it.each(['writeWhole', 'writeNew'])(
    'leaves nothing of what there was no room for, and says of which file: %s',
    (verb) => {
      const file = join(folder, 'log');
      const source = new URL('../../../hal/linux/whole-file.ts', import.meta.url);
      const program = `import { ${verb} } from ${JSON.stringify(source)};
      try { ${verb}(${JSON.stringify(file)}, 'x'.repeat(100_000)); } catch ({ code, path }) { console.log(code, path); }`;
      // No file of this process may have more than 8 blocks of 512 bytes, which ends a write as a full disk does.
      const limited = ['-c', 'ulimit -f 8; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', program];
      const { stdout } = spawnSync('sh', limited, { encoding: 'utf8' });
      expect(stdout).toBe(`EFBIG ${file}${verb === 'writeWhole' ? '.new' : ''}\n`);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('leaves an older file as it is where the new one is to be the first of its name', () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'old');
    expect(() => writeNew(file, 'new')).toThrow(/EEXIST/);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it('has its folders made, those above it too, and does not wait for ever where nobody may make one', () => {
    makeFolder(join(folder, 'a', 'b'));
    makeFolder(join(folder, 'a', 'b'));
    expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700);
    expect(() => makeFolder('/proc/nobody/unit')).toThrow(/ENOENT/);
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolder(join(folder, 'file'))).toThrow(/EEXIST/);
  });

  it('leaves the pieces where its place is taken by a folder', () => {
    const [pieces, file] = [join(folder, 'log.part'), join(folder, 'log')];
    writeFileSync(pieces, 'all of it');
    mkdirSync(file);
    expect(() => putInPlace(pieces, file)).toThrow(/EISDIR/);
    expect(readFileSync(pieces, 'utf8')).toBe('all of it');
  });
});
