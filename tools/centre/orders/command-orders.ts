import type { Signer } from '../../../protocol/cose/sign1.ts';
import { type Command, type CommandType, commandKind, encodeCommand } from '../../../protocol/messages/command.ts';
import { decodeConfig } from '../../../protocol/messages/config.ts';
import { signCommand } from '../../../protocol/messages/signed-command.ts';
import { commandSecondsMax, sha256Bytes } from '../../../protocol/messages/signed-limits.ts';
import { inspect } from '../../../protocol/wire/inspect.ts';
import { closingTime } from './closing-time.ts';
import { type CommandOrder, type CommandStore, commandIn } from './command-store.ts';
import type { ConfigStore } from './config-store.ts';
import type { Numbers } from './numbers.ts';
import { faultyOrder, OrderError } from './order-error.ts';
import type { Origin } from './origin.ts';
import { sha256 } from './sha256.ts';
import type { KnownUnit, UnitKnowledge } from './unit-knowledge.ts';
import { orderWords } from './words.ts';

/** What an operator asks of a unit. */
export interface WantedCommand extends Origin {
  readonly type: unknown;
  /** The fields of its own, as in messages/command.ts; hashes in hexadecimal, `closesAt` is found when it is left out. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Epoch seconds; without it what is usual for the type. */
  readonly expiresAt?: number;
}

export interface MadeCommand {
  readonly order: CommandOrder;
  readonly assumed: KnownUnit['assumed'];
}

/** How long a command of each type makes sense, in seconds. */
export const usualSeconds: Readonly<Record<CommandType, number>> = {
  openTakeOut: 3600,
  pause: 86_400,
  resume: 86_400,
  extendWindow: 3600,
  silence: 600,
  message: 12 * 3600,
  selfTest: 3600,
  sendLog: 86_400,
  restart: 3600,
  update: 7 * 86_400,
};

/** Commands that wait for their last word on one unit; more than that, nobody keeps in mind. */
export const OPEN_MAX = 32;

export interface CommandSurroundings {
  readonly commands: CommandStore;
  readonly configs: ConfigStore;
  readonly knowledge: UnitKnowledge;
  readonly numbers: Numbers;
  readonly signer: Signer;
}

/** Makes commands and signs them, with the state in which the unit was seen. Every method belongs inside a transaction. */
export class CommandOrders {
  readonly #around: CommandSurroundings;

  constructor(around: CommandSurroundings) {
    this.#around = around;
  }

  /** @throws OrderError */
  make(device: string, wanted: WantedCommand, nowMs: number): MadeCommand {
    const unit = this.#around.knowledge.of(device);
    if (unit === undefined) {
      throw new OrderError('conflict', {
        da: `Centralen kender intet til ${device} og kan ikke sige, hvordan den venter, at det står til; spørg igen, når apparatet har været forbundet.`,
        en: `The centre knows nothing of ${device}, so it cannot say in which state it expects it; ask again when the unit has connected once.`,
      });
    }
    if (unit.configVersion === 0 && (wanted.type === 'openTakeOut' || wanted.type === 'extendWindow')) {
      throw new OrderError('conflict', {
        da: `${device} har endnu ingen indstilling og derfor ingen doser; giv det en først.`,
        en: `${device} has no configuration yet, and so no doses; give it one first.`,
      });
    }
    if (this.#around.commands.open(device).length >= OPEN_MAX) {
      throw new OrderError('conflict', {
        da: `${OPEN_MAX} ordrer venter allerede på ${device}; prøv igen, når det har svaret.`,
        en: `${OPEN_MAX} commands wait for ${device} already; ask again when it has answered.`,
      });
    }
    const command = this.#command(device, unit, wanted, nowMs);
    const payload = encodeCommand(command);
    const { author, reason } = wanted;
    const { id, type, expiresAt: expiresS } = command;
    const signed = signCommand(command, this.#around.signer);
    this.#around.commands.add({
      ...{ device, id, type, payload, hash: sha256(payload), signed },
      ...{ author, reason, madeMs: nowMs, expiresS },
    });
    return {
      order: this.#around.commands.find(device, id) as CommandOrder,
      assumed: 'presence' in command.expected ? unit.assumed : [],
    };
  }

  #command(device: string, unit: KnownUnit, wanted: WantedCommand, nowMs: number): Command {
    const type = typeOf(wanted.type);
    const issuedAt = Math.floor(nowMs / 1000);
    const id = this.#around.numbers.next(this.#around.commands.highestId(device), nowMs);
    const fields = type === 'extendWindow' ? this.#withClosing(device, wanted.fields) : wanted.fields;
    const expiresAt = wanted.expiresAt ?? usualExpiry(type, fields, issuedAt);
    checkExpiry(expiresAt, issuedAt);
    const command = {
      ...fields,
      ...hashIn(type, fields),
      type,
      id,
      device,
      issuedAt,
      expiresAt,
      expected: expected(type, unit),
    };
    const problems = inspect(commandKind, command);
    if (problems.length > 0) throw faultyOrder(problems);
    return command as unknown as Command;
  }

  /** As the unit has it, by the configuration that it works from. */
  #withClosing(device: string, fields: WantedCommand['fields']): WantedCommand['fields'] {
    const { slot, date } = fields;
    if (typeof slot !== 'string' || typeof date !== 'string') return { closesAt: 0, ...fields };
    const before = this.#around.commands.latest(device).find((order) => extendsIt(order, slot, date));
    if (before !== undefined) {
      throw new OrderError('conflict', {
        da: `Tiden for ${slot} den ${date} er forlænget allerede (ordre ${before.id}: ${orderWords.da.commandStates[before.state]}).`,
        en: `The window of ${slot} on ${date} is extended already (command ${before.id}: ${orderWords.en.commandStates[before.state]}).`,
      });
    }
    if ('closesAt' in fields) return fields;
    const document = this.#inForce(device);
    if (document === undefined) {
      throw new OrderError('conflict', {
        da: `Centralen har ingen kopi af den indstilling, som ${device} kører efter, og ved derfor ikke, hvornår tiden udløber; giv det en ny.`,
        en: `This centre has no copy of the configuration that ${device} works from, so it does not know when the window closes; give it a new one.`,
      });
    }
    return { ...fields, closesAt: closingTime(decodeConfig(document), slot, date) };
  }

  #inForce(device: string): Uint8Array | undefined {
    const unit = this.#around.configs.unit(device);
    if (unit === undefined) return undefined;
    if (unit.hash !== null) return this.#around.configs.byHash(device, unit.hash)?.document;
    return this.#around.configs.byVersion(device, unit.version)?.document;
  }
}

