import { dayAfter, localDateAt, localTimeAt } from '../../firmware/domain/civil-time.ts';
import type { Dose } from '../../firmware/domain/dose.ts';
import { dosesOn } from '../../firmware/domain/regimen.ts';
import { readSettings, type Settings } from '../../firmware/domain/settings.ts';
import type { RollId } from '../../hal/ports/mechanism.ts';
import type { ConfigDocument } from '../../protocol/messages/config.ts';
import { phrase } from '../../protocol/phrases.ts';
import type { Sachet } from '../device/sachet.ts';
import type {
  Both,
  DoseFate,
  FaultName,
  PanelDose,
  PanelFace,
  PanelFrame,
  PanelHardware,
  PanelRoll,
} from '../panel/frames.ts';
import { ZoneCalendar } from '../prescription/calendar.ts';
import type { World } from '../world/world.ts';

export interface FrameOptions {
  readonly world: World;
  readonly speed: number;
  readonly paused: boolean;
  readonly jumping: boolean;
  readonly spokenId: number;
  readonly faults: Readonly<Record<FaultName, boolean>>;
  readonly electronics: PanelFrame['device']['electronics'];
  readonly capacities: ReadonlyMap<RollId, number>;
}

/** The whole picture the browser draws, made fresh from the world. */
export function frameOf(options: FrameOptions): PanelFrame {
  const { world, speed, paused, jumping, faults, electronics } = options;
  const { config } = world.schedule;
  const settings = settingsOf(config);
  const state = world.unit.host?.state;
  const chart: Readonly<Record<string, string | undefined>> = state?.chart ?? {};
  const link = chart.link as PanelFrame['link']['state'] | undefined;
  const memory = state?.memory ?? null;
  return {
    now: ZoneCalendar.of(config.zone, world.nowMs).format(world.nowMs),
    clock: { speed, paused, jumping },
    device: {
      id: world.unit.spec.device,
      profile: settings.profile.id,
      serviceNumber: config.serviceNumber,
      electronics,
    },
    view: faceOf(world, config.serviceNumber),
    speech: speechOf(world, options.spokenId),
    hardware: hardwareOf(options),
    doses: dosesOf(world, settings),
    chart: Object.fromEntries(Object.entries(chart).map(([region, value]) => [region, value ?? ''])),
    link: { state: link ?? 'offline', queued: memory === null ? 0 : memory.lastSeq - memory.registers.ackedThrough },
    faults,
  };
}

const known = new WeakMap<ConfigDocument, Settings>();

function settingsOf(config: ConfigDocument): Settings {
  const settings = known.get(config) ?? readSettings(config);
  known.set(config, settings);
  return settings;
}

function both(key: string, params: Readonly<Record<string, string>>): Both {
  return { da: phrase(key, 'da', params), en: phrase(key, 'en', params) };
}

const DARK: PanelFace = {
  text: { da: '', en: '' },
  hint: { da: '', en: '' },
  lamp: 'off',
  light: 0,
  sound: 0,
  soundPaused: false,
  button: 'idle',
  choices: [],
};

function faceOf({ unit }: World, serviceNumber: string): PanelFace {
  const { view } = unit.signs;
  if (view === undefined) return DARK;
  const calm = view.lamp === 'ready' || view.lamp === 'call';
  const whom = { da: `${view.device} · Service ${serviceNumber}`, en: `${view.device} · Service ${serviceNumber}` };
  return {
    text: both(view.message, view.params),
    hint: calm ? { da: '', en: '' } : whom,
    lamp: view.lamp,
    light: view.light,
    sound: view.sound,
    soundPaused: view.soundPaused,
    button: view.button,
    choices: view.choices,
  };
}

function speechOf({ unit }: World, id: number): PanelFrame['speech'] {
  const { spoken } = unit.signs;
  return spoken === undefined ? null : { id, text: both(spoken.phrase, spoken.params) };
}

function hardwareOf({ world, capacities }: FrameOptions): PanelHardware {
  const { unit } = world;
  const { parts } = unit;
  const cup = parts.cup[0];
  const power = unit.battery.power();
  return {
    rolls: world.bays.map((id): PanelRoll => {
      const head = parts.bays[id][0];
      return {
        id,
        remaining: parts.bays[id].length,
        capacity: Math.max(capacities.get(id) ?? 0, parts.bays[id].length),
        head: head === undefined ? null : labelOf(head) || null,
      };
    }),
    cup: cup === undefined ? null : labelOf(cup),
    binned: parts.bin.length,
    // A sachet on its way through is not stuck.
    gate: unit.mechanism.moving ? 'clear' : parts.evidence().gate,
    moving: movingOf(world),
    doorLocked: unit.signs.locked,
    doorOpen: unit.sensors.isDoorOpen,
    power: { source: power.source, percent: power.batteryPercent },
    on: unit.running,
  };
}

/** What is printed on a sachet, as the panel shows it; nothing on an empty one. */
function labelOf({ contents }: Sachet): string {
  if (contents === null) return '';
  const [, month, day] = contents.date.split('-');
  return `${contents.slot} ${day}-${month}`;
}

function movingOf({ unit }: World): PanelHardware['moving'] {
  const custody = unit.host?.state.chart.custody;
  if (!unit.mechanism.moving) return null;
  if (custody === 'retracting' || custody === 'swallowing') return custody;
  return 'releasing';
}

function dosesOf({ unit, nowMs, options, schedule }: World, settings: Settings): PanelDose[] {
  const { startMs: setUpMs } = options;
  const { zone } = schedule.config;
  const today = localDateAt(nowMs, zone);
  const ledger = unit.host?.state.memory?.doses;
  return [today, dayAfter(today)].flatMap((date) =>
    dosesOn(settings.regimen, date).map((planned): PanelDose => {
      const dose = ledger?.get(planned.key);
      return {
        slot: planned.slot,
        date,
        at: localTimeAt(planned.dueMs, zone),
        opens: localTimeAt(planned.opensMs, zone),
        closes: localTimeAt(planned.closesMs, zone),
        fate: dose?.fate ?? unwritten(planned, setUpMs, nowMs),
      };
    }),
  );
}

/** What becomes of a dose of which the unit has written nothing down yet, or never will. */
function unwritten({ opensMs, closesMs }: Dose, setUpMs: number, nowMs: number): DoseFate {
  if (nowMs < opensMs) return 'planned';
  if (nowMs < closesMs) return 'due';
  return opensMs < setUpMs ? 'before' : 'planned';
}
