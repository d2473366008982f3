/** How one citizen behaves. Chances are per dose unless said otherwise; times in milliseconds. */
export interface Habits {
  /** From the first call to the press; half the presses come sooner. */
  readonly answersInMs: number;
  /** Never reacts to the first call of a dose; a louder call gets half of those after all. */
  readonly forgetsChance: number;
  /** Presses as soon as the button would work, before any call. */
  readonly earlyChance: number;
  /** Presses again and again while nothing has come out yet. */
  readonly mashesChance: number;
  readonly takesInMs: number;
  /** Leaves what lies in the cup where it is. */
  readonly leavesInCupChance: number;
  /** Asks for quiet before reacting. */
  readonly quietChance: number;
  /** Presses for no reason, times per day. */
  readonly curiousPerDay: number;
  /** Leaves without a word, times per day, for up to three days. */
  readonly vanishesPerDay: number;
  /** Tells that they will be away, or asks for a take-out, times per day. */
  readonly tripsPerDay: number;
}

const minuteMs = 60_000;

const prompt: Habits = {
  answersInMs: 2 * minuteMs,
  forgetsChance: 0.005,
  earlyChance: 0.05,
  mashesChance: 0.02,
  takesInMs: 8_000,
  leavesInCupChance: 0.002,
  quietChance: 0.01,
  curiousPerDay: 0.1,
  vanishesPerDay: 0,
  tripsPerDay: 0.01,
};

/** The citizens a story or a soak can have, by name. */
export const citizens = {
  prompt,
  forgetful: {
    ...prompt,
    answersInMs: 12 * minuteMs,
    forgetsChance: 0.25,
    leavesInCupChance: 0.08,
    takesInMs: 60_000,
    earlyChance: 0.01,
  },
  away: { ...prompt, answersInMs: 6 * minuteMs, vanishesPerDay: 0.05, tripsPerDay: 0.08, quietChance: 0.05 },
  impatient: {
    ...prompt,
    answersInMs: 40_000,
    mashesChance: 0.7,
    earlyChance: 0.3,
    curiousPerDay: 2,
    takesInMs: 3_000,
    quietChance: 0.1,
  },
} as const satisfies Readonly<Record<string, Habits>>;

export type CitizenName = keyof typeof citizens;
export const citizenNames = Object.keys(citizens) as readonly CitizenName[];
