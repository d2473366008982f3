import { createSerial, type SerialOptions } from '../../hal/linux/serial.ts';
import type { Serial } from '../../hal/ports/serial.ts';
import { UsageError } from '../cli/usage-error.ts';
import { SmpClient, type SmpClientOptions, SmpSilence } from './smp-client.ts';

export interface TechnicianPort {
  readonly client: SmpClient;
  close(): void;
}

export interface TechnicianPortOptions extends Omit<SerialOptions, 'path'>, SmpClientOptions {}

/**
 * A cable to a unit that answers, and has said how much it takes at once.
 * @throws UsageError when there is no such port, or nothing that speaks SMP behind it
 */
export async function openPort(path: string, options: TechnicianPortOptions = {}): Promise<TechnicianPort> {
  const serial = createSerial({ ...options, path });
  try {
    const client = await opened(serial, path, options);
    await client.greet();
    return { client, close: () => serial.close() };
  } catch (error) {
    serial.close();
    if (!(error instanceof SmpSilence)) throw error;
    throw new UsageError(
      `Nothing at ${path} answers as a unit does; check that the unit has power, and the cable and the speed.`,
      { cause: error },
    );
  }
}

function opened(serial: Serial, path: string, options: SmpClientOptions): Promise<SmpClient> {
  return new Promise((resolve, reject) => {
    const client = new SmpClient(serial, options, (event) => {
      if (event.type === 'serial.opened') resolve(client);
      if (event.type === 'serial.closed') {
        reject(
          new UsageError(
            `The port ${path} cannot be opened (${event.reason}); plug the cable in or name another port.`,
          ),
        );
      }
    });
    serial.open();
  });
}
