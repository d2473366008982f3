import type { Host } from '../../../../firmware/host/host.ts';
import { mayRestart } from '../../../../firmware/host/may-restart.ts';
import { assembleUnit } from '../../../../firmware/unit/unit.ts';
import { chooseStart, revert } from '../../../../firmware/update/boot-choice.ts';
import type { ImageBank } from '../../../../firmware/update/image-bank.ts';
import { RecordKeeper } from '../../../../firmware/update/record-keeper.ts';
import { SlotBank } from '../../../../firmware/update/slot-bank.ts';
import type { MqttEvent } from '../../../../hal/ports/mqtt.ts';
import { versionText } from '../../../../protocol/image/version.ts';
import type { Command } from '../../../../protocol/messages/command.ts';
import { type CommandAnswer, decodeCommandAnswer } from '../../../../protocol/messages/command-answer.ts';
import { type DeviceEvent, decodeEvent } from '../../../../protocol/messages/event.ts';
import {
  decodeImageRequest,
  encodeImagePart,
  type ImagePart,
  type ImageRequest,
} from '../../../../protocol/messages/image-part.ts';
import { CrashPoints } from '../../../../sim/device/crash-points.ts';
import { SimFlash } from '../../../../sim/device/flash.ts';
import { Random } from '../../../../sim/kernel/random.ts';
import { CENTRE, sealed } from '../centre-desk.ts';
import { enrolment, TestVault } from '../recovery/recovery-bench.ts';
import { HOUR, labels, Rig, SECOND } from '../rig.ts';
import { hashOf, imageOf, sha256, trust, upload } from '../update/rig.ts';

const GRANT = { sessionPresent: false, receiveMaximum: 20, packetBytesMax: 65_536 };
export const DEVICE = 'DD-0042';

/** What becomes of the answer to one request: pieces in the order in which they arrive. */
export type Road = (part: ImagePart, request: ImageRequest, number: number) => readonly (ImagePart | Uint8Array)[];

/** What the new firmware does when it is tried; `never` when the loader cannot begin a trial. */
export type Trial = 'sound' | 'fails' | 'never';

/** A whole unit on a table, with a loader that does what the real one would, and a centre that has one image. */
export class AirRig {
  readonly rig: Rig;
  readonly flash = new SimFlash(new CrashPoints(), Random.stream(1, 'flash'), 64 * 1024 * 1024);
  readonly requests: ImageRequest[] = [];
  readonly requestedMs: number[] = [];
  /** The image that the centre has, if it has one. */
  file: Uint8Array | null = null;
  road: Road = (part) => [part];
  trial: Trial = 'sound';
  restarts = 0;
  host: Host | null = null;
  bank: ImageBank | null = null;
  firmware = '';
  grant = GRANT;
  /** The bank as the technician's cable sees it. */
  cable: ImageBank | null = null;
  readonly #vault = new TestVault({ ...enrolment, device: DEVICE, centreKeys: [CENTRE] });
  #published = 0;
  #asked = false;
  #ordered: Uint8Array | null = null;
  #online = false;

  static connected(at?: string): AirRig {
    const air = new AirRig(undefined, at);
    air.connect();
    return air;
  }

  constructor(running = imageOf('1.0.0'), at?: string) {
    this.rig = new Rig({ rolls: { A: labels('2026-11-20', 7) }, ...(at === undefined ? {} : { at }) });
    this.rig.cutPower();
    const { keeper } = this.#choice;
    this.flash.write('slot-a', 0, running);
    this.flash.sync('slot-a');
    keeper.save({ confirmed: { slot: 'a', hash: hashOf(running) }, counterMin: 1 });
    this.start();
  }

