/** A wire from one height at the controller to another at its part. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/**
 * Where each wire changes its height, one lane for each, between `near` (the controller) and `far` (the parts). Of those
 * that go down the upper ones change later, of those that go up the lower ones: wires in one order never cross.
 */
export function lanesOf(
  runs: readonly Run[],
  { near, far }: { readonly near: number; readonly far: number },
): number[] {
  const order = runs
    .map((run, index) => ({ ...run, index }))
    .sort((one, other) => rankOf(one) - rankOf(other))
    .map(({ index }) => index);
  const apart = (far - near) / Math.max(1, runs.length - 1);
  return runs.map((_, index) => near + order.indexOf(index) * apart);
}

/** From the controller outwards: of those that go down the lowest first, then of those that go up the highest. */
function rankOf({ from, to }: Run): number {
  return to >= from ? -from : from;
}
