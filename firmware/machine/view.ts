import type { Lamp, Level, PanelView } from '../../hal/ports/panel.ts';
import { type AlarmCode, alarmNumber, alarmPriority } from '../../protocol/messages/alarm.ts';
import { type PhraseKey, phrase } from '../../protocol/phrases.ts';
import { nextDose, openDose } from '../domain/agenda.ts';
import { alarmLevel } from '../domain/alarm-rounds.ts';
import { localDateAt, localTimeAt, weekdayOf } from '../domain/civil-time.ts';
import { LOCKING } from '../domain/lockout.ts';
import { isAlarmed, type Memory } from '../domain/memory.ts';
import type { ShownMessage } from '../domain/messages.ts';
import { alarmSoundOf } from './alarm-sound.ts';
import type { Stamp } from './events.ts';
import { missingRoll } from './in-place.ts';
import type { ReminderLevel } from './outputs.ts';
import type { Context } from './turn.ts';
import { verdictOnPress } from './verdict.ts';

/** The chart's states that a person can see something of. */
export interface ChartValue {
  readonly custody: string;
  readonly reminder: ReminderLevel;
  readonly tag: string;
  readonly presence: string;
  readonly time: string;
  readonly power: string;
  readonly link: string;
}

/** The light stays when the sound rests; steady lights only tell how things are. */
const LIGHT: Readonly<Record<ReminderLevel, Level>> = { idle: 1, quiet: 1, gentle: 1, firm: 2, urgent: 3, lastCall: 3 };
const SOUND: Readonly<Record<ReminderLevel, Level>> = { idle: 0, quiet: 0, gentle: 1, firm: 2, urgent: 3, lastCall: 3 };

interface Scene {
  readonly message: PhraseKey;
  readonly lamp: Lamp;
  readonly params?: Readonly<Record<string, string>>;
  /** How strongly the lamp calls; steady unless told. */
  readonly calls?: Level;
  readonly sound?: Level;
  /** It would sound, and rests for a while. */
  readonly soundPaused?: boolean;
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
    light: lightOf(scene, volatile),
    sound: scene.sound ?? 0,
    soundPaused: scene.soundPaused ?? false,
    choices: scene.choices ?? [],
    button: chart.custody === 'locked' && verdictOnPress(memory, volatile, stamp).release ? 'release' : 'idle',
    device,
    serviceNumber,
  };
}

function lightOf({ lamp, calls }: Scene, { parts }: Context['volatile']): Level {
  if (lamp === 'off') return 0;
  if (calls === undefined) return 1;
  // Whoever cannot be called by a voice has nothing but the light.
  return parts.speech ? calls : 3;
}

function sceneOf(context: Context, chart: ChartValue, stamp: Stamp): Scene {
  const { memory, volatile } = context;
  const alarm = (message: PhraseKey, code: AlarmCode): Scene => alarmScene(message, code, context, stamp);
  if (memory.registers.handedOver !== null) return { message: 'handed-over', lamp: 'off' };
  switch (chart.custody) {
    case 'open':
      if (volatile.rollRefused === null && isAlarmed(memory, 'door-left-open')) return alarm('open', 'door-left-open');
      return { message: volatile.rollRefused ?? 'open', lamp: 'warn' };
    case 'uncertain':
      return alarm('uncertain', lockingAlarm(memory) ?? 'dose-uncertain');
    case 'fault':
      return alarm('fault', lockingAlarm(memory) ?? 'bin-full');
    case 'releasing':
    case 'takeOut':
      return { message: 'releasing', lamp: 'call' };
    case 'presented':
      return callScene('take-the-sachet', chart);
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
function lockedScene(context: Context, chart: ChartValue, stamp: Stamp): Scene {
  const { memory, volatile } = context;
  const alarm = (message: PhraseKey, code: AlarmCode): Scene => alarmScene(message, code, context, stamp);
  if (memory.settings.version === 0) return { message: 'not-configured', lamp: 'warn' };
  if (chart.time === 'suspect') return alarm('time-suspect', 'time-suspect');
  if (chart.power === 'critical') return alarm('battery-critical', 'battery-critical');
  if (chart.presence === 'paused') return { message: 'paused', lamp: 'warn' };
  if (!volatile.placement.upright) {
    return chart.reminder === 'idle' ? { message: 'tilted', lamp: 'warn' } : callScene('tilted', chart);
  }
  if (chart.reminder !== 'idle') return callScene('dose-call', chart);
  if (chart.presence === 'away') return { message: 'away', lamp: 'ready' };
  if (chart.presence === 'awaitingFill') return withheldScene('awaiting-fill', context, stamp);
  const verdict = verdictOnPress(memory, volatile, stamp);
  if (verdict.release) return { message: 'dose-open', lamp: 'ready' };
  if (openDose(memory, stamp.wallMs) !== null) return withheldScene(verdict.refusal, context, stamp);
  if (missingRoll(memory, volatile) !== null) return withheldScene('roll-missing', context, stamp);
  return idleScene(context, chart, stamp, alarm);
}

/** The alarms that stand while the unit keeps back medicine for want of something, by what the display says. */
const WANTING: Readonly<Partial<Record<PhraseKey, AlarmCode>>> = {
  'awaiting-fill': 'stock-empty',
  'no-stock': 'stock-empty',
  'roll-missing': 'roll-missing',
};

function withheldScene(message: PhraseKey, context: Context, stamp: Stamp): Scene {
  const code = WANTING[message];
  if (code === undefined || !isAlarmed(context.memory, code)) return { message, lamp: 'warn' };
  return alarmScene(message, code, context, stamp);
}

/** No dose is open, and every roll hangs where it ought to. */
function idleScene(
  { memory }: Context,
  chart: ChartValue,
  stamp: Stamp,
  alarm: (message: PhraseKey, code: AlarmCode) => Scene,
): Scene {
  const [told] = memory.registers.messages;
  if (told !== undefined)
    return { message: 'message', lamp: 'ready', params: { text: told.text }, choices: choicesOf(told, memory) };
  if (chart.power === 'battery')
    return alarm('on-battery', isAlarmed(memory, 'battery-low') ? 'battery-low' : 'mains-lost');
  if (isAlarmed(memory, 'dose-missed')) return { message: 'missed', lamp: 'warn' };
  return ready(memory, stamp);
}

/** The reminder calls, or rests by permission. */
function callScene(message: PhraseKey, { reminder }: ChartValue): Scene {
  return { message, lamp: 'call', calls: LIGHT[reminder], sound: SOUND[reminder], soundPaused: reminder === 'quiet' };
}

/** The colour and the sound of its priority (IEC 60601-1-8, 6.3.2.2.2 and 6.3.3); the number says which one it is. */
function alarmScene(message: PhraseKey, code: AlarmCode, context: Context, stamp: Stamp): Scene {
  const { level, rests } = alarmSoundOf(code, context, stamp);
  const lamp = alarmPriority(code) === 'high' ? 'alarm' : 'warn';
  return { message, lamp, calls: alarmLevel(code), params: { code: codeOf(code) }, sound: level, soundPaused: rests };
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
