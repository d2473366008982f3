// Starts as a unit does (tools/cli/bin.js): with what Node has compiled at an earlier start kept on disk.
import module from 'node:module';

const [ledger = '', cache, provision] = process.argv.slice(2);
module.enableCompileCache(cache);
const { bootUnit } = await import('./boot-unit.ts');
bootUnit(ledger, provision !== undefined);
if (provision !== undefined) module.flushCompileCache();
process.stdout.write(`${process.memoryUsage.rss()}\n`);
