// Read in by `node --import` before a unit's program: on a computer without network time its clock counts as set by it
// (systemd-timesyncd.service(8), FILES).
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const SYNC_MARK = '/run/systemd/timesync/synchronized';
const { statSync } = fs;

Object.assign(fs, {
  statSync: (...asked: Parameters<typeof statSync>) =>
    asked[0] === SYNC_MARK ? { mtimeMs: Date.now() } : statSync(...asked),
});
syncBuiltinESMExports();
