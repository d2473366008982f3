import type { Log } from '../../ports/log.ts';
import type { Power, Sensors } from '../../ports/sensors.ts';
import { Complaint } from '../complaint.ts';
import { readPower } from './power.ts';

export interface PowerSensors extends Sensors {
  close(): void;
}

export interface PowerOptions {
  readonly log: Log;
  /** Another folder than the kernel's. */
  readonly folder?: string;
}

/** A plug that was pulled is told within this. */
const LOOKING_MS = 2_000;
/** A gauge that wavers between two values is no news. */
const RISE_TOLD_FROM = 2;

/**
 * A board's sensors with the power of the kernel's battery or UPS in place of its own. Where the kernel knows none, the
 * board's own goes on. A battery that stops telling is believed what it told last, and logged once.
 */
export function withPower(board: Sensors, { log, folder }: PowerOptions): PowerSensors {
  const complaint = new Complaint(log, 'The battery tells its charge again.');
  let told = readPower(folder);
  let listener: Parameters<Sensors['listen']>[0] = () => undefined;
  const look = (): void => {
    if (told === undefined) return;
    const now = readPower(folder);
    if (now === undefined) {
      complaint.make('The battery does not tell its charge any more. Check its cable.');
      return;
    }
    complaint.settle();
    if (!isNews(told, now)) return;
    told = now;
    listener({ type: 'power.changed', power: now });
  };
  const looking = setInterval(look, LOOKING_MS);
  looking.unref();
  return {
    listen(next) {
      listener = next;
      board.listen((event) => {
        if (event.type !== 'power.changed' || told === undefined) next(event);
      });
    },
    power: () => told ?? board.power(),
    door: () => board.door(),
    placement: () => board.placement(),
    close: () => clearInterval(looking),
  };
}

function isNews(told: Power, now: Power): boolean {
  const rise = now.batteryPercent - told.batteryPercent;
  return now.source !== told.source || rise < 0 || rise >= RISE_TOLD_FROM;
}
