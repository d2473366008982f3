/** Things people and the room do to the unit. */
export type SensorEvent =
  | { readonly type: 'button.pressed' }
  /** The citizen asks for quiet: the lid is turned, or the button is held. */
  | { readonly type: 'quiet.requested' }
  /** One of the answers that the panel offers (`PanelView.choices`) was chosen; the first is 1. */
  | { readonly type: 'choice.pressed'; readonly choice: number }
  /** Told before the evidence of any movement that ends later: a sachet that was quickly taken must not look like one that never came. */
  | { readonly type: 'cup.emptied' }
  /** The service door; `withKey` is true when the nurse's key switch was turned first. */
  | { readonly type: 'door.opened'; readonly withKey: boolean }
  | { readonly type: 'door.closed' }
  /** Told whenever it has changed. */
  | { readonly type: 'placement.changed'; readonly placement: Placement }
  | { readonly type: 'power.changed'; readonly power: Power }
  /** All that is wrong with the board now: told soon after the start, and whenever it has changed. */
  | { readonly type: 'health.changed'; readonly findings: readonly BoardFinding[] };

/** What a board can find wrong with itself, by its code in the fault catalogue (protocol/faults). */
export type BoardFinding = 'storage-fault' | 'storage-filling' | 'storage-wearing' | 'overheated' | 'battery-worn';

/** How a unit stands, and what hangs in it. What it has no switch for is as it should be. */
export interface Placement {
  /** One that lies on its side would drop a sachet anywhere. */
  readonly upright: boolean;
  /** Whether a roll hangs in each bay; from one without, the motor would feed air. */
  readonly rolls: Readonly<Record<'A' | 'B', boolean>>;
}

export interface Power {
  readonly source: 'mains' | 'battery';
  /** 0–100. */
  readonly batteryPercent: number;
}

/**
 * The service door: `opened` while the nurse's key switch is turned, `forced` when it stands open without, `unknown` until
 * somebody has looked. Unknown is not closed: nothing moves, but nobody is called either.
 */
export type DoorState = 'closed' | 'opened' | 'forced' | 'unknown';

export interface Sensors {
  /** One listener; a later one takes its place. */
  listen(listener: (event: SensorEvent) => void): void;
  power(): Power;
  /**
   * How the service door stands, as far as anybody has looked; asked once, at boot. What is unknown then is told as an event
   * as soon as it is known. A board that cannot tell whose hand opened it says `forced`.
   */
  door(): DoorState;
  /** How the unit stands now, and what hangs in it; asked once, at boot. */
  placement(): Placement;
}