const mayStand: ReadonlySet<CommandOrder['state']> = new Set(['made', 'sent', 'accepted', 'done', 'unanswered']);

function extendsIt(order: CommandOrder, slot: string, date: string): boolean {
  if (order.type !== 'extendWindow' || !mayStand.has(order.state)) return false;
  const command = commandIn(order);
  return command.type === 'extendWindow' && command.slot === slot && command.date === date;
}

function typeOf(type: unknown): CommandType {
  const known = Object.keys(usualSeconds) as CommandType[];
  const found = known.find((one) => one === type);
  if (found === undefined) {
    throw new OrderError('invalid', {
      da: `type skal være en af ${known.join(', ')}.`,
      en: `type must be one of ${known.join(', ')}.`,
    });
  }
  return found;
}

function expected(type: CommandType, { epoch, configVersion, presence, firmware }: KnownUnit): Record<string, unknown> {
  if (type === 'openTakeOut' || type === 'extendWindow') return { epoch, configVersion };
  if (type === 'pause' || type === 'resume') return { epoch, presence };
  return type === 'update' ? { epoch, firmware } : { epoch };
}

/** An extension is of no use when the window has closed. */
function usualExpiry(type: CommandType, { closesAt }: WantedCommand['fields'], issuedAt: number): number {
  const usual = issuedAt + usualSeconds[type];
  if (type !== 'extendWindow' || typeof closesAt !== 'number') return usual;
  if (closesAt <= issuedAt) {
    throw new OrderError('invalid', {
      da: 'Tiden er allerede udløbet og kan ikke forlænges.',
      en: 'The window has closed already; it cannot be extended.',
    });
  }
  return Math.min(closesAt, issuedAt + commandSecondsMax);
}

function checkExpiry(expiresAt: number, issuedAt: number): void {
  if (Number.isSafeInteger(expiresAt) && expiresAt > issuedAt && expiresAt - issuedAt <= commandSecondsMax) return;
  throw new OrderError('invalid', {
    da: `En ordre skal udløbe inden for ${commandSecondsMax / 86_400} dage og ikke før, den er givet.`,
    en: `A command must expire within ${commandSecondsMax / 86_400} days, and not before it is given.`,
  });
}

/** JSON has no bytes. */
function hashIn(type: CommandType, { image }: WantedCommand['fields']): { image?: Uint8Array } {
  if (type !== 'update' || typeof image !== 'string') return {};
  if (!/^[0-9a-f]+$/i.test(image) || image.length !== 2 * sha256Bytes) {
    throw new OrderError('invalid', {
      da: `image skal være en SHA-256 med ${2 * sha256Bytes} hexadecimale cifre.`,
      en: `image must be a SHA-256 of ${2 * sha256Bytes} hexadecimal digits.`,
    });
  }
  return { image: new Uint8Array(Buffer.from(image, 'hex')) };
}
