import { Temporal } from 'temporal-polyfill';
import type { SqlStatement, Store } from '../../hal/ports/store.ts';
import type { Signer } from '../../protocol/cose/sign1.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { type ConfigDocument, decodeConfig } from '../../protocol/messages/config.ts';
import { type DeviceEvent, decodeEvent } from '../../protocol/messages/event.ts';
import { type HandedDose, type HandedFate, type Handover, signHandover } from '../../protocol/messages/handover.ts';
import { ConfigStore } from './orders/config-store.ts';
import { OrderError } from './orders/order-error.ts';

/** What the centre can tell of a unit that is silent, to the one that takes its place. */
export interface MadeHandover {
  readonly says: Handover;
  readonly bytes: Uint8Array;
}

const MINUTE_S = 60;
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

/** Makes handovers from what units have reported. */
export class HandoverMaker {
  readonly #configs: ConfigStore;
  readonly #authority: HandoverAuthority;
  readonly #sql: Readonly<Record<'device' | 'place' | 'latest' | 'events' | 'presence', SqlStatement>>;

  constructor(store: Store, authority: HandoverAuthority) {
    this.#authority = authority;
    const sql = (text: string) => store.prepare(text);
    this.#configs = new ConfigStore(store);
    this.#sql = {
      device: sql('SELECT epoch, last_heard_ms FROM device WHERE id = ?'),
      // A unit that has only been set up is the one that comes, not the one that goes.
      place: sql(`SELECT id, epoch FROM stream WHERE device = ? ORDER BY EXISTS (
          SELECT 1 FROM event WHERE event.stream = stream.id
            AND (type LIKE 'dose.%' OR type IN ('stock.loaded', 'unit.tookOver'))) DESC, id DESC LIMIT 1`),
      latest: sql('SELECT max(seq) AS seq, max(received_ms) AS received_ms FROM event WHERE stream = ?'),
      events: sql(`SELECT bytes FROM event JOIN stream ON stream.id = event.stream
        WHERE device = ? AND type LIKE 'dose.%' AND event.received_ms > ? ORDER BY stream.id, seq`),
      presence: sql(`SELECT bytes FROM event JOIN stream ON stream.id = event.stream
        WHERE device = ? AND type = 'presence.changed' ORDER BY stream.id DESC, seq DESC LIMIT 1`),
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
    const says: Handover = {
      device,
      epoch: place.epoch as number,
      source: 'centre',
      at,
      lastSeq: (latest?.seq as number | null) ?? 0,
      doses: endedDoses(events, this.#document(device), at - BEHIND_S),
      ...this.#presence(device),
      ...lastDose(events),
      heir,
    };
    return { says, bytes: signHandover(says, signer) };
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

/** The doses that have come to an end, each with the window that it had; of one that has not, only the unit could speak. */
function endedDoses(events: readonly DeviceEvent[], document: ConfigDocument, afterS: number): HandedDose[] {
  const fates = new Map<string, Pick<HandedDose, 'slot' | 'date'> & { readonly fate: HandedFate | undefined }>();
  for (const event of events) {
    if (!('slot' in event) || event.slot === undefined || event.date === undefined) continue;
    const { slot, date } = event;
    const before = fates.get(`${slot}/${date}`)?.fate;
    fates.set(`${slot}/${date}`, { slot, date, fate: fateIn(event) ?? before });
  }
  return [...fates.values()]
    .flatMap(({ slot, date, fate }) => (fate === undefined ? [] : windowed(document, { slot, date, fate })))
    .filter(({ closesAt }) => closesAt > afterS)
    .sort((one, other) => one.opensAt - other.opensAt);
}

function windowed(
  { zone, regimen }: ConfigDocument,
  { slot, date, fate }: Pick<HandedDose, 'slot' | 'date' | 'fate'>,
): HandedDose[] {
  const planned = regimen.slots.find(({ id }) => id === slot);
  if (planned === undefined) return [];
  const { epochMilliseconds } = Temporal.PlainDate.from(date).toZonedDateTime({
    timeZone: zone,
    plainTime: Temporal.PlainTime.from(planned.at),
  });
  const dueAt = epochMilliseconds / 1000;
  const { beforeMinutes, afterMinutes, sachets = 1 } = planned;
  const [opensAt, closesAt] = [dueAt - beforeMinutes * MINUTE_S, dueAt + afterMinutes * MINUTE_S];
  return [{ slot, date, fate, opensAt, dueAt, closesAt, sachets }];
}

function fateIn(event: DeviceEvent): HandedFate | undefined {
  if (event.type === 'dose.settled') return event.fate;
  const [, name] = event.type.split('.');
  const ends: readonly HandedFate[] = ['taken', 'takenOut', 'retracted', 'missed', 'withheld'];
  return event.type.startsWith('dose.') ? ends.find((end) => end === name) : undefined;
}

/** From where the least interval between two doses runs. */
function lastDose(events: readonly DeviceEvent[]): Pick<Handover, 'lastDoseAt'> {
  const gave: ReadonlySet<DeviceEvent['type']> = new Set(['dose.released', 'dose.presented', 'dose.taken']);
  const instants = events.filter(({ type, suspect }) => gave.has(type) && suspect !== true).map(({ at }) => at);
  return instants.length === 0 ? {} : { lastDoseAt: Math.max(...instants) };
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
