import { assign, setup } from 'xstate';
import type { SelfTestPart } from '../../protocol/messages/command.ts';
import type { AlarmCode } from '../../protocol/messages/event.ts';
import { dosesTakenAlong } from '../domain/agenda.ts';
import { DAY_MS } from '../domain/civil-time.ts';
import { firstLeftover } from '../domain/leftovers.ts';
import { isBlocked } from '../domain/lockout.ts';
import { alarmKey, doseIn, isAlarmed, type Memory, openIntent } from '../domain/memory.ts';
import { sachetsLeft } from '../domain/stock.ts';
import { callLevel, UNSEEN_MS } from './call.ts';
import type { Stamp, StampedEvent } from './events.ts';
import { whyNotFed } from './in-place.ts';
import type { ReminderLevel } from './outputs.ts';
import * as configuration from './steps/configuration.ts';
import * as filling from './steps/filling.ts';
import * as handover from './steps/handover.ts';
import * as messages from './steps/messages.ts';
import * as movement from './steps/movement.ts';
import * as orders from './steps/orders.ts';
import * as people from './steps/people.ts';
import * as reminding from './steps/reminding.ts';
import * as schedule from './steps/schedule.ts';
import * as selfTest from './steps/self-test.ts';
import * as settlement from './steps/settlement.ts';
import * as tag from './steps/tag.ts';
import * as updating from './steps/updating.ts';
import * as watch from './steps/watch.ts';
import { hasTag, isAbsenceUnwritten, isTagForgotten, isUnreached, tagGoneAlarmMs, tagLevel } from './tag.ts';
import { type Context, NO_DECISION, stampOf, Turn, type Volatile } from './turn.ts';
import {
  BATTERY_PERCENT_CRITICAL,
  mayChangePlan,
  restOf,
  verdictOnPress,
  verdictOnTakeOut,
  whyNothingMoves,
} from './verdict.ts';

export interface Input {
  readonly memory: Memory;
  readonly volatile: Volatile;
  readonly boot: Stamp;
}

export function firstContext(input: Input): Context {
  return { ...input, decidedFor: null, decision: NO_DECISION };
}

interface Ask {
  readonly context: Context;
  readonly event: StampedEvent;
}

/** Nobody travels for longer; beyond it somebody has mistyped a year. */
const ABSENCE_MS_MAX = 366 * DAY_MS;

/** A guard: a question about memory, what is known while running, and the event's own time. */
const ask =
  (question: (memory: Memory, volatile: Volatile, stamp: Stamp, event: StampedEvent) => boolean) =>
  ({ context, event }: Ask): boolean =>
    question(context.memory, context.volatile, stampOf(context, event), event);

/** An action: a step of deciding. It changes the context only; nothing is performed in the chart. */
const act = (step: (turn: Turn) => void) =>
  assign<Context, StampedEvent, undefined, StampedEvent, never>(({ context, event }) => {
    const turn = new Turn(context, event);
    step(turn);
    return turn.context();
  });

const presence = (mode: Memory['registers']['presence']['mode']) =>
  ask((memory) => memory.registers.presence.mode === mode);
const calls = (level: ReminderLevel) => ask((memory, volatile, stamp) => callLevel(memory, volatile, stamp) === level);

function leftoverCanGo(memory: Memory, volatile: Volatile, stamp: Stamp): boolean {
  const leftover = firstLeftover(memory);
  if (leftover === null || whyNotFed(volatile, leftover.roll) !== null) return false;
  return whyNothingMoves(memory, volatile, stamp) === null;
}

function restComes(memory: Memory, volatile: Volatile, stamp: Stamp): boolean {
  return (restOf(memory, volatile, stamp)?.roll ?? null) !== null;
}

function restIsStuck(memory: Memory, volatile: Volatile, stamp: Stamp): boolean {
  const rest = restOf(memory, volatile, stamp);
  return rest !== null && rest.roll === null && !rest.waits;
}

function presentationOver(memory: Memory, volatile: Volatile, stamp: Stamp): boolean {
  const dose = doseIn(memory, 'presented');
  if (dose === null || !volatile.parts.cupSensor) return false;
  const { presentMs } = memory.settings;
  return (
    stamp.monoMs >= volatile.custodySinceMonoMs + presentMs ||
    (stamp.trusted && stamp.wallMs >= dose.changedMs + presentMs)
  );
}

function isToldUnheeded(memory: Memory): boolean {
  return memory.alarms.has(alarmKey('dose-not-taken', doseIn(memory, 'presented')?.key ?? null));
}

function hasItsPlace({ registers }: Memory): boolean {
  return registers.handedOver === null;
}

function isStockEmpty(memory: Memory): boolean {
  for (const roll of memory.rolls.values()) if (sachetsLeft(roll) > 0) return false;
  return true;
}

