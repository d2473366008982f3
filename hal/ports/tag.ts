/** How loud a tag calls whoever carries it (Bluetooth Immediate Alert Service 1.0 §3.1): 0 not at all, 1 gently, 2 urgently. */
export type AlertLevel = 0 | 1 | 2;

export type TagEvent =
  /** The tag is reached: told at first, and whenever it was told gone before. */
  | { readonly type: 'tag.near' }
  /**
   * The tag has not been reached for longer than it may. `range`: this unit's radio works, so the tag is elsewhere, or
   * without power. `radio`: this unit cannot use its own radio, so it knows nothing of the tag. Told again only when
   * the reason has become another.
   */
  | { readonly type: 'tag.gone'; readonly reason: 'range' | 'radio' }
  | { readonly type: 'tag.pressed' }
  /** What is left, 0–100: told when it is first known, and when it has changed. */
  | { readonly type: 'tag.battery'; readonly percent: number };

/**
 * The citizen's pocket tag: it calls where the unit is not heard, and has one button. It comes and goes as people do,
 * so nothing here fails: what cannot be said to the tag now is said when it is back.
 */
export interface Tag {
  /** One listener; a later one takes its place. Never called from inside a call. */
  listen(listener: (event: TagEvent) => void): void;
  /** Looks for the tag, and goes on looking until `close`. */
  open(): void;
  /**
   * Has the tag call at `level` from now on; the same level once more calls anew. Of several levels that wait, the last
   * one counts. It is said again after every reconnection, and a tag that was asked nothing yet is told to be silent.
   */
  alert(level: AlertLevel): void;
  /** Nothing more is told. A tag that is reached still hears what was asked last. */
  close(): void;
}
