import { createHash } from 'node:crypto';
import type { Verdict } from '../../../firmware/service/unit.ts';
import { packBundle } from '../../../hal/linux/bundle.ts';
import { deviceClassId } from '../../../hal/linux/device-class.ts';
import { buildImage } from '../../../protocol/image/build.ts';
import { MemoryBank } from '../firmware/service/memory-bank.ts';
import { maker, trust } from '../protocol/image-keys.ts';
import { TechBench, TestUnit } from './tech-bench.ts';

const deviceClass = deviceClassId('dispenser');
const version = { major: 1, minor: 1, revision: 0, build: 0 };

/** An image with a program of some size that no compression makes smaller. */
export async function imageOf(
  changes: Partial<Parameters<typeof buildImage>[0]> = {},
  arch = 'arm64',
  signer = maker.signer,
  kind = 'dispenser',
) {
  const noise = new Uint8Array(createHash('shake256', { outputLength: 60_000 }).update('noise').digest());
  const body = await packBundle(
    { dosis: '0.1.0', class: kind, arch, entry: 'firmware.mjs', runtime: { nodeMajorMin: 24 } },
    [{ path: 'firmware.mjs', bytes: noise }],
  );
  return buildImage({ body, version, securityCounter: 7, deviceClass: deviceClassId(kind), ...changes }, signer);
}

/** A unit that restarts, runs an image on trial, and confirms it or goes back. */
export class FlashedUnit extends TestUnit {
  override readonly images = new MemoryBank({ ...trust, deviceClass });
  verdicts: Verdict[] = [];
  passesItsTest: boolean | null = true;

  constructor() {
    super();
    this.state = { ...this.state, deviceClass, faults: [] };
  }

  override restart = (force: boolean): Verdict => {
    const verdict = this.verdicts.shift() ?? null;
    this.deeds.push({ restart: force });
    if (verdict === null) setImmediate(() => this.onRestart());
    return verdict;
  };

  start(): void {
    this.images.restart();
    this.state = { ...this.state, boot: this.state.boot + 1 };
  }
}

/** A cable to such a unit, with what a restart does to it and to the server before it. */
export async function laidToFlash(unit = new FlashedUnit()) {
  const bench = await new TechBench(unit).lay();
  unit.onRestart = () => {
    unit.start();
    bench.served?.restart();
    if (unit.passesItsTest === true) unit.images.confirm(null);
    if (unit.passesItsTest === false) unit.start();
  };
  return { bench, unit };
}
