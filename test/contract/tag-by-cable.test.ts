import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tagOf } from '../../firmware/main.ts';
import { noImages } from '../../firmware/unit/no-images.ts';
import { servicedHost } from '../../firmware/unit/serviced-host.ts';
import { TriedSigns } from '../../firmware/unit/tried-signs.ts';
import { createTagPairing } from '../../hal/ble/pairing.ts';
import { createSerial } from '../../hal/linux/serial.ts';
import { openVault } from '../../hal/linux/vault.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Serial } from '../../hal/ports/serial.ts';
import type { TagPairing } from '../../hal/ports/tag-pairing.ts';
import type { Vault } from '../../hal/ports/vault.ts';
import { noDbus } from '../../sim/bluez/private-bus.ts';
import { Random } from '../../sim/kernel/random.ts';
import { passText, type Ran, run } from '../unit/cli/tech-bench.ts';
import { enrolment } from '../unit/firmware/recovery/recovery-bench.ts';
import { labels, Rig } from '../unit/firmware/rig.ts';
import { realStamp, type Served, serve } from '../unit/firmware/service/served.ts';
import { findCable, noSocat } from './cable.ts';
import { useTagRig } from './tag-rig.ts';

const near = { address: 'FF:FF:10:3A:5B:01', name: 'near', rssi: -40, isKnown: false };
const far = { address: 'FF:FF:10:3A:5B:02', name: 'far', rssi: -90, isKnown: false };
const missing = noDbus ?? noSocat;

if (missing !== undefined) {
  it.skipIf(process.env.CI !== 'true')(`a tag by the cable (${missing})`, () => expect.fail(missing));
}

/** A unit with a vault on a disk, on a table: at one end a technician's real cable, at the other a real D-Bus. */
class TaggedUnit {
  readonly folder = mkdtempSync(join(tmpdir(), 'dosis-tag-'));
  readonly vault: Vault = openVault(join(this.folder, 'vault'));
  readonly rig = new Rig({ at: '2026-11-20T06:00+01:00', rolls: { A: labels('2026-11-20', 3) } });
  readonly cable = findCable();
  readonly logged: string[] = [];
  /** The laptop has been told that this one calls. */
  onCalling: (address: string) => void = () => undefined;
  readonly log: Log = { write: (_level, text) => void this.logged.push(text) };
  #serial: Serial | undefined;
  #served: Served | undefined;

  async start(pairing: TagPairing | undefined): Promise<void> {
    await this.cable.plug();
    const serial = createSerial({ path: this.cable.device, reopenMsMin: 10, reopenMsMax: 50 });
    const { ports } = this.rig;
    const unit = servicedHost({
      ...{ host: () => this.rig.host, ports, vault: this.vault, images: noImages, trace: null },
      signs: new TriedSigns(ports.panel, ports.lock, ports.clock),
      enrolment: { ...enrolment, device: 'DD-0042' },
      ...{ firmware: '0.1.0', machine: 'arm64', serviceNumber: '', tagPairing: pairing },
      deviceClass: { name: 'dispenser', id: new Uint8Array(16) },
      problemWith: () => undefined,
      restartSoon: () => void setImmediate(() => this.#restart()),
    });
    const { tag } = unit;
    const facts: typeof tag.facts = () => {
      const told = tag.facts();
      if (told.calling !== undefined) this.onCalling(told.calling.address);
      return told;
    };
    const watched = { ...unit, tag: { facts, pair: tag.pair.bind(tag), forget: tag.forget.bind(tag) } };
    this.#served = serve(watched, serial, realStamp(Date.now()));
    this.#serial = serial;
    serial.open();
  }

  tech(...args: readonly string[]): Promise<Ran> {
    const pass = join(this.folder, 'pass.pem');
    writeFileSync(pass, passText());
    return run('tag', ...args, '--port', this.cable.laptop, '--pass', pass, '--lang', 'en');
  }

  tag() {
    return tagOf(this.vault, { entropy: Random.stream(1, 'tag'), log: this.log });
  }

  async stop(): Promise<void> {
    this.#serial?.close();
    await this.cable.remove();
    rmSync(this.folder, { recursive: true });
  }

  #restart(): void {
    this.rig.cutPower();
    this.rig.hasTag = this.tag() !== undefined;
    this.rig.boot();
    this.#served?.restart();
  }
}

