// What a firmware image holds: "dosis device" as a program of its own, told by the loader where its folder is.
import { answerLoader } from '../../hal/linux/loader-line.ts';
import { RESTART_EXIT_CODE } from '../../hal/linux/watchdog.ts';
import { report } from '../program/exit.ts';
import { deviceCommand } from './device.ts';

// One whose loader has ended meanwhile must not so much as open the ledger: the next loader's firmware wants it.
answerLoader(() => process.exit(RESTART_EXIT_CODE));
try {
  await deviceCommand().parseAsync(process.argv.slice(2), { from: 'user' });
  // The line to the loader would keep an ended program alive.
  process.exit();
} catch (error) {
  process.exit(report(error));
}
