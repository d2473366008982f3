// Writes the documents of the boards that come along anew, beside their files: npm run generate
import { writeFileSync } from 'node:fs';
import { knownBoard } from './board-file.ts';
import { documentsOf } from './documents.ts';

/** What belongs into the folder of the boards, by file name. */
export function boardDocuments(): ReadonlyMap<string, string> {
  return documentsOf(knownBoard('reference'));
}

if (import.meta.main) {
  for (const [name, content] of boardDocuments()) writeFileSync(new URL(`./boards/${name}`, import.meta.url), content);
}
