import type { ByteSource } from '../domain/byte-source.ts';
import type { WantedLog } from '../domain/orders.ts';
import { logFile, type ReadLog } from '../ledger/log-file.ts';
import type { Ports } from './ports.ts';

/** What a command asks for, as it stands now. @throws Error when it cannot be read */
export function logAsked(wanted: WantedLog, log: ReadLog, { traceFile }: Pick<Ports, 'traceFile'>): ByteSource {
  if (wanted.source === 'log') return logFile(log, wanted);
  if (traceFile === undefined) throw new Error('The unit keeps no trace.');
  return traceFile(wanted.bytesMax);
}
