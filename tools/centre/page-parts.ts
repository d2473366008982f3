import type { Language } from '../../protocol/messages/config.ts';

/** A table with its caption; `nothing` stands where there are no rows. */
export function table(caption: string, heads: readonly string[], rows: readonly string[], nothing: string): string {
  const body = rows.length > 0 ? rows.join('\n') : `<tr><td colspan="${heads.length}">${nothing}</td></tr>`;
  const head = heads.map((text) => `<th scope="col">${text}</th>`).join('');
  return `<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

/** On a narrow screen each cell stands on a line of its own behind its head; what the matter is needs none. */
export function row(cells: readonly string[], heads: readonly string[]): string {
  const named = cells.map((cell, column) => {
    const head = cell.includes('<small>') ? '' : ` data-head="${heads[column] ?? ''}"`;
    return `<td${head}>${cell}</td>`;
  });
  return `<tr>${named.join('')}</tr>`;
}

/** A line for a terminal, which one click marks whole. */
export interface Typed {
  readonly typed: string;
}

/** What is the matter, and below it what to do or what else there is to say. */
export function told(title: string, ...lines: readonly (string | Typed)[]): string {
  const below = lines.map((line) => {
    const said = typeof line === 'string' ? escaped(line) : `<code>${escaped(line.typed)}</code>`;
    return `<small>${said}</small>`;
  });
  return `${escaped(title)}${below.join('')}`;
}

export function localDate(date: string, language: Language): string {
  return new Date(date).toLocaleDateString(localeOf(language), { timeZone: 'UTC', dateStyle: 'short' });
}

export function localTime(ms: number, language: Language): string {
  return new Date(ms).toLocaleString(localeOf(language), {
    timeZone: 'Europe/Copenhagen',
    dateStyle: 'short',
    timeStyle: 'short',
  });
}

function localeOf(language: Language): string {
  return language === 'da' ? 'da-DK' : 'en-GB';
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
