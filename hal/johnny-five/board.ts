import type { Lock } from '../ports/lock.ts';
import type { Log } from '../ports/log.ts';
import type { Mechanism } from '../ports/mechanism.ts';
import type { Panel } from '../ports/panel.ts';
import type { Sensors } from '../ports/sensors.ts';
import type { Serial } from '../ports/serial.ts';
import type { PriorityOf } from '../signals/signals.ts';
import type { BoardFile } from './board-file.ts';
import { FiveLock } from './lock.ts';
import { FiveMechanism } from './mechanism.ts';
import type { LabelCamera } from './movements.ts';
import { FivePanel } from './panel.ts';
import { furnish } from './parts.ts';
import { FiveSensors } from './sensors.ts';
import { Sketch } from './sketch.ts';

/** As the microcontroller's UART is set. */
export const BAUD_RATE = 57_600;

/** A sketch that starts anew with its port has answered by then: a firmware that boots waits no longer, and hears of it later. */
export const ANSWER_MS_MAX = 3_000;

export interface BoardOptions {
  readonly file: BoardFile;
  /** The cable to the microcontroller, at `BAUD_RATE`. */
  readonly serial: Serial;
  readonly log: Log;
  /** Which alarm a picture shows; the lamp alone tells without it. */
  readonly priorityOf?: PriorityOf;
  /** On a unit that reads its sachets. */
  readonly camera?: LabelCamera;
}

/** The electronics of one unit as ports of the firmware. */
export interface FiveBoard {
  readonly mechanism: Mechanism;
  readonly sensors: Sensors;
  readonly panel: Panel;
  readonly lock: Lock;
  /** Whether the microcontroller answers and is set up, and what a firmware asks at boot is known. */
  readonly isReady: boolean;
  /** What of its parts a unit may lack. */
  readonly hasCupSensor: boolean;
  /** A movement is under way. */
  readonly isMoving: boolean;
  /** Something is under way that comes to its end by itself: a movement, its answer, a switch that has not rested for long. */
  readonly isBusy: boolean;
  /** Motors off, locked, dark, silent; nothing more is told. */
  close(): void;
}

/**
 * Opens the electronics. Nothing of it fails: what is not there does not answer, and is looked for until `close`.
 */
export function createBoard({ file, serial, log, camera, priorityOf = () => null }: BoardOptions): FiveBoard {
  const sensors = new FiveSensors(file, {
    look: (seen) => sketch.look(seen),
    isMeasured: () => sketch.isMeasured,
    known: () => mechanism.ready(),
  });
  const isReady = () => sketch.isReady && sensors.isKnown;
  const sketch: Sketch = new Sketch(
    { file, serial, log },
    {
      furnish(board) {
        const parts = furnish(board, file);
        sensors.furnished(parts);
        panel.furnished(parts.lamp);
        mechanism.furnished(parts);
      },
      ready(witness) {
        sensors.ready(witness);
        panel.ready();
        lock.ready();
        if (isReady()) mechanism.ready();
      },
      seen: (witness) => sensors.see(witness),
      lost() {
        sensors.lost();
        mechanism.lost();
      },
    },
  );
  const mechanism = new FiveMechanism({
    ...{ file, sketch, log, camera, isReady },
    cup: (witness) => sensors.cup(witness),
    isUpright: () => sensors.placement().upright,
  });
  const panel = new FivePanel(sketch, priorityOf);
  const lock = new FiveLock(sketch, log);
  sketch.open();
  return {
    mechanism,
    sensors,
    panel,
    lock,
    hasCupSensor: file.pins.cupSensor !== undefined,
    get isReady() {
      return isReady();
    },
    get isMoving() {
      return mechanism.isMoving;
    },
    get isBusy() {
      return mechanism.isMoving || mechanism.isAnswering || sensors.isSettling;
    },
    close() {
      lock.close();
      mechanism.stop();
      panel.close();
      sensors.close();
      sketch.close();
    },
  };
}
