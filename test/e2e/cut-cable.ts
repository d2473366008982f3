import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServicedUnit } from '../../firmware/service/unit.ts';
import { type Choice, chooseStart } from '../../firmware/update/boot-choice.ts';
import type { ImageBank } from '../../firmware/update/image-bank.ts';
import { RecordKeeper } from '../../firmware/update/record-keeper.ts';
import { SlotBank } from '../../firmware/update/slot-bank.ts';
import { type FolderFlash, openFlash } from '../../hal/linux/flash.ts';
import { createSerial } from '../../hal/linux/serial.ts';
import type { Serial } from '../../hal/ports/serial.ts';
import { buildImage } from '../../protocol/image/build.ts';
import { parseVersion } from '../../protocol/image/version.ts';
import { readPassFile } from '../../tools/technician/pass-file.ts';
import { openPort } from '../../tools/technician/port.ts';
import { Visit } from '../../tools/technician/visit.ts';
import { techWords } from '../../tools/technician/words.ts';
import { findCable } from '../contract/cable.ts';
import { passText, TestUnit } from '../unit/cli/tech-bench.ts';
import { realStamp, serve } from '../unit/firmware/service/served.ts';
import { deviceClass, maker, sha256 } from '../unit/protocol/image-keys.ts';

export interface TestImage {
  readonly bytes: Uint8Array;
  readonly version: string;
  readonly hash: Uint8Array;
}

const trust = { sha256, keys: [maker.trusted], deviceClass };
const t = techWords.en;

export function imageWith(body: Uint8Array, version: string): TestImage {
  const number = parseVersion(version) ?? { major: 0, minor: 0, revision: 0, build: 0 };
  const bytes = buildImage({ body, version: number, securityCounter: 1, deviceClass }, maker.signer);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const signed = bytes.subarray(0, view.getUint16(8, true) + view.getUint32(12, true) + view.getUint16(10, true));
  return { bytes, version, hash: sha256(signed) };
}

/** A unit with real slots in files, at the end of a cable that is pulled at given bytes, and a laptop. */
export class CutCable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'dosis-cut-'));
  readonly #flash: FolderFlash = openFlash(join(this.#folder, 'flash'));
  readonly #cable = findCable();
  readonly #unit = new TestUnit();
  readonly #serial: Serial;
  #bank: SlotBank;
  /** Where the cable is pulled, counted in bytes that came to the unit; ascending. */
  readonly #cuts: number[];
  #came = 0;
  #pulled = false;
  #reached = 0;
  pulls = 0;
  /** Where the transfer went on after each interruption, and how far it had come before. */
  readonly goings: { readonly from: number; readonly reached: number }[] = [];

  /** @param first runs already */
  constructor(first: TestImage, cuts: readonly number[]) {
    this.#cuts = [...cuts];
    this.#unit.state = { ...this.#unit.state, deviceClass, faults: [] };
    this.#serial = createSerial({ path: this.#cable.device, reopenMsMin: 5, reopenMsMax: 20 });
    this.#bank = this.#bankOf(false);
    this.#bank.begin({ bytes: first.bytes.length, sha256: sha256(first.bytes) });
    this.#bank.write(0, first.bytes);
    this.#bank.test(first.hash);
    this.#bank.prepareRestart();
    this.#begin();
  }

  async lay(): Promise<void> {
    await this.#cable.plug();
    const { facts, ...unit } = this.#unit;
    const served = serve(this.#served({ ...unit, facts }), this.#pullable(), realStamp(Date.now()));
    this.#unit.onRestart = () => {
      this.#begin();
      served.restart();
    };
    this.#serial.open();
  }

  /** @returns what it took on the wire, in bytes */
  async visited(work: (visit: Visit) => Promise<void>): Promise<number> {
    const pace = { reopenMsMin: 5, reopenMsMax: 20 };
    const { client, reopen, close } = await openPort(t, this.#cable.laptop, pace);
    const pass = () => readPassFile(passText());
    const { signal } = new AbortController();
    const visit = new Visit({ t, client, reopen, pass, hasPass: true, signal, nowMs: Date.now });
    try {
      await work(visit);
      return client.traffic.sentBytes;
    } finally {
      close();
    }
  }

  get running() {
    return this.#bank.images().find(({ active }) => active);
  }

  async remove(): Promise<void> {
    this.#serial.close();
    await this.#cable.remove();
    this.#flash.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #served(unit: Omit<ServicedUnit, 'images' | 'restart'>): ServicedUnit {
    const bank = () => this.#bank;
    const images: ImageBank = {
      images: () => bank().images(),
      begin: (file) => {
        const begun = bank().begin(file);
        if (begun.ok && this.pulls > this.goings.length)
          this.goings.push({ from: begun.value.offset, reached: this.#reached });
        return begun;
      },
      write: (offset, data) => {
        const written = bank().write(offset, data);
        if (written.ok) this.#reached = written.value.offset;
        return written;
      },
      test: (hash) => bank().test(hash),
      confirm: (hash) => bank().confirm(hash),
      erase: () => bank().erase(),
      prepareRestart: () => bank().prepareRestart(),
    };
    const restart = () => {
      images.prepareRestart();
      setImmediate(this.#unit.onRestart);
      this.#unit.state = { ...this.#unit.state, boot: this.#unit.state.boot + 1 };
      return null;
    };
    return { ...unit, images, restart };
  }

  /** What the loader does, and then the firmware that it starts. */
  #begin(): void {
    const choice: Choice = { flash: this.#flash, keeper: this.#keeper, trust, note: () => undefined };
    if (chooseStart(choice) === null) throw new Error('no image of the test can be started');
    this.#bank = this.#bankOf(true);
    this.#bank.confirm(null);
  }

  get #keeper(): RecordKeeper {
    return new RecordKeeper(this.#flash, sha256);
  }

  #bankOf(running: boolean): SlotBank {
    return new SlotBank({ flash: this.#flash, keeper: this.#keeper, trust, running, mayRestart: () => true });
  }

  /** Whatever comes after the byte at which the cable is pulled is lost. */
  #pullable(): Serial {
    const serial = this.#serial;
    return {
      ...serial,
      listen: (listener) =>
        serial.listen((event) => {
          if (event.type === 'serial.opened') this.#pulled = false;
          if (event.type !== 'serial.received') return listener(event);
          if (this.#pulled) return;
          const [cut = Number.POSITIVE_INFINITY] = this.#cuts;
          const bytes = event.bytes.subarray(0, Math.max(0, cut - this.#came));
          this.#came += bytes.length;
          listener({ type: 'serial.received', bytes });
          if (this.#came === cut) this.#pull();
        }),
    };
  }

  #pull(): void {
    this.#cuts.shift();
    this.#pulled = true;
    this.pulls += 1;
    void this.#cable.unplug().then(() => this.#cable.plug());
  }
}
