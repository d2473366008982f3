/** Held for so long the big button asks for quiet, as that of the reference unit does (`button.holdMs` of its board file). */
export const HOLD_MS = 2_000;
