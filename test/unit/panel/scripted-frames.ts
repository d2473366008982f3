import { phrase } from '../../../protocol/phrases.ts';
import type { Both, DoseFate, PanelDose, PanelFrame } from '../../../sim/panel/frames.ts';

const params = { number: '70 12 34 56', device: 'DD-0042', code: 'mechanism-jam', time: '09:00' };

/** What the unit really says: the firmware's own words. */
function words(key: string): Both {
  return { da: phrase(key, 'da', params), en: phrase(key, 'en', params) };
}

const noHint: Both = { da: '', en: '' };
const unitHint: Both = { da: 'Enhed DD-0042', en: 'Unit DD-0042' };

const slots = [
  { slot: 'morgen', at: '09:00', opens: '08:30', closes: '10:15' },
  { slot: 'middag', at: '12:00', opens: '11:30', closes: '13:15' },
  { slot: 'eftermiddag', at: '16:00', opens: '15:30', closes: '17:15' },
  { slot: 'aften', at: '22:00', opens: '21:00', closes: '23:30' },
] as const;

/** Today's doses with these fates, the rest and all of tomorrow's planned. */
function doses(...fates: readonly DoseFate[]): PanelDose[] {
  return ['2025-11-21', '2025-11-22'].flatMap((date, day) =>
    slots.map((slot, index) => ({ ...slot, date, fate: (day === 0 ? fates[index] : undefined) ?? 'planned' })),
  );
}

const chart = {
  custody: 'locked',
  reminder: 'idle',
  presence: 'home',
  time: 'trusted',
  power: 'mains',
  link: 'current',
};

const idle: PanelFrame = {
  now: '2025-11-21T08:12:40+01:00',
  clock: { speed: 60, paused: false, jumping: false },
  device: { id: 'DD-0042', profile: 'dual-roll', serviceNumber: '70 12 34 56', electronics: 'simulated' },
  view: {
    text: words('ready-next'),
    hint: noHint,
    lamp: 'ready',
    light: 1,
    sound: 0,
    soundPaused: false,
    button: 'idle',
    choices: [],
  },
  speech: null,
  hardware: {
    rolls: [
      { id: 'A', remaining: 23, capacity: 28, head: 'morgen 21-11' },
      { id: 'B', remaining: 9, capacity: 28, head: 'eftermiddag 21-11' },
    ],
    cup: null,
    binned: 1,
    gate: 'clear',
    moving: null,
    doorLocked: true,
    doorOpen: false,
    power: { source: 'mains', percent: 100 },
    on: true,
  },
  doses: doses(),
  chart,
  link: { state: 'current', queued: 0 },
  faults: { jam: false, tilt: false, rollMissing: false, power: false, internet: false, clock: false },
};

function calling(sound: 1 | 2 | 3, time: string, reminder: string): PanelFrame {
  return {
    ...idle,
    now: `2025-11-21T${time}+01:00`,
    view: {
      text: words('dose-call'),
      hint: noHint,
      lamp: 'call',
      light: 1,
      sound,
      soundPaused: false,
      button: 'release',
      choices: [],
    },
    speech: { id: sound, text: words(`remind-${reminder}`) },
    doses: doses('due'),
    chart: { ...chart, reminder },
  };
}

function troubled(key: string, lamp: 'warn' | 'alarm', change: Partial<PanelFrame>): PanelFrame {
  return { ...idle, view: { ...idle.view, text: words(key), hint: unitHint, lamp }, ...change };
}

const afterRelease = [
  { id: 'A', remaining: 22, capacity: 28, head: 'middag 21-11' },
  { id: 'B', remaining: 9, capacity: 28, head: 'eftermiddag 21-11' },
] as const;

