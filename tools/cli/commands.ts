import type { Command } from 'commander';

export interface CommandEntry {
  readonly name: string;
  /** One line in `dosis --help`. */
  readonly summary: string;
  /** Brings in the command's module, only when it is the one asked for. */
  readonly load: () => Promise<Command>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'start',
    summary: 'a simulated dispenser in your browser, and its service centre',
    load: async () => (await import('./start.ts')).startCommand(),
  },
  {
    name: 'sim',
    summary: 'stories, soaks and replays in a simulated world that judges the device',
    load: async () => (await import('./sim.ts')).simCommand(),
  },
  {
    name: 'centre',
    summary: 'a service centre on its own',
    load: async () => (await import('./centre.ts')).centreCommand(),
  },
  {
    name: 'tech',
    summary: 'a technician with a laptop and a cable: look at a unit, set it up, flash it, mend it',
    load: async () => (await import('./tech.ts')).techCommand(),
  },
  {
    name: 'image',
    summary: 'firmware images: build, sign, inspect, verify',
    load: async () => (await import('./image.ts')).imageCommand(),
  },
  {
    name: 'device',
    summary: 'a whole unit on files, a real cable and a real line, with real electronics or virtual rolls',
    load: async () => (await import('./device.ts')).deviceCommand(),
  },
  {
    name: 'fleet',
    summary: 'many simulated units on one broker, and how soon the centre knows',
    load: async () => (await import('./fleet.ts')).fleetCommand(),
  },
  {
    name: 'bench',
    summary: 'speed, size and durability, each beside its ceiling',
    load: async () => (await import('./bench.ts')).benchCommand(),
  },
];
