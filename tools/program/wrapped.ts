const COLUMNS = 80;

/** Text in lines that are broken between words: `first` stands before the first line, `indent` before the others. */
export function wrapped(text: string, indent: string, first = indent, columns = COLUMNS): string[] {
  const lines: string[] = [];
  let line = first;
  let begun = false;
  for (const word of text.split(' ')) {
    if (begun && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent;
      begun = false;
    }
    line += begun ? ` ${word}` : word;
    begun = true;
  }
  return [...lines, line];
}
