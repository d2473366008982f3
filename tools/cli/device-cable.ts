import type { Log } from '../../hal/ports/log.ts';
import type { Serial } from '../../hal/ports/serial.ts';
import { portTrouble } from '../technician/port.ts';

/** A cable's port, and what has become of it at the start. */
export interface WatchedCable {
  readonly serial: Serial;
  /** Resolves with the first word of the port: null when it is open, else why it is not, and how that is mended. */
  readonly first: Promise<string | null>;
}

export interface CableTerms {
  readonly path: string;
  /** Where the path was given: an option, or the field of a file. */
  readonly named: string;
  readonly log: Log;
}

/** Whoever started the unit is told what becomes of its port: without a word it would seem to serve the cable. */
export function watchedCable(serial: Serial, { path, named, log }: CableTerms): WatchedCable {
  let begun = false;
  let open = false;
  let resolve: (trouble: string | null) => void = () => undefined;
  const first = new Promise<string | null>((done) => {
    resolve = done;
  });
  const note = (isOpen: boolean, trouble: string | null): void => {
    if (begun && isOpen !== open) {
      if (isOpen) log.write('info', `The cable at ${path} is there again.`);
      else log.write('warning', `The cable at ${path} is gone; it is looked for until it is there again.`);
    }
    begun = true;
    open = isOpen;
    resolve(trouble);
  };
  const listen: Serial['listen'] = (listener) =>
    serial.listen((event) => {
      if (event.type === 'serial.opened') note(true, null);
      if (event.type === 'serial.closed') note(false, unusable(`${named} names ${path}, which`, event.reason));
      listener(event);
    });
  return {
    serial: { listen, open: () => serial.open(), write: (bytes) => serial.write(bytes), close: () => serial.close() },
    first,
  };
}

/** What the system said of a port, and how that is mended; `named`: who asked for which port, up to “which”. */
export function unusable(named: string, reason: string): string {
  switch (portTrouble(reason)) {
    case 'missing':
      return `${named} does not exist; plug the cable in, or name another port.`;
    case 'forbidden':
      return `${named} you may not use; join the group dialout (sudo usermod -aG dialout ${userName()}), and log in again, or restart its service.`;
    case 'busy':
      return `${named} another program uses; end that one, or name another port.`;
    case 'noPort':
      return `${named} is no serial port but something else; name one such as /dev/ttyUSB0.`;
    case 'unusable':
      return `${named} cannot be used as a serial port (${reason.replace(/^Error:? /, '')}); name one that can.`;
  }
}

/** A service has a user of its own, whom the technician's shell does not know as $USER. */
function userName(): string {
  return process.env.USER ?? '$USER';
}
