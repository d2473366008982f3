import { parentPort } from 'node:worker_threads';
import { type SoakYearOptions, soakYear } from './soak-year.ts';

/** Simulates one device-year for each message, on a core of its own. */
parentPort?.on('message', (options: SoakYearOptions) => parentPort?.postMessage(soakYear(options)));
