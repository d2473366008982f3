import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { createSerial } from '../../../hal/linux/serial.ts';
import type { Serial } from '../../../hal/ports/serial.ts';
import { signTechnicianPass, type TechnicianPass } from '../../../protocol/messages/technician-pass.ts';
import { runCommandLine } from '../../../tools/cli/program.ts';
import { techCommand } from '../../../tools/cli/tech.ts';
import { passFile } from '../../../tools/technician/pass-file.ts';
import { findCable } from '../../contract/cable.ts';
import { NotedUnit } from '../firmware/service/bench.ts';
import { type Served, serve } from '../firmware/service/served.ts';
import { centre } from '../protocol/signing.ts';

const PUBLIC_KEY_AT = 12;
const entries = [{ name: 'tech', summary: '', load: async () => techCommand() }];

/** How a command line ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A pass file with a key of its own, as `dosis centre pass` writes it. */
export function passText(changes: Partial<TechnicianPass> = {}, signer = centre): string {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_KEY_AT));
  const nowS = Math.floor(Date.now() / 1000);
  const fields = { id: 'T-17', role: 'technician', key, notBefore: nowS - 60, expiresAt: nowS + 86_400 } as const;
  return passFile(
    ['For tests.'],
    signTechnicianPass({ ...fields, ...changes }, signer),
    privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  );
}

/** A unit in memory whose clock is ours. */
export class TestUnit extends NotedUnit {
  override believedMs = Date.now() - 86_400_000;
  /** What a granted restart does, once the answer has left. */
  onRestart: () => void = () => undefined;
}

/** A technician's laptop with a cable to a unit, and a folder for files. */
export class TechBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'dosis-tech-'));
  readonly cable = findCable();
  readonly unit: TestUnit;
  readonly pass: string;
  served: Served | undefined;
  /** Whether the unit believes its clock. */
  trusts = true;
  /** Whether what arrives at the unit is lost on its way. */
  lost: (bytes: Uint8Array) => boolean = () => false;
  /** Whether what the unit answers is. */
  unheard: () => boolean = () => false;

  constructor(unit = new TestUnit()) {
    this.unit = unit;
    this.pass = this.file('pass.pem', passText());
    onTestFinished(async () => {
      await this.cable.remove();
      rmSync(this.folder, { recursive: true });
    });
  }

  /** Lays the cable; with a unit at its other end, unless `alone`. */
  async lay({ alone = false } = {}): Promise<this> {
    await this.cable.plug();
    if (alone) return this;
    const serial = createSerial({ path: this.cable.device, reopenMsMin: 10, reopenMsMax: 50 });
    onTestFinished(() => serial.close());
    const startMs = performance.now();
    this.served = serve(this.unit, this.#lossy(serial), () => ({
      wallMs: Date.now(),
      monoMs: Math.round(performance.now() - startMs),
      trusted: this.trusts,
    }));
    serial.open();
    return this;
  }

  #lossy(serial: Serial): Serial {
    const listen: Serial['listen'] = (listener) =>
      serial.listen((event) => {
        if (event.type !== 'serial.received' || !this.lost(event.bytes)) listener(event);
      });
    return { ...serial, listen, write: (bytes) => this.unheard() || serial.write(bytes) };
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  file(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** `dosis tech …` at this cable, with the pass. */
  tech(...args: readonly string[]): Promise<Ran> {
    return run(...args, '--port', this.cable.laptop, '--pass', this.pass);
  }

  /** The same without a pass. */
  stranger(...args: readonly string[]): Promise<Ran> {
    return run(...args, '--port', this.cable.laptop);
  }

  /** What `--json` prints. */
  async json(...args: readonly string[]): Promise<unknown> {
    return JSON.parse((await this.tech(...args, '--json')).out);
  }
}

/** One line of `dosis tech` in this process, with all that it writes. */
export async function run(...args: readonly string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const told = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
  try {
    process.exitCode = undefined;
    await runCommandLine(['tech', ...args], entries);
    return { code: Number(process.exitCode ?? 0), out, err };
  } finally {
    process.exitCode = undefined;
    written.mockRestore();
    told.mockRestore();
  }
}
