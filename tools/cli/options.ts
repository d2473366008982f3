import { InvalidArgumentError } from 'commander';

export const PORT_MAX = 65_535;

/** Reads a TCP port; 0 lets the system choose one. */
export function readPort(text: string): number {
  const port = Number(text);
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > PORT_MAX) {
    throw new InvalidArgumentError(`A port is a whole number from 0 to ${PORT_MAX}; 0 lets the system choose.`);
  }
  return port;
}
