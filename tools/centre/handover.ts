import { Temporal } from 'temporal-polyfill';
import type { SqlStatement, Store } from '../../hal/ports/store.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { type ConfigDocument, decodeConfig } from '../../protocol/messages/config.ts';
import { type DeviceEvent, decodeEvent } from '../../protocol/messages/event.ts';
import { encodeHandover, type HandedDose, type HandedFate, type Handover } from '../../protocol/messages/handover.ts';
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

/** Makes handovers from what units have reported. */
export class HandoverMaker {
  readonly #configs: ConfigStore;
  readonly #sql: Readonly<Record<'device' | 'place' | 'latest' | 'events' | 'presence', SqlStatement>>;

  constructor(store: Store) {
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
      throw new OrderError('unknown', `This centre has never heard of ${device}, so it can tell nothing of its doses.`);
    }
    const latest = this.#sql.latest.get(place.id as number);
    const heardMs = unit.epoch === place.epoch ? unit.last_heard_ms : latest?.received_ms;
    const at = Math.floor(((heardMs as number | null) ?? 0) / 1000);
    const events = this.#sql.events.all(device, nowMs - EVENTS_S * 1000).flatMap((row) => eventIn(row.bytes));
    const says: Handover = {
      device,
      epoch: place.epoch as number,
      source: 'centre',
      at,
      lastSeq: (latest?.seq as number | null) ?? 0,
      doses: endedDoses(events, this.#document(device), at - BEHIND_S),
      ...this.#presence(device),
      ...lastDose(events),
    };
    return { says, bytes: encodeHandover(says) };
  }

  #document(device: string): ConfigDocument {
    const inForce = this.#configs.byVersion(device, this.#configs.unit(device)?.version ?? 0);
    const order = inForce ?? this.#configs.wanted(device);
    if (order !== undefined) return decodeConfig(order.document);
    throw new OrderError(
      'conflict',
      `This centre has no configuration of ${device}, so it does not know when its doses are due; make one with "dosis centre config set ${device} FILE".`,
    );
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