/** Alarms that the mains end, also when they came back while the unit was off. */
const POWER_ALARMS: readonly AlarmCode[] = ['mains-lost', 'battery-low', 'battery-critical'];

/** The vocabulary of the chart: every guard and action by the name the regions use. */
export const chart = setup({
  types: {
    context: {} as Context,
    events: {} as StampedEvent,
    input: {} as Input,
  },
  guards: {
    doseReleasable: ask((memory, volatile, stamp) => verdictOnPress(memory, volatile, stamp).release),
    takeOutAllowed: ask(
      (memory, volatile, stamp, event) =>
        event.type === 'takeOut.requested' &&
        event.doses >= 1 &&
        event.doses + dosesTakenAlong(memory, stamp.wallMs) <= memory.settings.takeOutDosesMax &&
        verdictOnTakeOut(memory, volatile, stamp).release,
    ),
    takeOutGoesOn: ask(
      (memory, volatile, stamp) => (volatile.takeOutLeft ?? 0) > 0 && verdictOnTakeOut(memory, volatile, stamp).release,
    ),
    takeOutUnderWay: ask((_memory, volatile) => volatile.takeOutLeft !== null),
    restComes: ask(restComes),
    restIsStuck: ask(restIsStuck),
    uncertain: ask((memory) => doseIn(memory, 'uncertain') !== null),
    faulty: ask((memory) => isBlocked(memory)),
    dosePresented: ask((memory) => doseIn(memory, 'presented') !== null),
    leftoverCanGo: ask(leftoverCanGo),
    somethingToDo: ask(
      (memory, volatile, stamp) =>
        doseIn(memory, 'uncertain') !== null ||
        isBlocked(memory) ||
        restComes(memory, volatile, stamp) ||
        restIsStuck(memory, volatile, stamp) ||
        leftoverCanGo(memory, volatile, stamp),
    ),
    faultIsOver: ask((memory) => !isBlocked(memory)),
    // A forced door is no service: it is a fault, and nobody may fill or settle through it.
    serviceOpen: ask((_memory, volatile) => volatile.door === 'opened'),
    forcedUntold: ask((memory, volatile) => volatile.door === 'forced' && !isAlarmed(memory, 'tamper')),
    movementOpen: ask((memory) => openIntent(memory) !== null),
    answersIntent: ask(
      (memory, _volatile, _stamp, event) => 'intent' in event && openIntent(memory)?.id === event.intent,
    ),
    moveOverdue: ask(
      (memory, volatile, stamp) => stamp.monoMs >= volatile.custodySinceMonoMs + memory.settings.profile.moveMsMax,
    ),
    canRetract: ask(
      (memory, volatile, stamp) =>
        memory.settings.profile.retracts &&
        presentationOver(memory, volatile, stamp) &&
        whyNothingMoves(memory, { ...volatile }, { ...stamp, trusted: true }) === null,
    ),
    // Nobody sees when the cup is emptied, so it is pointed to for a while, and that is all.
    shownLongEnough: ask(
      (memory, volatile, stamp) =>
        !volatile.parts.cupSensor &&
        doseIn(memory, 'presented') !== null &&
        stamp.monoMs >= volatile.custodySinceMonoMs + UNSEEN_MS,
    ),
    leftUnheeded: ask(
      (memory, volatile, stamp) => presentationOver(memory, volatile, stamp) && !isToldUnheeded(memory),
    ),
    planMayChange: ask((memory, _volatile, stamp) => mayChangePlan(memory, stamp)),
    nothingUnderWay: ask(
      (memory) => openIntent(memory) === null && !UNDER_WAY.some((fate) => doseIn(memory, fate) !== null),
    ),
    nothingInDoubt: ask(
      (memory) => openIntent(memory) === null && !IN_DOUBT.some((fate) => doseIn(memory, fate) !== null),
    ),
    asksMechanism: ask(
      (_memory, { selfTest: waiting }, _stamp, event) =>
        event.type === 'selfTest.requested' && waiting === null && event.parts.some((part) => ASK_MECHANISM.has(part)),
    ),
    selfTestOverdue: ask(
      (memory, { selfTest: waiting }, stamp) =>
        waiting !== null && stamp.monoMs >= waiting.sinceMonoMs + memory.settings.profile.moveMsMax,
    ),
    withKey: ask((_memory, _volatile, _stamp, event) => event.type === 'door.opened' && event.withKey),
    callsGently: calls('gentle'),
    callsFirmly: calls('firm'),
    callsUrgently: calls('urgent'),
    callsLast: calls('lastCall'),
    keepsQuiet: calls('quiet'),
    callsNot: calls('idle'),
    repeatIsDue: ask(
      (memory, volatile, stamp) => stamp.monoMs >= volatile.remindedMonoMs + memory.settings.ladder.repeatMs,
    ),
    hasTag: ask(hasTag),
    hasNoTag: ask((memory, volatile) => !hasTag(memory, volatile)),
    tagIsForgotten: ask(isTagForgotten),
    tagCallsNot: ask((memory, volatile, stamp) => tagLevel(memory, volatile, stamp) === 0),
    tagCallsSoftly: ask((memory, volatile, stamp) => tagLevel(memory, volatile, stamp) === 1),
    tagCallsLoudly: ask((memory, volatile, stamp) => tagLevel(memory, volatile, stamp) === 2),
    tagRepeatIsDue: ask(
      (memory, { tag }, stamp) => tag !== null && stamp.monoMs >= tag.calledMonoMs + memory.settings.ladder.repeatMs,
    ),
    tagUnreached: ask(isUnreached),
    tagAbsenceUnwritten: ask(isAbsenceUnwritten),
    tagGoneTooLong: ask((memory, _volatile, stamp) => {
      const alarmMs = tagGoneAlarmMs(memory);
      return stamp.trusted && alarmMs !== null && stamp.wallMs >= alarmMs;
    }),
    quietPermitted: ask((memory) => memory.settings.quietMs > 0),
    isAway: presence('away'),
    isPaused: presence('paused'),
    isHome: presence('home'),
    absenceOver: ask((memory, _volatile, stamp) => {
      const { untilMs } = memory.registers.presence;
      return stamp.trusted && untilMs !== null && stamp.wallMs >= untilMs;
    }),
    // A unit that was replaced stands still: whoever orders it about must turn to the other one.
    hasItsPlace: ask(hasItsPlace),
    absenceMayEnd: ask((memory) => hasItsPlace(memory) && memory.registers.presence.mode === 'away'),
    pauseMayEnd: ask((memory) => hasItsPlace(memory) && memory.registers.presence.mode === 'paused'),
    absenceIsAhead: ask(
      (memory, _volatile, stamp, event) =>
        hasItsPlace(memory) &&
        memory.registers.presence.mode !== 'paused' &&
        event.type === 'absence.started' &&
        event.untilMs > stamp.wallMs &&
        event.untilMs <= ABSENCE_MS_MAX + stamp.wallMs,
    ),
    stockIsEmpty: ask(isStockEmpty),
    stockIsThere: ask((memory) => !isStockEmpty(memory)),
    timeTrusted: ask((_memory, _volatile, stamp) => stamp.trusted),
    timeSuspect: ask((_memory, _volatile, stamp) => !stamp.trusted),
    onMains: ask((_memory, { power }) => power.source === 'mains'),
    onBattery: ask(
      (_memory, { power }) => power.source === 'battery' && power.batteryPercent > BATTERY_PERCENT_CRITICAL,
    ),
    batteryCritical: ask(
      (_memory, { power }) => power.source === 'battery' && power.batteryPercent <= BATTERY_PERCENT_CRITICAL,
    ),
    powerAlarmIsStale: ask(
      (memory, { power }) => power.source === 'mains' && POWER_ALARMS.some((code) => isAlarmed(memory, code)),
    ),
    timeAlarmIsStale: ask((memory, _volatile, stamp) => stamp.trusted && isAlarmed(memory, 'time-suspect')),
    allAcknowledged: ask((memory) => memory.registers.ackedThrough >= memory.lastSeq),
    someUnacknowledged: ask((memory) => memory.registers.ackedThrough < memory.lastSeq),
  },
  actions: mapSteps({
    ...movement,
    ...settlement,
    ...filling,
    ...people,
    ...reminding,
    ...watch,
    ...configuration,
    ...messages,
    ...orders,
    ...selfTest,
    ...updating,
    ...handover,
    ...tag,
    passTime: schedule.passTime,
    refusePress: schedule.refusePress,
    refuseTakeOut: schedule.refuseTakeOut,
    warnOfMiss: schedule.warnOfMiss,
    watchRolls: schedule.watchRolls,
  }),
});

/** A dose in one of these is in somebody's hands, or may be. */
const UNDER_WAY = ['releasing', 'presented'] as const;
/** Of a dose in one of these, nobody could tell another unit whether it was given. */
const IN_DOUBT = [...UNDER_WAY, 'uncertain'] as const;

/** Parts of a self-test that only the mechanism's own board can tell of. */
const ASK_MECHANISM: ReadonlySet<SelfTestPart> = new Set(['motor', 'sensors']);

type Steps = Readonly<Record<string, (turn: Turn) => void>>;

function mapSteps<S extends Steps>(steps: S): { [K in keyof S]: ReturnType<typeof act> } {
  return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, act(step)])) as {
    [K in keyof S]: ReturnType<typeof act>;
  };
}
