import type { Log } from '../ports/log.ts';

/** Longer texts are cut: a loop that logs a document must not fill the journal. */
const TEXT_CHARS_MAX = 1000;

/** Each message as one line on stderr: instant (UTC), level, text. Line breaks and other control characters show as `\uXXXX`. */
export function createLog(write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  return {
    write(level, text) {
      const oneLine = text.slice(0, TEXT_CHARS_MAX).replace(/\p{Cc}/gu, escaped);
      write(`${new Date().toISOString()} ${level} ${oneLine}\n`);
    },
  };
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
