import type { Lock } from '../../hal/ports/lock.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Mechanism } from '../../hal/ports/mechanism.ts';
import type { Panel } from '../../hal/ports/panel.ts';
import type { Sensors } from '../../hal/ports/sensors.ts';
import type { UnitFile } from './unit-file.ts';

/**
 * The electronics as ports of the firmware. A board that is not there, or no more, is looked for until `close`; none of
 * its ports throws for that: the mechanism is silent meanwhile, which the firmware notices itself.
 */
export interface UnitElectronics {
  readonly mechanism: Mechanism;
  readonly sensors: Sensors;
  readonly panel: Panel;
  readonly lock: Lock;
  readonly hasCupSensor: boolean;
  /** Done when what was asked last has left. */
  close(): void | Promise<void>;
}

export interface BoardWanted extends Pick<UnitFile, 'board' | 'port' | 'named'> {
  readonly log: Log;
}

/** Finds the electronics that a unit file names. @throws UsageError for a board that nobody knows */
export type ConnectBoard = (wanted: BoardWanted) => Promise<UnitElectronics>;
