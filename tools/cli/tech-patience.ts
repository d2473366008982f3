import { type Command, InvalidArgumentError } from 'commander';

const PATIENCE_S = 120;
const PATIENCE_S_MAX = 3_600;

/** Gives a command that restarts the unit the time that it waits for it. */
export function withPatience(command: Command): Command {
  return command.option('--patience <seconds>', 'how long the unit may take to come back', readSeconds, PATIENCE_S);
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= PATIENCE_S_MAX) return seconds;
  throw new InvalidArgumentError(`Write seconds, above 0 and up to ${PATIENCE_S_MAX}.`);
}