/** Every screen a person may meet, by name. */
export const scriptedFrames = {
  idle,
  open: {
    ...idle,
    now: '2025-11-21T08:40:00+01:00',
    view: {
      text: words('dose-open'),
      hint: noHint,
      lamp: 'ready',
      light: 1,
      sound: 0,
      soundPaused: false,
      button: 'release',
      choices: [],
    },
    doses: doses('due'),
  },
  gentle: calling(1, '09:00:05', 'gentle'),
  firm: calling(2, '09:20:31', 'firm'),
  urgent: calling(3, '10:02:12', 'urgent'),
  releasing: {
    ...idle,
    now: '2025-11-21T09:01:50+01:00',
    view: {
      text: words('releasing'),
      hint: noHint,
      lamp: 'call',
      light: 1,
      sound: 0,
      soundPaused: false,
      button: 'idle',
      choices: [],
    },
    hardware: { ...idle.hardware, moving: 'releasing' },
    doses: doses('releasing'),
    chart: { ...chart, custody: 'releasing' },
  },
  presented: {
    ...idle,
    now: '2025-11-21T09:02:02+01:00',
    view: {
      text: words('take-the-sachet'),
      hint: noHint,
      lamp: 'call',
      light: 1,
      sound: 1,
      soundPaused: false,
      button: 'idle',
      choices: [],
    },
    hardware: { ...idle.hardware, cup: 'morgen 21-11', rolls: afterRelease },
    doses: doses('presented'),
    chart: { ...chart, custody: 'presented', reminder: 'gentle' },
  },
  taken: {
    ...idle,
    now: '2025-11-21T09:02:40+01:00',
    view: { ...idle.view, text: words('thank-you') },
    speech: { id: 5, text: words('thank-you') },
    hardware: {
      ...idle.hardware,
      rolls: [afterRelease[0], { id: 'B', remaining: 1, capacity: 28, head: null }],
    },
    doses: doses('taken'),
  },
  missed: {
    ...idle,
    now: '2025-11-21T13:16:00+01:00',
    view: { ...idle.view, text: words('missed'), lamp: 'warn', light: 1, sound: 2 },
    speech: { id: 6, text: words('missed') },
    hardware: { ...idle.hardware, binned: 2, moving: 'swallowing', rolls: afterRelease },
    doses: doses('taken', 'missed'),
    link: { state: 'draining', queued: 3 },
    chart: { ...chart, custody: 'swallowing', link: 'draining' },
  },
  jam: troubled('fault', 'alarm', {
    now: '2025-11-21T12:01:22+01:00',
    hardware: { ...idle.hardware, gate: 'blocked' },
    doses: doses('taken', 'withheld'),
    chart: { ...chart, custody: 'fault' },
    faults: { ...idle.faults, jam: true },
  }),
  rested: troubled('fault', 'alarm', {
    view: { ...idle.view, text: words('fault'), hint: unitHint, lamp: 'alarm', light: 3, soundPaused: true },
    chart: { ...chart, custody: 'fault' },
  }),
  hushed: {
    ...calling(1, '09:01:00', 'quiet'),
    view: { ...calling(1, '09:01:00', 'quiet').view, sound: 0, soundPaused: true },
    speech: null,
  },
  emulated: { ...idle, device: { ...idle.device, electronics: 'emulated' } },
  uncertain: troubled('uncertain', 'alarm', {
    now: '2025-11-21T12:03:00+01:00',
    doses: doses('taken', 'uncertain'),
    chart: { ...chart, custody: 'uncertain' },
  }),
  paused: troubled('paused', 'warn', {
    clock: { speed: 1, paused: true, jumping: false },
    doses: doses('withheld', 'withheld', 'withheld', 'withheld'),
    chart: { ...chart, presence: 'paused' },
  }),
  away: {
    ...idle,
    now: '2025-11-21T14:30:00+01:00',
    clock: { speed: 3600, paused: false, jumping: false },
    view: { ...idle.view, text: words('away') },
    doses: doses('taken', 'retracted', 'takenOut', 'takenOut'),
    chart: { ...chart, presence: 'away' },
  },
  suspect: troubled('time-suspect', 'alarm', {
    chart: { ...chart, time: 'suspect' },
    faults: { ...idle.faults, clock: true },
  }),
  battery: {
    ...idle,
    view: { ...idle.view, text: words('on-battery'), lamp: 'warn' },
    hardware: { ...idle.hardware, power: { source: 'battery', percent: 14 } },
    chart: { ...chart, power: 'battery', link: 'offline' },
    link: { state: 'offline', queued: 12 },
    faults: { ...idle.faults, power: true, internet: true },
  },
  dead: {
    ...idle,
    hardware: { ...idle.hardware, on: false, power: { source: 'battery', percent: 0 } },
    link: { state: 'offline', queued: 12 },
    faults: { ...idle.faults, power: true },
  },
  message: {
    ...idle,
    now: '2025-11-21T13:30:00+01:00',
    view: {
      ...idle.view,
      text: {
        da: 'Det er varmt i dag. Har du husket at drikke vand?',
        en: 'Det er varmt i dag. Har du husket at drikke vand?',
      },
      choices: ['Ja', 'Nej', 'Ring til mig'],
    },
    doses: doses('taken', 'taken'),
  },
  refill: {
    ...idle,
    view: { ...idle.view, text: words('open'), lamp: 'warn' },
    hardware: {
      ...idle.hardware,
      doorOpen: true,
      doorLocked: false,
      binned: 0,
      rolls: [
        { id: 'A', remaining: 0, capacity: 28, head: null },
        { id: 'B', remaining: 28, capacity: 28, head: 'eftermiddag 21-11' },
      ],
    },
    chart: { ...chart, custody: 'open' },
  },
  begun: {
    ...idle,
    now: '2025-11-21T14:30:00+01:00',
    clock: { speed: 1, paused: false, jumping: true },
    doses: doses('before', 'before'),
    speech: { id: 7, text: words('roll-refused') },
  },
  single: {
    ...idle,
    device: { ...idle.device, profile: 'roll' },
    hardware: { ...idle.hardware, rolls: [{ id: 'A', remaining: 51, capacity: 56, head: 'morgen 21-11' }] },
  },
} as const satisfies Record<string, PanelFrame>;

export type SceneName = keyof typeof scriptedFrames;
