import { bootHost } from '../../firmware/host/host.ts';
import { provision } from '../../firmware/ledger/provision.ts';
import { traced } from '../../firmware/trace/tap.ts';
import type { BootFirmware } from '../device/unit.ts';
import type { UnitSpec } from '../device/unit-spec.ts';
import { Random } from '../kernel/random.ts';
import { simCentreKey } from '../world/centre-key.ts';
import { epochOf } from '../world/swap.ts';
import { World, type WorldOptions } from '../world/world.ts';

/** Where a trace goes, line by line. `of` names the run in the header. */
export interface TraceSink {
  readonly of: string;
  readonly write: (line: string) => void;
}

export interface MakeWorldOptions extends Omit<WorldOptions, 'boot'> {
  /** The real firmware without it. */
  readonly boot?: BootFirmware;
  /** Writes a trace that `dosis sim replay` can repeat. */
  readonly trace?: TraceSink | undefined;
}

/** Signs of life are half the work of an idle year and tell its judges nothing; a run at human speed wants them. */
const NO_SIGN_OF_LIFE_MS = Number.POSITIVE_INFINITY;

/** Boots the host of the real firmware, as `startUnit` does on a board, without cable, vault and images. */
export function realFirmware(
  { device, firmware, parts }: Pick<UnitSpec, 'device' | 'firmware' | 'parts'>,
  serviceNumber: string,
  aliveMs = NO_SIGN_OF_LIFE_MS,
): BootFirmware {
  return (ports, observe) =>
    bootHost({ device, firmware, parts, serviceNumber, aliveMs, centreKeys: [simCentreKey], ports, observe });
}

/** A world whose unit has just been provisioned and is about to start. */
export function makeWorld(options: MakeWorldOptions): World {
  const { spec, config, seed, startMs, trace } = options;
  const epoch = 1 + Random.stream(seed, 'epoch').below(0xffff_fffe);
  const firmware = options.boot ?? realFirmware(spec, config.serviceNumber);
  const boot = trace === undefined ? firmware : tracedTo(trace, options, firmware);
  const world = new World({ ...options, boot });
  provision(world.unit.store, { device: spec.device, config, atMs: startMs, epoch });
  return world;
}

function tracedTo({ of, write }: TraceSink, { spec, config }: MakeWorldOptions, boot: BootFirmware): BootFirmware {
  const { device, firmware, parts } = spec;
  const about = { of, device, firmware, parts, serviceNumber: config.serviceNumber, aliveMs: null };
  let epoch: number | undefined;
  let tracing = boot;
  return (ports, observe) => {
    const now = epochOf(ports.store);
    // A unit that takes another's place has a run of its own, which begins with its own ledger.
    if (now !== epoch) tracing = traced(boot, about, { write });
    epoch = now;
    return tracing(ports, observe);
  };
}
