import type { SqlStatement, Store } from '../../hal/ports/store.ts';
import type { Signer } from '../../protocol/cose/sign1.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeCommand } from '../../protocol/messages/command.ts';
import { type ConfigDocument, decodeConfig } from '../../protocol/messages/config.ts';
import { type DeviceEvent, decodeEvent } from '../../protocol/messages/event.ts';
import { type HandedDose, type Handover, signHandover } from '../../protocol/messages/handover.ts';
import { clockSkewSecondsMax } from '../../protocol/messages/signed-limits.ts';
import { endedDoses, lastDose, type OpenTakeOut, perhapsAhead } from './handed-doses.ts';
import type { CommandState } from './orders/command-store.ts';
import { ConfigStore } from './orders/config-store.ts';
import { OrderError } from './orders/order-error.ts';

/** What the centre can tell of a unit that is silent, to the one that takes its place. */
export interface MadeHandover {
  readonly says: Handover;
  /** Doses that may have been given ahead for a journey. They are told as if they were: no dose is given twice. */
  readonly ahead: readonly HandedDose[];
  readonly bytes: Uint8Array;
}

const DAY_S = 86_400;
/** Doses of before that are over on every unit. */
const BEHIND_S = 4 * DAY_S;
/** As long as the longest journey whose doses were taken out ahead, and the time before it. */
const EVENTS_S = 70 * DAY_S;

/** Who speaks for units that are silent, and to whom. A centre that only listens has neither. */
export interface HandoverAuthority {
  readonly signer?: Signer;
  /** The attestation key id of the newest unit of that name. */
  readonly heirOf?: (device: string) => Uint8Array | undefined;
}

const NO_KEYS = {
  da: 'Denne central har ingen nøgler, så intet apparat ville tro den; start den med "dosis centre run --home MAPPE".',
  en: 'This centre has no keys, so no unit would believe it; start it with "dosis centre run --home FOLDER".',
};
const nobodyEnrolled = (device: string) => ({
  da: `Ingen er indskrevet som ${device}, så intet apparat kan overtage; indskriv det nye med "dosis centre renew ${device}".`,
  en: `Nobody is enrolled as ${device}, so no unit could take its place; enrol the new one with "dosis centre renew ${device}".`,
});

/** So long after its last word on a command a unit that was heard has told what came of it. */
const SETTLING_S = 300;
const OVER: ReadonlySet<CommandState> = new Set(['done', 'failed', 'expired']);

/** Makes handovers from what units have reported. */
export class HandoverMaker {
  readonly #configs: ConfigStore;
  readonly #authority: HandoverAuthority;
  readonly #sql: Readonly<Record<'device' | 'place' | 'latest' | 'events' | 'presence' | 'takeOuts', SqlStatement>>;

