import type { PanelView } from '../../ports/panel.ts';
import type { Language } from '../voice/espeak.ts';
import { kioskWords } from './words.ts';

/** What the page is sent: finished HTML, so that it has nothing to decide. */
export interface Picture {
  readonly language: Language;
  readonly lamp: PanelView['lamp'];
  /** The call is urgent, or the unit cannot call by voice: the whole screen does. */
  readonly strong: boolean;
  readonly html: string;
  /** What the page shows instead once it hears nothing from the unit any more. */
  readonly lostHtml: string;
}

export interface Circumstances {
  readonly language: Language;
  readonly text: string;
  /** What is said of a sound that rests; shown where one does. */
  readonly soundPaused: string;
  readonly speaks: boolean;
}

export function pictureOf(view: PanelView, { language, text, soundPaused, speaks }: Circumstances): Picture {
  const { lamp, light, device, serviceNumber } = view;
  return {
    language,
    lamp,
    strong: lamp === 'call' && (light === 3 || !speaks),
    html: `${sentences(linesOf(text))}${view.soundPaused ? quiet(soundPaused) : ''}${keys(view.choices)}${whom(view)}`,
    lostHtml: lost(language, device, serviceNumber),
  };
}

/** Before any firmware has shown anything nobody knows the language. */
export function startingHtml(): string {
  return sentences([...kioskWords.da.starting, ...kioskWords.en.starting]);
}

function sentences(lines: readonly string[]): string {
  const spans = lines.map((line) => `<span>${escaped(line)} </span>`).join('');
  return `<div class="text" role="status"><p>${spans}</p></div>`;
}

/** A reminder or an alarm whose sound rests still blinks, and says why nothing is heard (IEC 60601-1-8, 6.8.5). */
function quiet(soundPaused: string): string {
  return `<p class="quiet">${BELL_CROSSED}${escaped(soundPaused)}</p>`;
}

function keys(choices: readonly string[]): string {
  if (choices.length === 0) return '';
  const buttons = choices.map((choice, place) => `<button data-choice="${place + 1}">${escaped(choice)}</button>`);
  return `<div class="keys">${buttons.join('')}</div>`;
}

/** Nobody should have to know whom to call. */
function whom({ lamp, device, serviceNumber }: PanelView): string {
  if (lamp === 'ready' || lamp === 'call') return '';
  const number = serviceNumber === '' ? '' : `<b>Service ${escaped(unbroken(serviceNumber))}</b>`;
  return `<footer><span>${escaped(device)}</span>${number}</footer>`;
}

function lost(language: Language, device: string, serviceNumber: string): string {
  const { lost: lines, call } = kioskWords[language];
  const number = serviceNumber === '' ? [] : [call.replace('{number}', unbroken(serviceNumber))];
  const footer = device === '' ? '' : `<footer><span>${escaped(device)}</span></footer>`;
  return `${sentences([...lines, ...number])}${footer}`;
}

/** One sentence a line; a telephone number is never broken in two. */
function linesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?])\s+(?=\p{Lu})/u)
    .filter((line) => line !== '')
    .map(unbroken);
}

function unbroken(text: string): string {
  return text.replace(/(?<=\d) (?=\d)/g, '\u00a0');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const BELL_CROSSED =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a6 6 0 0 0-6 6v5l-2 3h16l-2-3V9a6 6 0 0 0-6-6zM10 19a2 2 0 0 0 4 0M3 3l18 18"/></svg>';
