import { type DeviceEvent, decodeEvent } from '../../protocol/messages/event.ts';
import { history } from '../../protocol/smp/commands/history.ts';
import { stat } from '../../protocol/smp/commands/stat.ts';
import type { LogRecord } from './log-file.ts';
import { faultsOf, type HeldImage, imagesOf, type NamedFault } from './portrait.ts';
import type { OpenSession } from './session.ts';
import type { UnitState, Visit } from './visit.ts';
import { type Zone, zoneOf } from './zone.ts';

/** A unit as it is at one moment. */
export interface LiveView {
  readonly state: UnitState;
  readonly faults: readonly NamedFault[];
  readonly images: readonly HeldImage[];
  readonly session: OpenSession;
  readonly counters: readonly CounterGroup[];
  /** The newest, oldest first. */
  readonly records: readonly LogRecord[];
  readonly zone: Zone;
}

export interface CounterGroup {
  readonly name: string;
  readonly fields: Readonly<Record<string, number>>;
}

/** More than fit on a screen. */
const RECORDS_SHOWN_MAX = 20;
/** Beyond every record: the answer then is the number of the last one alone. */
const AFTER_ALL = 0xffff_ffff;

/** Asks a unit for all that the screen shows. @throws as `Visit.granted` */
export async function lookLive(visit: Visit): Promise<LiveView> {
  const state = await visit.state();
  const session = (await visit.look()) ?? (await visit.enter());
  return {
    state,
    session,
    faults: await faultsOf(visit),
    images: await imagesOf(visit),
    counters: await countersOf(visit),
    records: await lastRecords(visit),
    zone: await zoneOf(visit),
  };
}

async function countersOf(visit: Visit): Promise<CounterGroup[]> {
  const { stat_list: names } = await visit.granted(stat.list, {});
  const groups: CounterGroup[] = [];
  for (const name of names) {
    const { fields } = await visit.granted(stat.data, { name });
    groups.push({ name, fields });
  }
  return groups;
}

async function lastRecords(visit: Visit): Promise<LogRecord[]> {
  const { last } = await visit.granted(history.records, { after: AFTER_ALL });
  const after = Math.max(0, last - RECORDS_SHOWN_MAX);
  const { records } = await visit.granted(history.records, { after });
  return records.map(({ seq, body }) => ({ seq, event: eventIn(body) }));
}

function eventIn(body: Uint8Array): DeviceEvent | undefined {
  try {
    return decodeEvent(body);
  } catch {
    return undefined;
  }
}
