import { sha256 } from '@noble/hashes/sha2.js';
import { keyPairOf } from '../../../hal/crypto/ed25519.ts';
import type { Signer } from '../../../protocol/cose/sign1.ts';
import type { Command } from '../../../protocol/messages/command.ts';
import { type CommandAnswer, decodeCommandAnswer } from '../../../protocol/messages/command-answer.ts';
import { type ConfigDocument, encodeConfig } from '../../../protocol/messages/config.ts';
import { type ConfigReport, decodeConfigReport } from '../../../protocol/messages/config-report.ts';
import { signCommand } from '../../../protocol/messages/signed-command.ts';
import { type ConfigOrder, documentHash, signConfig } from '../../../protocol/messages/signed-config.ts';
import type { Rig } from './rig.ts';

const pair = keyPairOf(new Uint8Array(32).fill(7));
const stranger = keyPairOf(new Uint8Array(32).fill(8));
const kid = new Uint8Array([1, 2, 3, 4]);

/** The key by which the unit knows its centre. */
export const CENTRE = { kid, key: pair.publicKey };
export const SIGNER: Signer = { kid, sign: pair.sign };
/** Somebody who says to be the centre. */
export const FORGER: Signer = { kid, sign: stranger.sign };

const GRANT = { sessionPresent: false, receiveMaximum: 20, packetBytesMax: 65_536 };

export function hashOf(document: ConfigDocument): Uint8Array {
  return documentHash(encodeConfig(document), sha256);
}

/** A document for the unit on the table, made from the one in force unless told. */
export function signed(document: ConfigDocument, order: Partial<ConfigOrder> = {}, signer = SIGNER): Uint8Array {
  return signConfig({ device: 'DD-0042', issuedAt: 1_795_150_000, document, ...order }, signer);
}

type WithoutHead<C> = C extends unknown ? Omit<C, 'device' | 'issuedAt' | 'expiresAt' | 'expected'> : never;

/** A command as the centre would send it to this unit now, valid for an hour. */
export function command(rig: Rig, asked: WithoutHead<Command>, changed: object = {}): Command {
  const issuedAt = Math.floor(rig.wallMs / 1000);
  const { memory } = rig.host.state;
  const expected = {
    openTakeOut: { epoch: 7, configVersion: memory?.settings.version },
    extendWindow: { epoch: 7, configVersion: memory?.settings.version },
    pause: { epoch: 7, presence: memory?.registers.presence.mode },
    resume: { epoch: 7, presence: memory?.registers.presence.mode },
    update: { epoch: 7, firmware: '0.1.0' },
  }[asked.type as string] ?? { epoch: 7 };
  return { device: 'DD-0042', issuedAt, expiresAt: issuedAt + 3600, expected, ...asked, ...changed } as Command;
}

export function sealed(asked: Command, signer = SIGNER): Uint8Array {
  return signCommand(asked, signer);
}

/** The centre at the other end of a rig's line. */
export class Desk {
  readonly #rig: Rig;

  constructor(rig: Rig) {
    this.#rig = rig;
    rig.hear({ type: 'mqtt.connected', grant: GRANT });
  }

  send(channel: 'config' | 'command', payload: Uint8Array): void {
    this.#rig.hear({ type: 'mqtt.message', message: { topic: `d/DD-0042/down/${channel}`, payload } });
  }

  get reports(): ConfigReport[] {
    return this.#published('config').map(decodeConfigReport);
  }

  get answers(): CommandAnswer[] {
    return this.#published('command').map(decodeCommandAnswer);
  }

  #published(channel: string): Uint8Array[] {
    return this.#rig.published.filter(({ topic }) => topic === `d/DD-0042/up/${channel}`).map(({ payload }) => payload);
  }
}
