/** One sentence in both languages of the panel. */
export interface Both {
  readonly da: string;
  readonly en: string;
}

export type DoseFate =
  /** Its window had closed before the unit was set up. */
  | 'before'
  | 'planned'
  | 'due'
  | 'releasing'
  | 'presented'
  | 'taken'
  | 'retracted'
  | 'missed'
  | 'withheld'
  | 'takenOut'
  /** It came out of a unit that cannot see whether it is taken. */
  | 'released'
  | 'uncertain';

export interface PanelDose {
  /** The dose's slot in the regimen, e.g. `morgen`. With `date` it is the dose's identity. */
  readonly slot: string;
  /** Local date, `YYYY-MM-DD`. */
  readonly date: string;
  /** Local wall time `HH:MM`, as are `opens` and `closes`. A window that closes before it opens ends the next day. */
  readonly at: string;
  readonly opens: string;
  readonly closes: string;
  readonly fate: DoseFate;
}

export interface PanelRoll {
  readonly id: 'A' | 'B';
  /** Sachets left on the roll, and how many it held when it was fitted. */
  readonly remaining: number;
  readonly capacity: number;
  /** What is printed on the next sachet, e.g. `morgen 21-11`; `null` when it is empty or there is none. */
  readonly head: string | null;
}

export interface PanelHardware {
  readonly rolls: readonly PanelRoll[];
  /** What is printed on the sachet that lies in the cup: `''` when that is an empty one, `null` when none lies there. */
  readonly cup: string | null;
  /** Sachets in the locked bin. */
  readonly binned: number;
  readonly gate: 'clear' | 'blocked';
  readonly moving: null | 'releasing' | 'retracting' | 'swallowing';
  readonly doorLocked: boolean;
  readonly doorOpen: boolean;
  readonly power: { readonly source: 'mains' | 'battery' /** 0–100 */; readonly percent: number };
  readonly on: boolean;
}

/** What the unit shows, in words: the simulator has already looked the catalogue up. */
export interface PanelFace {
  readonly text: Both;
  readonly hint: Both;
  readonly lamp: 'off' | 'ready' | 'call' | 'warn' | 'alarm';
  /** How strongly the lamp shines. */
  readonly light: 0 | 1 | 2 | 3;
  readonly sound: 0 | 1 | 2 | 3;
  /** A reminder or an alarm is shown whose sound rests for a while. */
  readonly soundPaused: boolean;
  readonly button: 'release' | 'idle';
  /** Answers to what the centre asks, each a key below the text; none most of the time. */
  readonly choices: readonly string[];
}

export const faultNames = ['jam', 'tilt', 'rollMissing', 'power', 'internet', 'clock'] as const;
export type FaultName = (typeof faultNames)[number];

/** Server → browser: the whole picture, sent when something in it changed, at most 20 times a second. */
export interface PanelFrame {
  /** Virtual time, RFC 3339 with offset. */
  readonly now: string;
  /** `speed` is virtual seconds per real second; `jumping` while a jump has not got there yet. */
  readonly clock: { readonly speed: number; readonly paused: boolean; readonly jumping: boolean };
  readonly device: {
    readonly id: string;
    readonly profile: 'roll' | 'dual-roll';
    readonly serviceNumber: string;
    /** `emulated`: the real drivers on an emulated microcontroller, which take real time for what they move. */
    readonly electronics: 'simulated' | 'emulated';
  };
  readonly view: PanelFace;
  /** Spoken once, when `id` changes. */
  readonly speech: { readonly id: number; readonly text: Both } | null;
  readonly hardware: PanelHardware;
  /** Today's and tomorrow's doses, in order of time. */
  readonly doses: readonly PanelDose[];
  /** The statechart's live state, one entry per region, e.g. `custody: 'locked'`. */
  readonly chart: Readonly<Record<string, string>>;
  readonly link: { readonly state: 'offline' | 'draining' | 'current'; readonly queued: number };
  /** The fault switches that are on. */
  readonly faults: Readonly<Record<FaultName, boolean>>;
}

/** Server → browser: why a command was not carried out. */
export interface PanelRefusal {
  readonly refused: Both;
}

export type PanelMessage = PanelFrame | PanelRefusal;

/** Browser → server. Validated by `readCommand` in commands.ts. */
export type PanelCommand =
  | { readonly do: 'press' | 'take' | 'quiet' | 'jump' | 'home' | 'refill' | 'repair' }
  /** The first key is 1. */
  | { readonly do: 'choose'; readonly choice: number }
  | { readonly do: 'speed'; readonly factor: number }
  | { readonly do: 'pause'; readonly on: boolean }
  /** With the key: for whoever works with a cable of their own. */
  | { readonly do: 'door'; readonly open: boolean }
  | { readonly do: 'fault'; readonly name: FaultName; readonly on: boolean }
  | { readonly do: 'takeOut'; readonly doses: number }
  | { readonly do: 'away'; readonly hours: number }
  | { readonly do: 'settle'; readonly fate: 'taken' | 'missed' };

/** `GET /config.json`: where the browser finds the service centre, which it reads directly. */
export interface PanelConfig {
  readonly centreUrl: string | null;
  readonly device: string;
}
