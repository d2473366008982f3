/** What a state means to the eye. Colour is never alone: the word stands beside it. */
export type Tone = 'quiet' | 'call' | 'good' | 'warn' | 'bad';
