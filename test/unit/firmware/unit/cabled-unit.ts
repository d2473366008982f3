import type { ServicedUnit } from '../../../../firmware/service/unit.ts';
import { noImages } from '../../../../firmware/unit/no-images.ts';
import { servicedHost } from '../../../../firmware/unit/serviced-host.ts';
import { TriedSigns } from '../../../../firmware/unit/tried-signs.ts';
import { decodeJournal, type JournalEntry } from '../../../../protocol/messages/service-journal.ts';
import { enrolment, TestVault } from '../recovery/recovery-bench.ts';
import { type Rig, SECOND } from '../rig.ts';
import { Laptop } from '../service/bench.ts';

/** A unit with a ledger and a vault, and a technician's cable to it. */
export class CabledUnit {
  readonly rig: Rig;
  readonly vault = new TestVault();
  /** How often the journal was written to the medium. */
  written = 0;
  laptop: Laptop<ServicedUnit>;
  /** Granted restarts. */
  readonly restarts: string[] = [];

  constructor(rig: Rig) {
    this.rig = rig;
    const { write } = this.vault;
    this.vault.write = (name, bytes) => {
      write(name, bytes);
      if (name === 'journal') this.written += 1;
    };
    this.laptop = this.#plugged();
  }

  get journal(): readonly JournalEntry[] {
    return decodeJournal(this.vault.files.get('journal') ?? Uint8Array.of(0x80));
  }

  /** What the journal holds, `settle T-17 morning/2026-11-20 taken`. */
  get acts(): readonly string[] {
    return this.journal.map(({ act, pass, detail, end }) => [act, end, pass, detail].filter(Boolean).join(' '));
  }

  /** What the centre is told of the cable. */
  get told(): Readonly<Record<string, unknown>>[] {
    return this.rig.recorded('service.');
  }

  /** Time passes for both. */
  pass(ms: number): void {
    this.rig.pass(ms);
    this.laptop.stamp = { ...this.laptop.stamp, wallMs: this.rig.wallMs, monoMs: this.laptop.stamp.monoMs + ms };
  }

  /** The power goes and comes back. */
  restart(): void {
    this.rig.cutPower();
    this.rig.boot();
    this.laptop = this.#plugged();
  }

  #plugged(): Laptop<ServicedUnit> {
    const { ports } = this.rig;
    const unit = servicedHost({
      ...{ host: () => this.rig.host, ports, vault: this.vault, images: noImages, trace: null },
      signs: new TriedSigns(ports.panel, ports.lock, ports.clock),
      enrolment: { ...enrolment, device: 'DD-0042' },
      ...{ firmware: '0.1.0', machine: 'arm64', serviceNumber: '' },
      deviceClass: { name: 'dispenser', id: new Uint8Array(16) },
      problemWith: () => undefined,
      restartSoon: (reason) => this.restarts.push(reason),
    });
    const laptop = new Laptop(unit);
    laptop.stamp = { wallMs: this.rig.wallMs, monoMs: SECOND, trusted: true };
    laptop.restart();
    return laptop;
  }
}
