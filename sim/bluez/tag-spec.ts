/** A tag of the double, as a test or a person describes it. */
export interface TagSpec {
  readonly address: string;
  readonly name: string;
  /** Signal strength in dBm. */
  readonly rssi: number;
  /** Whether BlueZ knows it from before; otherwise it appears in a scan. */
  readonly isKnown: boolean;
  readonly hasAlert: boolean;
  readonly hasButton: boolean;
  /** `gatt`: as a service; `mute`: as one that can only be read; `plugin`: kept by BlueZ, which shows a property instead. */
  readonly battery: 'gatt' | 'mute' | 'plugin' | 'none';
}

/** A key finder as they are sold, known from before. */
export const keyFinder: TagSpec = {
  address: 'FF:FF:10:3A:5B:0C',
  name: 'iTAG',
  rssi: -58,
  isKnown: true,
  hasAlert: true,
  hasButton: true,
  battery: 'gatt',
};
