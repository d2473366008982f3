import { computed, effect, signal } from '@preact/signals';
import type { Both, PanelCommand, PanelConfig, PanelFrame } from '../frames.ts';
import { type Language, languages, say } from './words/language.ts';
import { words } from './words/panel-words.ts';

const storageKey = 'dosis.language';

export type Connection = 'connecting' | 'open' | 'lost';

export const frame = signal<PanelFrame | null>(null);
export const connection = signal<Connection>('connecting');
export const config = signal<PanelConfig | null>(null);
/** Why the last command was refused, until it is read. */
export const refusal = signal<Both | null>(null);
/** Browsers only make a sound after a person has asked for it, so this starts off every time. */
export const soundOn = signal(false);
export const language = signal<Language>(rememberedLanguage());

export const inForce = computed(() => connection.value === 'open');

/** A word of the page in the chosen language. */
export function t(word: keyof typeof words): string {
  return say(words[word], language.value);
}

/** Either language of something the server sent. */
export function told(text: Both): string {
  return say(text, language.value);
}

let post: (text: string) => void = () => undefined;

/** Sends a command to the simulator; nothing is queued while the connection is away. */
export function send(command: PanelCommand): void {
  refusal.value = null;
  post(JSON.stringify(command));
}

export function sendThrough(way: (text: string) => void): void {
  post = way;
}

function rememberedLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(storageKey);
  return languages.find((known) => known === asked) ?? 'da';
}

effect(() => {
  document.documentElement.lang = language.value;
  document.title = t('title');
  localStorage.setItem(storageKey, language.value);
});
