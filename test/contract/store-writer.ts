// A process to be killed: commits transactions of three rows for ever and prints each number after its commit returned.
import { writeSync } from 'node:fs';
import { openStore } from '../../hal/sqlite/open-store.ts';

const store = openStore({ path: process.argv[2] as string });
store.exec('CREATE TABLE IF NOT EXISTS part (n INTEGER, part INTEGER, body TEXT, PRIMARY KEY (n, part)) STRICT');
const last = store.prepare('SELECT coalesce(max(n), 0) AS n FROM part').get()?.n as number;
for (let n = last + 1; ; n += 1) {
  store.transaction(() => {
    for (let part = 0; part < 3; part += 1) {
      store.prepare('INSERT INTO part VALUES (?, ?, ?)').run(n, part, 'x'.repeat(n % 500));
    }
  });
  writeSync(1, `${n}\n`);
}
