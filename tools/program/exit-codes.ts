/** What a process ends with: everything held; something did not hold or broke; the input was wrong. */
export const exitCodes = { held: 0, failed: 1, usage: 2, pipeClosed: 141 } as const;