  get #choice() {
    return { flash: this.flash, keeper: new RecordKeeper(this.flash, sha256), trust, note: () => undefined };
  }

  /** The loader starts what is to start. */
  start(): void {
    const choice = this.#choice;
    const { candidate } = choice.keeper.current;
    if (this.trial === 'never' && candidate !== null)
      choice.keeper.save({ candidate: { ...candidate, phase: 'waiting' } });
    const start = chooseStart(choice);
    if (start === null) throw new Error('Nothing starts.');
    this.firmware = versionText(start.content.version);
    const bank = new SlotBank({
      ...{ flash: this.flash, keeper: choice.keeper, trust, running: true },
      mayRestart: () => mayRestart(this.host?.state),
    });
    this.bank = bank;
    const { host, serviced } = assembleUnit({
      ...{ firmware: this.firmware, images: bank, vault: this.#vault, ports: this.rig.ports, trace: null },
      ...{ machine: 'x64', deviceClass: { name: enrolment.deviceClass, id: trust.deviceClass }, serviceNumber: '' },
      mqttOf: () => this.rig.ports.mqtt,
      problemWith: () => undefined,
      restartSoon: () => {
        this.#asked = true;
      },
    });
    this.host = host;
    this.cable = serviced.images;
    this.rig.pass(SECOND);
    if (start.trial) this.#endTrial(bank);
  }

  #endTrial(bank: ImageBank): void {
    if (this.trial === 'sound') {
      if (!bank.confirm(null).ok) throw new Error('The trial was not confirmed.');
      return;
    }
    this.cut();
    revert(this.#choice, 'it crashed');
    this.start();
  }

  /** The power goes. */
  cut(): void {
    this.host?.stop();
    this.host = null;
    this.#online = false;
    this.rig.cutPower();
  }

  connect(): void {
    this.#online = true;
    this.hear({ type: 'mqtt.connected', grant: this.grant });
    // The centre sends what has no last word once more to a unit that has connected.
    if (this.#ordered !== null) this.tell('command', this.#ordered);
  }

  disconnect(): void {
    this.#online = false;
    this.hear({ type: 'mqtt.disconnected', reason: 'the line was cut' });
  }

  hear(event: MqttEvent): void {
    this.rig.hear(event);
  }

  /** Orders the update. @returns the command as it was signed, to be sent again */
  order(file: Uint8Array, changed: object = {}): Uint8Array {
    this.file = file;
    const issuedAt = Math.floor(this.rig.wallMs / 1000);
    const signed = sealed({
      ...{ type: 'update', id: 5, device: DEVICE, issuedAt, expiresAt: issuedAt + (24 * HOUR) / 1000 },
      ...{ expected: { epoch: 7, firmware: this.firmware }, image: sha256(file), imageBytes: file.length },
      ...{ firmware: versionOf(file), ...changed },
    } as Command);
    this.#ordered = signed;
    this.tell('command', signed);
    return signed;
  }

  tell(channel: string, payload: Uint8Array): void {
    this.hear({ type: 'mqtt.message', message: { topic: `d/${DEVICE}/down/${channel}`, payload } });
  }

  /** Time passes: the centre answers what is asked of it, and a restart that was asked for happens. */
  pass(ms: number, isOver: () => boolean = () => false): void {
    for (let passed = 0; passed < ms && !isOver(); passed += STEP_MS) {
      this.rig.pass(STEP_MS);
      if (this.#asked) this.restart();
      if (this.host !== null && !this.#online) continue;
      for (; this.#published < this.rig.published.length; this.#published += 1) this.#answer();
    }
  }

  restart(): void {
    this.#asked = false;
    this.restarts += 1;
    if (this.restarts > RESTARTS_MAX) throw new Error(`The unit has restarted ${this.restarts} times.`);
    this.cut();
    this.start();
    this.connect();
  }

  /** Until the command has its last word. */
  passToEnd(ms = HOUR): CommandAnswer | undefined {
    this.pass(ms, () => this.answer !== undefined && this.answer.status !== 'accepted');
    return this.answer;
  }

  get answer(): CommandAnswer | undefined {
    const told = this.rig.published.filter(({ topic }) => topic === `d/${DEVICE}/up/command`);
    const last = told.at(-1);
    return last && decodeCommandAnswer(last.payload);
  }

  /** Why the last answer is not what was asked for. */
  get refusal() {
    const { answer } = this;
    return answer !== undefined && 'errors' in answer ? { status: answer.status, ...answer.errors[0] } : answer;
  }

  /** All records of a kind, as the ledger has them. */
  recorded(prefix: string): readonly DeviceEvent[] {
    const rows = this.host?.ledger?.log.unsent(0, 1000) ?? [];
    return rows.map(({ body }) => decodeEvent(body)).filter(({ type }) => type.startsWith(prefix));
  }

  /** The confirmed image, and whether it runs. */
  get runs(): { version: string; confirmed: boolean } | undefined {
    const active = this.bank?.images().find((image) => image.active);
    return active && { version: active.version, confirmed: active.confirmed };
  }

  /** Sends a file over the cable, all of it or the first bytes. */
  sendOverCable(file: Uint8Array, bytes = file.length): void {
    if (this.cable === null) throw new Error('The unit is off.');
    if (bytes === file.length) upload(this.cable, file);
    else {
      this.cable.begin({ bytes: file.length, sha256: sha256(file) });
      this.cable.write(0, file.subarray(0, bytes));
    }
  }

  #answer(): void {
    const message = this.rig.published[this.#published];
    if (message?.topic !== `d/${DEVICE}/up/image`) return;
    const request = decodeImageRequest(message.payload);
    this.requests.push(request);
    this.requestedMs.push(this.rig.wallMs);
    const { image, offset, length } = request;
    const data = this.file?.slice(offset, offset + length);
    const part = { image, offset, ...(data === undefined ? {} : { data }) };
    for (const sent of this.road(part, request, this.requests.length)) {
      this.tell('image', sent instanceof Uint8Array ? sent : encodeImagePart(sent));
    }
  }
}

const STEP_MS = 50;
/** More than any update here needs: a unit that begins anew for ever ends the test. */
const RESTARTS_MAX = 10;

function versionOf(file: Uint8Array): string {
  const view = new DataView(file.buffer, file.byteOffset);
  const [major, minor] = [view.getUint8(20), view.getUint8(21)];
  return `${major}.${minor}.${view.getUint16(22, true)}`;
}
