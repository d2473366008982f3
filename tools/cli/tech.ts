import { Command } from 'commander';
import { techConfigCommand } from './tech-config.ts';
import { techFaultCommand } from './tech-fault.ts';
import { techFillCommand } from './tech-fill.ts';
import { techFlashCommand } from './tech-flash.ts';
import { techInfoCommand } from './tech-info.ts';
import { techJournalCommand, techLedgerCommand, techLogCommand, techTraceCommand } from './tech-log.ts';
import { techProvisionCommand } from './tech-provision.ts';
import { techSelftestCommand } from './tech-selftest.ts';
import { techShellCommand } from './tech-shell.ts';
import { techSwapCommand } from './tech-swap.ts';
import { techTagCommand } from './tech-tag.ts';

/** In the order in which a technician meets them. */
const subcommands: readonly (() => Command)[] = [
  ...[techInfoCommand, techProvisionCommand, techFlashCommand, techConfigCommand, techSelftestCommand],
  ...[
    techFaultCommand,
    techLogCommand,
    techTraceCommand,
    techJournalCommand,
    techLedgerCommand,
    techFillCommand,
    techTagCommand,
    techSwapCommand,
    techShellCommand,
  ],
];

/** `dosis tech`: a technician with a laptop and a cable. */
export function techCommand(): Command {
  const command = new Command('tech').description(
    'A technician with a laptop and a cable: look at a unit, set it up, flash it, mend it. Needs no network.',
  );
  for (const subcommand of subcommands) command.addCommand(subcommand());
  return command;
}
