/** What names a dose. The key is joined here and not in the firmware's domain, so that the two can be compared. */
export interface DoseParts {
  readonly slot: string;
  /** Local date, `YYYY-MM-DD`. */
  readonly date: string;
}

/** `<slot>/<local date>`. */
export function doseKeyOf(slot: string, date: string): string {
  return `${slot}/${date}`;
}

export function splitDoseKey(key: string): DoseParts {
  const at = key.lastIndexOf('/');
  return { slot: key.slice(0, at), date: key.slice(at + 1) };
}
