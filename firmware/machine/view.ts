import type { Lamp, Level, PanelView } from '../../hal/ports/panel.ts';
import { type AlarmCode, alarmNumber } from '../../protocol/messages/alarm.ts';
import { type PhraseKey, phrase } from '../../protocol/phrases.ts';
import { nextDose, openDose } from '../domain/agenda.ts';
import { localDateAt, localTimeAt, weekdayOf } from '../domain/civil-time.ts';
import { LOCKING } from '../domain/lockout.ts';
import { isAlarmed, type Memory } from '../domain/memory.ts';
import type { ShownMessage } from '../domain/messages.ts';
import type { Stamp } from './events.ts';
import type { ReminderLevel } from './outputs.ts';
import type { Context } from './turn.ts';
import { verdictOnPress } from './verdict.ts';

/** The chart's states that a person can see something of. */
export interface ChartValue {
  readonly custody: string;
  readonly reminder: ReminderLevel;
  readonly presence: string;
  readonly time: string;
  readonly power: string;
  readonly link: string;
}

const SOUND: Readonly<Record<ReminderLevel, Level>> = { idle: 0, quiet: 0, gentle: 1, firm: 2, urgent: 3, lastCall: 3 };

interface Scene {
  readonly message: PhraseKey;
  readonly lamp: Lamp;
  readonly params?: Readonly<Record<string, string>>;
  readonly sound?: Level;
  readonly choices?: readonly string[];
}

/** What the panel shows: a pure picture of the state, the most important thing first. */
export function viewOf(device: string, context: Context, chart: ChartValue, stamp: Stamp): PanelView {
  const { memory, volatile } = context;
  const scene = sceneOf(context, chart, stamp);
  const { serviceNumber } = memory.settings;
  return {
    message: scene.message,
    params: { ...scene.params, number: serviceNumber, device },
    lamp: scene.lamp,
    sound: scene.sound ?? 0,
    choices: scene.choices ?? [],
    button: chart.custody === 'locked' && verdictOnPress(memory, volatile, stamp).release ? 'release' : 'idle',
    device,
    serviceNumber,
  };
}

function sceneOf(context: Context, chart: ChartValue, stamp: Stamp): Scene {
  const { memory, volatile } = context;
  if (memory.registers.handedOver !== null) return { message: 'handed-over', lamp: 'off' };
  switch (chart.custody) {
    case 'open':
      return { message: volatile.rollRefused ?? 'open', lamp: 'warn' };
    case 'uncertain':
      return {
        message: 'uncertain',
        lamp: 'alarm',
        params: { code: codeOf(lockingAlarm(memory) ?? 'dose-uncertain') },
      };
    case 'fault':
      return { message: 'fault', lamp: 'alarm', params: { code: codeOf(lockingAlarm(memory) ?? 'bin-full') } };
    case 'releasing':
    case 'takeOut':
      return { message: 'releasing', lamp: 'call' };
    case 'presented':
      return { message: 'take-the-sachet', lamp: 'call', sound: SOUND[chart.reminder] };
    case 'retracting':
    case 'swallowing':
    case 'inspecting':
      return { message: 'working', lamp: 'warn' };
  }
  const scene = lockedScene(context, chart, stamp);
  const { refused } = volatile;
  return refused !== null && stamp.monoMs < refused.untilMonoMs ? { ...scene, message: refused.refusal } : scene;
}

/** Nothing moves and nothing is wrong with the mechanism. */
function lockedScene({ memory, volatile }: Context, chart: ChartValue, stamp: Stamp): Scene {
  if (memory.settings.version === 0) return { message: 'not-configured', lamp: 'warn' };
  if (chart.time === 'suspect') return { message: 'time-suspect', lamp: 'alarm' };
  if (chart.power === 'critical') return { message: 'battery-critical', lamp: 'alarm' };
  if (chart.presence === 'paused') return { message: 'paused', lamp: 'warn' };
  if (chart.reminder !== 'idle') return { message: 'dose-call', lamp: 'call', sound: SOUND[chart.reminder] };
  if (chart.presence === 'away') return { message: 'away', lamp: 'ready' };
  if (chart.presence === 'awaitingFill') return { message: 'awaiting-fill', lamp: 'warn' };
  const verdict = verdictOnPress(memory, volatile, stamp);
  if (verdict.release) return { message: 'dose-open', lamp: 'ready' };
  if (openDose(memory, stamp.wallMs) !== null) return { message: verdict.refusal, lamp: 'warn' };
  const [told] = memory.registers.messages;
  if (told !== undefined)
    return { message: 'message', lamp: 'ready', params: { text: told.text }, choices: choicesOf(told, memory) };
  if (chart.power === 'battery') return { message: 'on-battery', lamp: 'warn' };
  if (isAlarmed(memory, 'dose-missed')) return { message: 'missed', lamp: 'warn' };
  return ready(memory, stamp);
}

function choicesOf({ buttons }: ShownMessage, { settings }: Memory): readonly string[] {
  return buttons.length > 0 ? buttons : [phrase('message-read', settings.language)];
}

/** What a person tells the service centre on the telephone. */
function codeOf(alarm: AlarmCode): string {
  return String(alarmNumber(alarm));
}

function lockingAlarm(memory: Memory): AlarmCode | null {
  for (const alarm of memory.alarms.values()) if (LOCKING.includes(alarm.code)) return alarm.code;
  return null;
}

function ready(memory: Memory, stamp: Stamp): Scene {
  const next = nextDose(memory, stamp.wallMs);
  if (next === null) return { message: 'ready-none', lamp: 'ready' };
  const { zone } = memory.settings.regimen;
  const time = localTimeAt(next.dueMs, zone);
  if (next.date === localDateAt(stamp.wallMs, zone)) return { message: 'ready-next', lamp: 'ready', params: { time } };
  const day = weekdayOf(next.date);
  return { message: 'ready-next-day', lamp: 'ready', params: { time, day } };
}
