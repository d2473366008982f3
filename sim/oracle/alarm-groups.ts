/** Any of these tells that the mechanism needs a person. */
export const mechanismAlarms: readonly string[] = [
  'mechanism-jam',
  'mechanism-silent',
  'sensor-fault',
  'position-mismatch',
  'dose-uncertain',
  'stock-mismatch',
  'bin-full',
  'storage-fault',
];

/** Under these the unit has said that it does not know what its rolls hold. */
export const stockAlarms: readonly string[] = [
  ...mechanismAlarms,
  'medicine-changed',
  'internal-fault',
  'tamper',
  'stock-empty',
];

/** Under these a unit rightly offers nothing. */
export const lockingAlarms: readonly string[] = [
  ...mechanismAlarms,
  'medicine-changed',
  'door-left-open',
  'internal-fault',
  'tamper',
  'time-suspect',
  'battery-critical',
];
