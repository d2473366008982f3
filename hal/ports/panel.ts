/** The strength of light or sound: 0 off, 1 gentle, 2 firm, 3 urgent. */
export type Level = 0 | 1 | 2 | 3;

/**
 * `ready` green and steady, `call` blinks for a dose, `warn` yellow: something is not as usual, or an alarm of medium or
 * low priority; `alarm` red: one of high priority (IEC 60601-1-8, table 2); `off` dark.
 */
export type Lamp = 'off' | 'ready' | 'call' | 'warn' | 'alarm';

/**
 * Everything a person can see and hear at one moment. A pure picture of the state: showing the same one twice
 * changes nothing. `message` is a catalogue key (see protocol/phrases.ts), `params` fill its gaps.
 */
export interface PanelView {
  readonly message: string;
  readonly params: Readonly<Record<string, string>>;
  readonly lamp: Lamp;
  /** How strongly it shines: it grows with a reminder and with the priority of an alarm; at its strongest where the unit has no voice. */
  readonly light: Level;
  readonly sound: Level;
  /** The reminder or the alarm that is shown would sound, but rests for a while: the display has to say so (IEC 60601-1-8, 6.8.5). */
  readonly soundPaused: boolean;
  /** Answers the citizen may choose from, each with a small button of its own; none most of the time. */
  readonly choices: readonly string[];
  /** What the button would do now. */
  readonly button: 'release' | 'idle';
  /** Shown small on every fault screen, so nobody has to know whom to call. */
  readonly device: string;
  readonly serviceNumber: string;
}

/** Nothing to be seen or heard. */
export const DARK: PanelView = {
  message: 'working',
  params: {},
  lamp: 'off',
  light: 0,
  sound: 0,
  soundPaused: false,
  choices: [],
  button: 'idle',
  device: '',
  serviceNumber: '',
};

export interface Panel {
  show(view: PanelView): void;
}
