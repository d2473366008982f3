// What a firmware image holds: "dosis device" as a program of its own, told by the loader where its folder is.
import { deviceCommand } from './device.ts';
import { report } from './exit.ts';

try {
  await deviceCommand().parseAsync(process.argv.slice(2), { from: 'user' });
  // The line to the loader would keep an ended program alive.
  process.exit();
} catch (error) {
  process.exit(report(error));
}
