import type { KeyObject } from 'node:crypto';
import { createMqtt } from '../../../hal/linux/mqtt.ts';
import type { Mqtt, MqttEvent, MqttMessage } from '../../../hal/ports/mqtt.ts';
import type { Trust } from '../../../protocol/cose/sign1.ts';
import type { Command } from '../../../protocol/messages/command.ts';
import { type CommandAnswer, encodeCommandAnswer } from '../../../protocol/messages/command-answer.ts';
import { type ConfigReport, encodeConfigReport } from '../../../protocol/messages/config-report.ts';
import type { Presence } from '../../../protocol/messages/event.ts';
import { type Refusal, refusalFrom } from '../../../protocol/messages/refusal.ts';
import { openCommand, whyNotObeyed } from '../../../protocol/messages/signed-command.ts';
import { type ConfigInForce, documentHash, mayReplace, openConfig } from '../../../protocol/messages/signed-config.ts';
import { encodeState } from '../../../protocol/messages/state.ts';
import { topicOf } from '../../../protocol/topics.ts';
import { sha256, trust } from '../protocol/signing.ts';

/** What a unit does with a document that it may take. */
export type Temper =
  | 'applies'
  | 'silent'
  | { readonly refuses: readonly Refusal[] }
  | { readonly defers: readonly Refusal[] };

/** A unit as the protocol has it, without medicine: believes, judges and answers what the centre sends. */
export class ScriptedUnit {
  readonly device: string;
  readonly configs: Uint8Array[] = [];
  readonly commands: Uint8Array[] = [];
  readonly trust: Trust<KeyObject> = trust;
  temper: Temper = 'applies';
  /** The last word on each command; `silent` says nothing. */
  obeys: (command: Command) => Partial<CommandAnswer> | 'silent' = () => ({ status: 'done' });
  inForce: ConfigInForce | undefined;
  /** When its first document may have been signed at the earliest, epoch seconds. */
  firstFrom = 0;
  epoch = 7;
  presence: Presence = 'home';
  #session = 0;
  readonly #answers = new Map<number, Uint8Array>();
  #publish: (message: MqttMessage) => void = () => undefined;

  constructor(device: string) {
    this.device = device;
  }

  /** Hands messages to a function instead of a broker. */
  wire(publish: (message: MqttMessage) => void): void {
    this.#publish = publish;
  }

  /** Connects over MQTT; resolves when it has said that it is there. @returns how to leave */
  async connect(url: string): Promise<() => void> {
    const mqtt: Mqtt = createMqtt({ url, clientId: this.device });
    let id = 0;
    await new Promise<void>((resolve, reject) => {
      mqtt.listen((event: MqttEvent) => {
        if (event.type === 'mqtt.connected') resolve();
        if (event.type === 'mqtt.disconnected') reject(new Error(event.reason));
        if (event.type === 'mqtt.message') this.hear(event.message);
      });
      const will = { topic: topicOf(this.device, 'up/state'), payload: new Uint8Array(0) };
      const subscriptions = [topicOf(this.device, 'down/config'), topicOf(this.device, 'down/command')];
      mqtt.connect({ will, subscriptions });
    });
    this.wire((message) => {
      id += 1;
      mqtt.publish(id, message);
    });
    this.birth();
    return () => mqtt.disconnect();
  }

  /** @param fresh whether it has just connected */
  birth(fresh = true): void {
    this.#session += fresh ? 1 : 0;
    const payload = encodeState({
      ...{ online: true, session: this.#session, epoch: this.epoch, boot: 1, firmware: '0.1.0' },
      ...{ configVersion: this.inForce?.version ?? 0, firstSeq: 1, lastSeq: 0 },
    });
    this.#publish({ topic: topicOf(this.device, 'up/state'), payload });
  }

  hear({ topic, payload }: MqttMessage): void {
    if (topic === topicOf(this.device, 'down/config')) this.#config(payload);
    if (topic === topicOf(this.device, 'down/command')) this.#command(payload);
  }

  report(report: ConfigReport): void {
    this.#publish({ topic: topicOf(this.device, 'up/config'), payload: encodeConfigReport(report) });
  }

  #config(payload: Uint8Array): void {
    this.configs.push(payload);
    const { device, inForce, firstFrom } = this;
    const holder = { device, firstFrom, ...(inForce === undefined ? {} : { inForce }) };
    const left = this.inForce === undefined ? {} : { inForce: this.inForce };
    try {
      const envelope = openConfig(payload, this.trust);
      const { version } = envelope;
      const hash = documentHash(envelope.document, sha256);
      const verdict = mayReplace(holder, { envelope, hash });
      if (verdict.verdict === 'refused') {
        this.report({ status: 'rejected', version, hash, errors: [verdict.refusal], ...left });
      } else if (verdict.verdict === 'in-force' || this.temper === 'applies') {
        this.inForce = { version, hash };
        this.report({ status: 'applied', version, hash });
      } else if (this.temper !== 'silent') {
        const temper = this.temper;
        if ('refuses' in temper)
          this.report({ status: 'rejected', version, hash, errors: [...temper.refuses], ...left });
        else this.report({ status: 'deferred', version, hash, errors: [...temper.defers], ...left });
      }
    } catch (error) {
      const refusal = refusalFrom(error);
      if (refusal === undefined) throw error;
      this.report({ status: 'rejected', version: 0, hash: sha256(payload), errors: [refusal], ...left });
    }
  }

  #command(payload: Uint8Array): void {
    this.commands.push(payload);
    const { command, hash } = openCommand(payload, this.trust, sha256);
    const stored = this.#answers.get(command.id);
    if (stored !== undefined) return this.#answer(stored);
    const at = command.issuedAt;
    const refusal = whyNotObeyed(command, {
      ...{ device: this.device, epoch: this.epoch, presence: this.presence, firmware: '0.1.0' },
      ...{ configVersion: this.inForce?.version ?? 0, now: at, forgottenThrough: 0 },
    });
    const word = refusal === null ? this.obeys(command) : { status: 'refused' as const, errors: [refusal] };
    if (word === 'silent') return;
    const answer = encodeCommandAnswer({ id: command.id, hash, at, ...word } as CommandAnswer);
    if (word.status !== 'accepted') this.#answers.set(command.id, answer);
    this.#answer(answer);
  }

  #answer(payload: Uint8Array): void {
    this.#publish({ topic: topicOf(this.device, 'up/command'), payload });
  }
}
