/** New firmware that has not proved sound by then is ended by the loader, and the old one starts. */
export const TRIAL_MS_MAX = 10 * 60_000;
