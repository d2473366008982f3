import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AlarmCode, alarmNumber, alarmPriority } from '../../../protocol/messages/alarm.ts';
import type { AlarmReading, DeviceReading, EventReading } from '../../../tools/centre/readings.ts';

const seconds = (local: string) => Date.parse(`2025-11-21T${local}+01:00`) / 1000;

/** What a service centre would have received on that day, oldest first. */
export const scriptedEvents = [
  { type: 'device.started', at: seconds('06:58:10'), boot: 4, firmware: '0.1.0' },
  { type: 'config.applied', at: seconds('06:58:12'), version: 7 },
  { type: 'door.opened', at: seconds('07:01:00'), authorised: true },
  { type: 'stock.loaded', at: seconds('07:02:20'), roll: 'A', count: 28 },
  { type: 'bin.emptied', at: seconds('07:03:05') },
  { type: 'door.closed', at: seconds('07:03:40') },
  { type: 'dose.released', at: seconds('09:01:50'), slot: 'morgen', date: '2025-11-21', roll: 'A' },
  { type: 'dose.presented', at: seconds('09:01:56'), slot: 'morgen', date: '2025-11-21' },
  { type: 'dose.taken', at: seconds('09:02:33'), slot: 'morgen', date: '2025-11-21' },
  { type: 'power.changed', at: seconds('11:40:00'), source: 'battery', percent: 98 },
  { type: 'alarm.raised', at: seconds('12:01:20'), code: 'mechanism-jam', slot: 'middag', date: '2025-11-21' },
  { type: 'dose.uncertain', at: seconds('12:01:20'), slot: 'middag', date: '2025-11-21', reason: 'jam' },
  { type: 'dose.missed', at: seconds('13:15:00'), slot: 'middag', date: '2025-11-21', reason: 'not-taken' },
] as const;

const device = 'DD-0042';

const events: readonly EventReading[] = scriptedEvents.map((event, index) => ({
  id: index + 1,
  device,
  epoch: 1,
  seq: index + 1,
  receivedAt: event.at * 1000,
  event: { seq: index + 1, ...event },
}));

const alarm = (id: number, code: AlarmCode, time: string, slot: string | null = null): AlarmReading => ({
  id,
  device,
  code,
  number: alarmNumber(code),
  priority: alarmPriority(code),
  slot,
  date: slot === null ? null : '2025-11-21',
  at: seconds(time),
  receivedAt: seconds(time) * 1000,
  leftOver: false,
});

/** Read by path, in the service centre's own shapes. */
const answers: Readonly<Record<string, unknown>> = {
  '/api/devices': { devices: [{ id: device, online: true }] satisfies Partial<DeviceReading>[] },
  [`/api/devices/${device}/events`]: { events },
  '/api/alarms': {
    alarms: [
      alarm(3, 'dose-missed', '13:15:00', 'middag'),
      alarm(2, 'dose-not-taken', '12:01:20', 'middag'),
      alarm(1, 'stock-low', '07:03:40'),
    ],
  },
};

export interface ScriptedCentre {
  readonly url: string;
  close(): Promise<void>;
}

/** A service centre's reading side with a fixed content, for looking at the panel. */
export async function serveScriptedCentre(): Promise<ScriptedCentre> {
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    if (request.url === '/api/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 2000\n\n');
      return;
    }
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? null));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
