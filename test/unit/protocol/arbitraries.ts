import fc from 'fast-check';
import { commandTypes } from '../../../protocol/messages/command-types.ts';
import type { ConfigDocument } from '../../../protocol/messages/config.ts';
import { languages, profiles, weekdays } from '../../../protocol/messages/config.ts';
import type { DeviceEvent, DeviceEventType } from '../../../protocol/messages/event.ts';
import {
  alarmCodes,
  powerSources,
  presences,
  releaseReasons,
  rolls,
  settlements,
  tagMisses,
} from '../../../protocol/messages/event.ts';
import { refusalCodes } from '../../../protocol/messages/refusal.ts';
import { serviceActs } from '../../../protocol/messages/service-acts.ts';

const uint32Max = 0xffff_ffff;
const uint32 = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: uint32Max }), fc.constant(uint32Max));
const positive = uint32.map((number) => Math.max(1, number));
const slotId = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,11}$/);
const civilDate = fc.nat(0xffff).map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
const roll = fc.constantFrom(...rolls);
const reason = fc.constantFrom(...releaseReasons);
const flag = fc.constant(true as const);
const refusalCode = fc.constantFrom(...refusalCodes);
const firmware = fc.stringMatching(/^[!-~]{1,32}$/);
const pass = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,23}$/);

const dose = { slot: slotId, date: civilDate };
const alarm = { code: fc.constantFrom(...alarmCodes), slot: slotId, date: civilDate };

interface Shape {
  readonly always: Readonly<Record<string, fc.Arbitrary<unknown>>>;
  readonly sometimes?: Readonly<Record<string, fc.Arbitrary<unknown>>>;
}

const shapes: Readonly<Record<DeviceEventType, Shape>> = {
  'dose.released': { always: { ...dose, roll } },
  'dose.presented': { always: dose },
  'dose.taken': { always: dose, sometimes: { late: flag, inferred: flag } },
  'dose.missed': { always: { ...dose, reason } },
  'dose.retracted': { always: dose },
  'dose.withheld': { always: { ...dose, reason } },
  'dose.takenOut': { always: dose },
  'dose.given': { always: dose, sometimes: { late: flag, ahead: flag } },
  'dose.uncertain': { always: { ...dose, reason } },
  'dose.settled': { always: { ...dose, fate: fc.constantFrom(...settlements) } },
  'sachet.swallowed': { always: { ...dose, roll } },
  'alarm.raised': { always: { code: alarm.code }, sometimes: { slot: alarm.slot, date: alarm.date } },
  'alarm.cleared': { always: { code: alarm.code }, sometimes: { slot: alarm.slot, date: alarm.date } },
  'presence.changed': { always: { presence: fc.constantFrom(...presences) }, sometimes: { until: uint32 } },
  'stock.loaded': { always: { roll, count: fc.nat(1000) } },
  'bin.emptied': { always: {} },
  'door.opened': { always: { authorised: fc.boolean() } },
  'door.closed': { always: {} },
  'device.started': { always: { boot: uint32, firmware } },
  'clock.suspected': { always: {} },
  'clock.trusted': { always: {} },
  'power.changed': { always: { source: fc.constantFrom(...powerSources), percent: fc.nat(100) } },
  'config.applied': { always: { version: positive } },
  'config.refused': { always: { code: refusalCode }, sometimes: { version: positive } },
  'command.obeyed': { always: { id: positive, command: fc.constantFrom(...commandTypes) } },
  'service.done': {
    always: { act: fc.constantFrom(...serviceActs) },
    sometimes: { pass, cutOff: flag },
  },
  'service.refused': { always: { act: fc.constantFrom(...serviceActs) }, sometimes: { pass, code: refusalCode } },
  'command.refused': { always: { code: refusalCode }, sometimes: { id: positive } },
  'unit.handedOver': { always: {} },
  'unit.tookOver': { always: { epoch: uint32, through: uint32 } },
  'reminder.heard': { always: dose },
  'reminder.unreached': { always: { ...dose, why: fc.constantFrom(...tagMisses) } },
  'update.ended': { always: { id: positive, firmware }, sometimes: { code: refusalCode } },
};

function build(always: Shape['always'], sometimes: Shape['sometimes'] = {}): fc.Arbitrary<unknown> {
  const required = Object.keys(always);
  return fc.record({ ...always, ...sometimes }, { requiredKeys: required, noNullPrototype: true });
}

export const eventTypes = Object.keys(shapes) as readonly DeviceEventType[];

export function eventOf(type: DeviceEventType): fc.Arbitrary<DeviceEvent> {
  const { always, sometimes } = shapes[type];
  return build(
    { type: fc.constant(type), seq: positive, at: uint32, ...always },
    { suspect: flag, ...sometimes },
  ) as fc.Arbitrary<DeviceEvent>;
}

export const anyEvent = fc.oneof(...eventTypes.map(eventOf));

const timeOfDay = fc.nat(1439).map((minute) => new Date(minute * 60_000).toISOString().slice(11, 16));

const slot = build(
  {
    id: slotId,
    at: timeOfDay,
    beforeMinutes: fc.nat(720),
    afterMinutes: fc.integer({ min: 1, max: 720 }),
  },
  { days: fc.subarray([...weekdays], { minLength: 1 }), sachets: fc.integer({ min: 1, max: 8 }), roll },
);

const reminder = build({
  firmAfterMinutes: fc.nat(720),
  urgentAfterMinutes: fc.nat(720),
  lastCallMinutes: fc.nat(720),
  repeatMinutes: fc.integer({ min: 1, max: 120 }),
});

const dailyMessage = build(
  { id: slotId, at: timeOfDay, text: fc.constantFrom('Husk at drikke vand.', 'Åbn vinduet, når du står op.', '💧') },
  { days: fc.subarray([...weekdays], { minLength: 1 }) },
);

export const anyConfig = build(
  {
    version: positive,
    profile: fc.constantFrom(...profiles),
    zone: fc.constantFrom('Europe/Copenhagen', 'UTC', 'Etc/GMT+2', 'America/Argentina/Buenos_Aires'),
    language: fc.constantFrom(...languages),
    serviceNumber: fc.stringMatching(/^[ -~]{1,20}$/),
    regimen: build(
      { slots: fc.array(slot, { minLength: 1, maxLength: 24, size: 'max' }) },
      { minIntervalMinutes: fc.nat(1440), prescription: uint32 },
    ),
  },
  {
    reminder,
    presentMinutes: fc.integer({ min: 1, max: 240 }),
    takeOutDosesMax: fc.nat(200),
    quietMinutes: fc.nat(120),
    messages: fc.array(dailyMessage, { minLength: 1, maxLength: 8 }),
    contacts: fc.array(fc.stringMatching(/^[A-Za-z0-9-]{1,24}$/), { minLength: 1, maxLength: 8 }),
  },
) as fc.Arbitrary<ConfigDocument>;
