import { Command } from 'commander';
import { centreAlarmCommand } from './centre-alarm.ts';
import { authorityCommands } from './centre-authority.ts';
import { centreConfigCommand } from './centre-config.ts';
import { centreImageCommand } from './centre-image.ts';
import { centreLogCommand } from './centre-log.ts';
import { centrePassCommand } from './centre-pass.ts';
import { runningCommand } from './centre-run.ts';
import { centreSendCommand } from './centre-send.ts';
import { centreSwapCommands } from './centre-swap.ts';

/** What stands below `dosis centre`, each in a file of its own, which brings in its work only when it is asked for. */
const subcommands: readonly (() => readonly Command[])[] = [
  authorityCommands,
  () => [centreConfigCommand(), centreSendCommand(), centreImageCommand(), centreLogCommand(), centrePassCommand()],
  centreSwapCommands,
  () => [centreAlarmCommand()],
];

/** `dosis centre` by itself is `dosis centre run`: an option then belongs to one command, whatever others call theirs. */
export function centreCommand(): Command {
  const command = new Command('centre').description(
    'Runs a service centre, and looks after its keys and its devices. Without a command it is "dosis centre run".',
  );
  command.addCommand(runningCommand(), { isDefault: true });
  for (const subcommand of subcommands.flatMap((commands) => commands())) command.addCommand(subcommand);
  return command;
}