  constructor(store: Store, authority: HandoverAuthority) {
    this.#authority = authority;
    const sql = (text: string) => store.prepare(text);
    this.#configs = new ConfigStore(store);
    this.#sql = {
      device: sql('SELECT epoch, last_heard_ms FROM device WHERE id = ?'),
      // A unit that has only been set up is the one that comes, not the one that goes.
      place: sql(`SELECT stream.id, epoch FROM stream JOIN stream_line ON stream_line.id = stream.id
        WHERE device = ? ORDER BY EXISTS (
          SELECT 1 FROM event WHERE event.stream = stream.id
            AND (type LIKE 'dose.%' OR type IN ('stock.loaded', 'unit.tookOver'))) DESC, rank DESC, stream.id DESC LIMIT 1`),
      latest: sql('SELECT max(seq) AS seq, max(received_ms) AS received_ms FROM event WHERE stream = ?'),
      events: sql(`SELECT bytes FROM event JOIN stream ON stream.id = event.stream
        JOIN stream_line ON stream_line.id = stream.id
        WHERE device = ? AND type LIKE 'dose.%' AND event.received_ms > ? ORDER BY rank, stream.id, seq`),
      presence: sql(`SELECT bytes FROM event JOIN stream ON stream.id = event.stream
        JOIN stream_line ON stream_line.id = stream.id
        WHERE device = ? AND type = 'presence.changed' ORDER BY rank DESC, stream.id DESC, seq DESC LIMIT 1`),
      takeOuts: sql(`SELECT payload, made_ms, expires_s, state, (SELECT max(received_ms) FROM command_reply AS reply
          WHERE reply.device = command_order.device AND reply.command = command_order.id) AS replied_ms
        FROM command_order WHERE device = ? AND type = 'openTakeOut' AND sent_ms IS NOT NULL AND made_ms > ? ORDER BY id`),
    };
  }

  /** @throws OrderError, StoreError */
  make(device: string, nowMs: number): MadeHandover {
    const unit = this.#sql.device.get(device);
    const place = this.#sql.place.get(device);
    if (unit === undefined || place === undefined) {
      throw new OrderError('unknown', {
        da: `Denne central har aldrig hørt fra ${device}, så den kan intet fortælle om dets doser.`,
        en: `This centre has never heard of ${device}, so it can tell nothing of its doses.`,
      });
    }
    const latest = this.#sql.latest.get(place.id as number);
    const heardMs = unit.epoch === place.epoch ? unit.last_heard_ms : latest?.received_ms;
    const at = Math.floor(((heardMs as number | null) ?? 0) / 1000);
    const events = this.#sql.events.all(device, nowMs - EVENTS_S * 1000).flatMap((row) => eventIn(row.bytes));
    const { signer, heir } = this.#speaker(device);
    const document = this.#document(device);
    const ended = endedDoses(events, document);
    const ahead = perhapsAhead(this.#takeOuts(device, events, { nowMs, atS: at }), { ended, document });
    const says: Handover = {
      device,
      epoch: place.epoch as number,
      source: 'centre',
      at,
      lastSeq: (latest?.seq as number | null) ?? 0,
      doses: [...ended, ...ahead]
        .filter(({ closesAt }) => closesAt > at - BEHIND_S)
        .sort((one, other) => one.opensAt - other.opensAt),
      ...this.#presence(device),
      ...lastDose(events),
      heir,
      plan: document.version,
    };
    return { says, ahead, bytes: signHandover(says, signer) };
  }

  /** Asked for, and perhaps begun, with doses that nobody was told of. A unit that was heard since has told all. */
  #takeOuts(
    device: string,
    events: readonly DeviceEvent[],
    { nowMs, atS }: { readonly nowMs: number; readonly atS: number },
  ): OpenTakeOut[] {
    return this.#sql.takeOuts.all(device, nowMs - EVENTS_S * 1000).flatMap((row) => {
      const command = decodeCommand(row.payload as Uint8Array);
      const overS = row.replied_ms === null ? (row.expires_s as number) : (row.replied_ms as number) / 1000;
      const state = row.state as CommandState;
      const isOver = state === 'refused' || (OVER.has(state) && atS > overS + SETTLING_S);
      if (isOver || command.type !== 'openTakeOut') return [];
      // It is sent again until it is answered, and may have been heard the first time.
      const fromS = Math.floor((row.made_ms as number) / 1000);
      const told = events.filter((event) => isAlong(event) && event.at > fromS - clockSkewSecondsMax).length;
      return [{ fromS, doses: command.doses, told }];
    });
  }

  #speaker(device: string): { readonly signer: Signer; readonly heir: Uint8Array } {
    const { signer, heirOf } = this.#authority;
    const heir = heirOf?.(device);
    if (signer !== undefined && heir !== undefined) return { signer, heir };
    throw new OrderError('conflict', signer === undefined ? NO_KEYS : nobodyEnrolled(device));
  }

  #document(device: string): ConfigDocument {
    const inForce = this.#configs.byVersion(device, this.#configs.unit(device)?.version ?? 0);
    const order = inForce ?? this.#configs.wanted(device);
    if (order !== undefined) return decodeConfig(order.document);
    throw new OrderError('conflict', {
      da: `Denne central har ingen indstilling for ${device}, så den ved ikke, hvornår dets doser skal tages; lav en med "dosis centre config set ${device} FIL".`,
      en: `This centre has no configuration of ${device}, so it does not know when its doses are due; make one with "dosis centre config set ${device} FILE".`,
    });
  }

  #presence(device: string): Pick<Handover, 'presence' | 'until'> {
    const [event] = eventIn(this.#sql.presence.get(device)?.bytes);
    if (event?.type !== 'presence.changed') return { presence: 'home' };
    return { presence: event.presence, ...(event.until === undefined ? {} : { until: event.until }) };
  }
}

function eventIn(bytes: unknown): DeviceEvent[] {
  if (!(bytes instanceof Uint8Array)) return [];
  try {
    return [decodeEvent(bytes)];
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    return [];
  }
}

/** A unit without a cup sensor tells of it in another way. */
function isAlong(event: DeviceEvent): boolean {
  return event.type === 'dose.takenOut' || (event.type === 'dose.given' && event.ahead === true);
}
