export interface Entropy {
  /** A uniform integer in [0, bound). `bound` ≤ 2^32. */
  below(bound: number): number;
}
