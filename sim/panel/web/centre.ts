import { effect, signal } from '@preact/signals';
import {
  mergeReceived,
  type OpenAlarm,
  type Received,
  readAlarms,
  readHistory,
  readOnline,
  readReceived,
} from './centre-readings.ts';
import { config } from './state.ts';

/** `none`: this run has no service centre; `lost`: it does not answer; `reading`: its list is live. */
export const centre = signal<'none' | 'connecting' | 'reading' | 'lost'>('connecting');
export const deviceOnline = signal<boolean | null>(null);
export const received = signal<readonly Received[]>([]);
/** `null` until the centre has answered: not knowing is not the same as none. */
export const openAlarms = signal<readonly OpenAlarm[] | null>(null);

const alarmWaitMs = 150;
/** After an answer that ends an EventSource for good; it retries the others by itself. */
const retryMs = 3000;

/** Follows the service centre named in the configuration, and the next one if that changes. */
export function followCentre(): void {
  effect(() => {
    const { centreUrl, device } = config.value ?? {};
    if (device === undefined) return;
    if (typeof centreUrl !== 'string') {
      centre.value = 'none';
      return;
    }
    return follow(centreUrl.replace(/\/$/, ''), device);
  });
}

function follow(url: string, device: string): () => void {
  centre.value = 'connecting';
  received.value = [];
  openAlarms.value = null;
  deviceOnline.value = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stream = open();

  function open(): EventSource {
    const next = new EventSource(`${url}/api/stream`);
    const refreshAlarms = alarmReader(url, device);
    next.onopen = () => {
      centre.value = 'reading';
      refreshAlarms();
      void readPast(url, device);
    };
    next.onerror = () => {
      centre.value = 'lost';
      if (next.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(() => {
        stream = open();
      }, retryMs);
    };
    next.addEventListener('event', (message) => {
      const one = readReceived(parse(message.data), device);
      if (one === null) return;
      received.value = mergeReceived(received.value, [one]);
      refreshAlarms();
    });
    next.addEventListener('alarm', refreshAlarms);
    next.addEventListener('state', (message) => {
      noteState(parse(message.data), device);
      refreshAlarms();
    });
    return next;
  }
  return () => {
    clearTimeout(timer);
    stream.close();
  };
}

/** Reads the open alarms a moment after it is asked to, once for a whole burst of events. */
function alarmReader(url: string, device: string): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const answer = await getJson(`${url}/api/alarms`);
      // No answer is no all-clear: what was open stays in sight.
      if (answer !== null) openAlarms.value = readAlarms(answer, device);
    }, alarmWaitMs);
  };
}

async function readPast(url: string, device: string): Promise<void> {
  const [devices, history] = await Promise.all([
    getJson(`${url}/api/devices`),
    getJson(`${url}/api/devices/${encodeURIComponent(device)}/events`),
  ]);
  deviceOnline.value = readOnline(devices, device) ?? deviceOnline.value;
  received.value = mergeReceived(received.value, readHistory(history, device));
}

function noteState(state: unknown, device: string): void {
  const known = state as { device?: unknown; online?: unknown } | null;
  if (known?.device === device && typeof known.online === 'boolean') deviceOnline.value = known.online;
}

async function getJson(url: string): Promise<unknown> {
  const answer = await fetch(url).catch(() => null);
  return answer?.ok === true ? answer.json().catch(() => null) : null;
}

function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}
