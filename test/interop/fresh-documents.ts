import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import { createMqtt } from '../../hal/linux/mqtt.ts';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import { hexOf } from '../../protocol/cose/bytes.ts';
import { decodeEnrolment } from '../../protocol/messages/enrolment.ts';
import { encodeState } from '../../protocol/messages/state.ts';
import { topicOf } from '../../protocol/topics.ts';
import { readPassFile } from '../../tools/technician/pass-file.ts';
import { freePort, mosquittoKind } from '../contract/brokers.ts';
import { unitOptions } from '../contract/secure-home.ts';

const dosis = fileURLToPath(new URL('../../tools/cli/main.ts', import.meta.url));
const device = 'DD-0042';
const patient = { timeout: 60_000, interval: 100 };
export const noBroker = mosquittoKind.unavailable;

const plan = `profile: dual-roll
zone: Europe/Copenhagen
language: da
serviceNumber: "70 12 34 56"
regimen:
  slots:
    - { id: morgen, at: "08:00", beforeMinutes: 60, afterMinutes: 75 }
`;

/** What a centre makes at the command line and sends down the line of an enrolled unit. */
export interface FreshDocuments {
  readonly device: string;
  /** The centre's own. */
  readonly key: { readonly kid: string; readonly key: string };
  readonly pass: Uint8Array;
  readonly enrolment: Uint8Array;
  readonly config: Uint8Array;
  readonly command: Uint8Array;
  readonly ack: Uint8Array;
  remove(): Promise<void>;
}

export async function freshFromCli(): Promise<FreshDocuments> {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-fresh-'));
  const start = (...args: string[]) => spawn(process.execPath, [dosis, ...args], { cwd: folder });
  const [mqtts, http] = [String(await freePort()), String(await freePort())];
  await must(start('centre', 'init', '--home', 'home', '--port', mqtts));
  await must(start('centre', 'enrol', device, '--home', 'home', '--out', 'unit.enrolment'));
  await must(start('centre', 'pass', 'T-0001', '--home', 'home', '--role', 'technician', '--out', 'T-0001.pass'));
  const centre = start('centre', 'run', '--home', 'home', '--mosquitto', '--http-port', http);
  let said = '';
  for (const stream of [centre.stdout, centre.stderr]) stream.on('data', (text) => (said += text));
  await vi.waitFor(() => expect(said).toContain('connected to the broker'), patient);

  const enrolment = new Uint8Array(readFileSync(join(folder, 'unit.enrolment')));
  const { centreKeys, ...rest } = decodeEnrolment(enrolment);
  const unit = new ListeningUnit(createMqtt(unitOptions({ centreKeys, ...rest })));
  writeFileSync(join(folder, 'plan.yaml'), plan);
  const road = ['--home', 'home', '--centre', `http://127.0.0.1:${http}`];
  await must(start('centre', 'config', 'set', device, 'plan.yaml', ...road));
  unit.comeUp();
  await vi.waitFor(() => expect(unit.heard('down/config')).toBeDefined(), patient);
  await must(start('centre', 'send', device, 'message', 'Husk at drikke vand.', ...road));
  await vi.waitFor(() => expect(unit.heard('down/command')).toBeDefined(), patient);

  const [key] = centreKeys;
  return {
    device,
    key: { kid: hexOf(key?.kid ?? new Uint8Array()), key: hexOf(key?.key ?? new Uint8Array()) },
    pass: readPassFile(readFileSync(join(folder, 'T-0001.pass'), 'utf8')).pass,
    enrolment,
    config: unit.heard('down/config') as Uint8Array,
    command: unit.heard('down/command') as Uint8Array,
    ack: unit.heard('down/ack') as Uint8Array,
    async remove() {
      unit.leave();
      const ended = new Promise((resolve) => centre.once('close', resolve));
      centre.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function must(child: ChildProcess): Promise<void> {
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (out += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect({ code, out }).toMatchObject({ code: 0 });
}

/** Says that it is there, and keeps what it is told. */
class ListeningUnit {
  readonly #mqtt: Mqtt;
  readonly #heard = new Map<string, Uint8Array>();

  constructor(mqtt: Mqtt) {
    this.#mqtt = mqtt;
    mqtt.listen((event) => {
      if (event.type === 'mqtt.message') this.#heard.set(event.message.topic, event.message.payload);
      if (event.type === 'mqtt.connected') this.#bear();
    });
  }

  comeUp(): void {
    const will = { topic: topicOf(device, 'up/state'), payload: encodeState({ online: false, session: 1 }) };
    const subscriptions = (['down/ack', 'down/config', 'down/command'] as const).map((one) => topicOf(device, one));
    this.#mqtt.connect({ will, subscriptions });
  }

  heard(channel: 'down/ack' | 'down/config' | 'down/command'): Uint8Array | undefined {
    return this.#heard.get(topicOf(device, channel));
  }

  leave(): void {
    this.#mqtt.disconnect();
  }

  #bear(): void {
    const birth = { online: true, session: 1, epoch: 7, boot: 1, firmware: '0.1.0' } as const;
    const payload = encodeState({ ...birth, configVersion: 0, firstSeq: 1, lastSeq: 0 });
    this.#mqtt.publish(1, { topic: topicOf(device, 'up/state'), payload });
  }
}
