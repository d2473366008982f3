import { endWhenUnwritable, report } from '../program/exit.ts';
import { runCommandLine } from './program.ts';

endWhenUnwritable(process.stdout);
endWhenUnwritable(process.stderr);
process.on('uncaughtException', stop);
await runCommandLine(process.argv.slice(2)).catch(stop);

function stop(error: unknown): never {
  process.exit(report(error));
}
