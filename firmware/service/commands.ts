import { enumerationHandlers } from './commands/enumeration.ts';
import { FileService } from './commands/fs.ts';
import { HandoverService } from './commands/handover.ts';
import { ImageService } from './commands/image.ts';
import { clockHandlers, osHandlers } from './commands/os.ts';
import {
  factHandlers,
  faultHandlers,
  fillingHandlers,
  historyHandlers,
  provisioningHandlers,
  selfTestHandlers,
} from './commands/own.ts';
import { sessionHandlers } from './commands/session.ts';
import { settingsReader, settingsWriters } from './commands/settings.ts';
import { statHandlers } from './commands/stat.ts';
import { tagHandlers } from './commands/tag.ts';
import type { Handler } from './exchange.ts';
import type { SessionGate } from './session-gate.ts';
import type { ServicedUnit } from './unit.ts';

/** What a server lends to the commands about itself. */
export interface CableEnd {
  readonly gate: SessionGate;
  /** What came in since the start, and what of it was no request. */
  readonly counters: () => Readonly<Record<string, number>>;
}

/** All that a server answers. */
export interface Commands {
  readonly handlers: readonly Handler[];
  /** Lets go of what a session began and another must not go on with. */
  forget(): void;
}

/** Whatever a unit is: what it says of itself, who may in, and its images. */
function commandsOfAll({ gate }: CableEnd, images: ImageService, all: () => readonly Handler[]): readonly Handler[] {
  return [...osHandlers, ...images.handlers, ...enumerationHandlers(all), ...sessionHandlers(gate), ...factHandlers];
}

/** Of a unit on which no firmware runs: enough to see what is wrong and to put firmware in. */
export function commandsWithoutFirmware(end: CableEnd): Commands {
  const images = new ImageService();
  const handlers: readonly Handler[] = [
    ...commandsOfAll(end, images, () => handlers),
    // Why the image bank refused last.
    settingsReader(() => images.refusal),
  ];
  return { handlers, forget: () => {} };
}

/** Of a unit whose firmware runs. */
export function commandsOf(unit: ServicedUnit): (end: CableEnd) => Commands {
  return (end) => {
    const images = new ImageService();
    const files = new FileService(unit);
    const handover = new HandoverService(unit);
    const config = () => unit.config;
    const handlers: readonly Handler[] = [
      ...commandsOfAll(end, images, () => handlers),
      ...clockHandlers(unit),
      ...statHandlers(unit, end.counters),
      settingsReader(() => images.refusal, config),
      ...settingsWriters(config),
      ...files.handlers,
      ...provisioningHandlers(unit),
      ...selfTestHandlers(unit),
      ...faultHandlers(unit),
      ...fillingHandlers(unit),
      ...historyHandlers(unit),
      ...tagHandlers(unit),
      ...handover.handlers,
    ];
    return {
      handlers,
      forget() {
        files.forget();
        handover.forget();
      },
    };
  };
}