describe.skipIf(missing !== undefined)('a pocket tag, paired by the cable', () => {
  const tags = useTagRig([near, far]);
  let unit: TaggedUnit;
  beforeEach(() => {
    unit = new TaggedUnit();
  });
  afterEach(() => unit.stop());

  /** Presses the button of whichever tag calls, as the laptop says. */
  const presser = (): void => {
    unit.onCalling = (address) => void tags().bluez.tell(`press 1 ${address}`);
  };
  const pairing = (): TagPairing => createTagPairing({ log: unit.log, scanMs: 20, pressMs: 60_000 });

  it('is found, pressed, kept over a restart, reached by the unit, and forgotten', async () => {
    presser();
    await unit.start(pairing());
    const paired = await unit.tech('pair');
    expect(paired).toMatchObject({
      code: 0,
      out: expect.stringContaining('The pocket tag is near (FF:FF:10:3A:5B:01).'),
    });
    expect(paired.err).toContain('There are several tags; choose another with --tag ADDRESS: far (FF:FF:10:3A:5B:02)');
    expect(paired.err).toContain('near (FF:FF:10:3A:5B:01) calls now: press its button');
    expect(unit.rig.host.state.chart.tag).toBe('silent');

    const told: string[] = [];
    const tag = unit.tag();
    tag?.listen(({ type }) => told.push(type));
    tag?.open();
    await vi.waitFor(() => expect(told).toContain('tag.near'), { timeout: 60_000 });
    await tag?.close();

    unit.rig.feel({ type: 'tag.near' });
    unit.rig.feel({ type: 'tag.battery', percent: 71 });
    expect(JSON.parse((await unit.tech('show', '--json')).out)).toEqual({
      tag: { address: near.address, name: 'near' },
      where: 'near',
      battery: 71,
    });
    expect((await unit.tech('forget')).out).toContain('The unit has no pocket tag any more.');
    expect(unit.rig.host.state.chart.tag).toBe('absent');
    expect(unit.tag()).toBeUndefined();
    expect(unit.rig.recorded('service.done').map(({ act }) => act)).toEqual(
      expect.arrayContaining(['tag-pair', 'tag-forget']),
    );
  });

  it('is the one that was asked for, and is kept while a dose keeps the unit from restarting', async () => {
    presser();
    await unit.start(pairing());
    unit.rig.until('2026-11-20T08:01+01:00');
    const paired = await unit.tech('pair', '--tag', far.address.toLowerCase());
    expect(paired).toMatchObject({ code: 0, out: expect.stringContaining('because a dose is under way') });
    expect(unit.tag()).toBeDefined();
    expect(unit.rig.host.state.chart.tag).toBe('absent');
  });

  it('is not paired, and the former one stays, when nobody presses or none is there', async () => {
    await unit.start(createTagPairing({ log: unit.log, scanMs: 20, pressMs: 50 }));
    unit.vault.write('tag', new TextEncoder().encode(`${far.address} far`));
    expect(await unit.tech('pair')).toMatchObject({
      code: 1,
      err: expect.stringContaining('its button was not heard'),
    });
    for (const { address } of [near, far]) await tags().bluez.tell(`range out ${address}`);
    expect(await unit.tech('pair')).toMatchObject({ code: 1, err: expect.stringContaining('no tag was seen') });
    expect((await unit.tech('show')).out).toContain('far (FF:FF:10:3A:5B:02)');
  });

  it('is refused in one sentence by a unit without Bluetooth', async () => {
    await unit.start(undefined);
    const { code, err } = await unit.tech('pair');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('The unit has no Bluetooth, so it can have no pocket tag.'),
    ]);
  });

  it('says that Bluetooth is off where it is', async () => {
    await unit.start(pairing());
    await tags().bluez.tell('power off');
    expect(await unit.tech('pair')).toMatchObject({ code: 1, err: expect.stringContaining('switched on') });
    expect(unit.logged.join()).toContain('The Bluetooth adapter is switched off.');
  });
});
