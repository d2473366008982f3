/** Speaks a catalogue phrase in the citizen's language. A new phrase interrupts the last. */
export interface Speech {
  say(phrase: string, params: Readonly<Record<string, string>>): void;
}
