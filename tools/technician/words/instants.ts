/** One instant, epoch seconds, as it is written in a country and read off a clock in a zone. */
export interface InstantWords {
  /** `21.11.2026, 08.02`: in a list whose zone is told beside it. */
  instant(seconds: number, zone: string): string;
  /** `21.11.2026, 08.02 CET`: alone in a sentence. */
  moment(seconds: number, zone?: string): string;
  /** `08.02.17` */
  clock(seconds: number, zone: string): string;
}

/** @param locale such as `da-DK` */
export function instantWords(locale: string): InstantWords {
  const written = (seconds: number, options: Intl.DateTimeFormatOptions) =>
    new Date(seconds * 1000).toLocaleString(locale, options);
  return {
    instant: (seconds, timeZone) => written(seconds, { dateStyle: 'short', timeStyle: 'short', timeZone }),
    moment: (seconds, timeZone) => {
      const name = timeZone === undefined ? {} : { timeZone };
      const fields = { day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
      return written(seconds, { ...fields, timeZoneName: 'short', ...name });
    },
    clock: (seconds, timeZone) => written(seconds, { timeStyle: 'medium', timeZone }),
  };
}
