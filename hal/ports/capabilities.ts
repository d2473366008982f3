/** What a unit is built with, as whoever builds it declares; it does not change while the unit runs. */
export interface Capabilities {
  /** It can be heard speaking. Where it cannot, its light calls the more strongly. */
  readonly speech: boolean;
  /**
   * A sensor tells whether something lies in the cup. Without one nobody can know that a dose was removed: what has come
   * out is `released`, which is less certain than `taken`, and nothing is ever drawn back.
   */
  readonly cupSensor: boolean;
}
