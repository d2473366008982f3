/** A pocket tag that was seen while it was looked for. */
export interface SeenTag {
  /** Six pairs of hex digits. */
  readonly address: string;
  /** As it calls itself; tags of one make are all called alike. */
  readonly name: string;
}

/**
 * Why none was paired. `radio-off`: this unit has no Bluetooth that is switched on; `radio-dead`: its Bluetooth does not
 * answer; `none-seen`; `not-found`: tags were seen, but not the one that was asked for; `unfit`: it has no alert, or no
 * button; `not-pressed`: it called, and its button was not heard; `lost`: it went out of reach meanwhile.
 */
export type PairingTrouble =
  | ('radio-off' | 'radio-dead' | 'none-seen' | 'not-found')
  | ('unfit' | 'not-pressed' | 'lost');

export type PairingEvent =
  /** The strongest first. */
  | { readonly type: 'pairing.seen'; readonly tags: readonly SeenTag[] }
  /** It calls now; whoever holds it is to press its button. */
  | { readonly type: 'pairing.calling'; readonly tag: SeenTag }
  /** Its button was heard. It is over. */
  | { readonly type: 'pairing.done'; readonly tag: SeenTag }
  /** It is over. */
  | { readonly type: 'pairing.failed'; readonly trouble: PairingTrouble };

/** Finds a pocket tag and proves it in the hand of a person. Keeps nothing: whoever asks writes down which one it was. */
export interface TagPairing {
  /**
   * Begins to look, for the tag at `address`, or for the one that is nearest. One at a time, until it is over. The
   * listener is never called from inside this call.
   */
  pair(address: string | null, listener: (event: PairingEvent) => void): void;
}
