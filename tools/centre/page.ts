import { centreAlarmWords, slotWord } from '../../protocol/alarm-words.ts';
import type { CentreAlarmCode } from '../../protocol/messages/alarm.ts';
import type { Language } from '../../protocol/messages/config.ts';
import type { ClosingReading } from './alarm-closings.ts';
import type { Centre } from './centre.ts';
import { commandTable, configCell, configTable, rolloutTable } from './orders/page.ts';
import { escaped, localDate, localTime, row, type Typed, table, told } from './page-parts.ts';
import type { AlarmReading, DeviceReading, UnreadableSummary } from './readings.ts';
import type { OwedReading } from './successions.ts';
import { pageWords } from './words.ts';

/** How often an open page asks again. */
const REFRESH_S = 5;

/** The whole centre on one page, without a script: what is open, who is there, what was refused. */
export function statusPage(centre: Centre, language: Language): string {
  const t = pageWords[language];
  const { readings, link, orders } = centre;
  const alarms = readings.openAlarms();
  const unreadable = readings.unreadableDevices();
  const refused = readings.refusals();
  const owed = centre.owed();
  const closed = centre.latelyClosed();
  const other = language === 'da' ? 'en' : 'da';
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${REFRESH_S}">
<title>${alarms.length > 0 ? `(${alarms.length}) ` : ''}${t.title}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; } caption { font-weight: 600; text-align: left; padding: 1.5rem 0 .5rem; }
  tr { border-bottom: 1px solid #ccc; } th, td { text-align: left; vertical-align: top; white-space: nowrap; padding: .3rem .8rem .3rem 0; }
  th { white-space: normal; vertical-align: bottom; }
  td:has(small) { white-space: normal; width: 100%; } small, .note { display: block; color: #555; font-size: .875rem; }
  code { user-select: all; background: #f2f2f2; padding: 0 .3rem; }
  .high { color: #b00020; font-weight: 600; } .medium { color: #7a5b00; font-weight: 600; } .off { color: #b00020; }
  @media (max-width: 48rem) {
    thead { display: none; } tr { display: block; padding: .4rem 0; } td { display: block; padding: 0; white-space: normal; } td:empty { display: none; }
    td[data-head]::before { content: attr(data-head) ": "; color: #555; }
  }
</style>
<h1>${t.title}</h1>
<p class="${link.connected ? '' : 'off'}">${link.connected ? t.brokerThere : t.brokerGone} · <a href="/?lang=${other}" lang="${other}">${t.other}</a></p>
${table(
  t.alarms,
  t.alarmHeads,
  alarms.map((alarm) => alarmRow(alarm, language)),
  t.noAlarms,
)}
${unreadable.length === 0 ? '' : unreadableTable(unreadable, language)}
${owed.length === 0 ? '' : owedTable(owed, language)}
${closed.length === 0 ? '' : closedTable(closed, language)}
${table(
  t.devices,
  t.deviceHeads,
  readings.devices().map((device) => deviceRow(device, centre, language)),
  t.noDevices,
)}
${configTable(orders.readings, language)}
${commandTable(orders.readings, (device) => centre.imageDesk?.fetched(device), language)}
${rolloutTable(orders.readings, language)}
${refused.length === 0 ? '' : `<p>${t.refused}: <a href="/api/refused">${refused.length}</a></p>`}
</html>
`;
}

function alarmRow(alarm: AlarmReading, language: Language): string {
  const cells = [
    `<span class="${alarm.priority}">${pageWords[language].priorities[alarm.priority]}</span>`,
    told(numbered(alarm.code, language), centreAlarmWords[alarm.code].action[language], ...wayOut(alarm, language)),
    escaped(alarm.device),
    escaped(doseOf(alarm, language)),
    since(alarm, language),
  ];
  return row(cells, pageWords[language].alarmHeads);
}

/** `21.11.2026 morgen`; empty where no dose is meant. */
function doseOf({ slot, date }: Pick<AlarmReading, 'slot' | 'date'>, language: Language): string {
  return [
    ...(date === null ? [] : [localDate(date, language)]),
    ...(slot === null ? [] : [slotWord(slot, language)]),
  ].join(' ');
}

/** How an alarm ends that no unit speaks of any more. */
function wayOut({ id, device, code, slot, date, leftOver }: AlarmReading, language: Language): (string | Typed)[] {
  if (!leftOver) return [];
  const t = pageWords[language];
  const dose = slot === null || date === null ? [] : [slot, date];
  const typed = ['dosis centre close-alarm', device, code, ...dose, t.closeBy].join(' ');
  return [id === null ? t.alone : t.leftOver, { typed }];
}

function since({ id, at, receivedAt }: AlarmReading, language: Language): string {
  if (at !== null) return localTime(at * 1000, language);
  const { ownClock, received } = pageWords[language];
  return `${localTime(receivedAt, language)}<span class="note">${id === null ? ownClock : received}</span>`;
}

function unreadableTable(devices: readonly UnreadableSummary[], language: Language): string {
  const t = pageWords[language];
  const rows = devices.map(({ device, records, stuck, lastMs }) =>
    row(
      [
        stuck ? told(t.stuckTitle, t.stuckAction) : told(t.unreadableTitle, t.unreadableAction),
        escaped(device),
        `<a href="/api/unreadable">${records}</a>`,
        localTime(lastMs, language),
      ],
      t.unreadableHeads,
    ),
  );
  return table(t.unreadable, t.unreadableHeads, rows, '');
}

function owedTable(owed: readonly OwedReading[], language: Language): string {
  const t = pageWords[language];
  const rows = owed.map(({ device, epoch, records, handedOver, sinceMs }) =>
    row(
      [
        handedOver
          ? told(t.owedTitle, t.owedAction, { typed: `dosis centre take-in "swap-${device}"` })
          : told(t.silentTitle, ...silentLines(device, epoch, language)),
        escaped(device),
        handedOver || records > 0 ? String(records) : '?',
        localTime(sinceMs, language),
      ],
      t.owedHeads,
    ),
  );
  return table(t.owed, t.owedHeads, rows, '');
}

/** Who answers for an alarm that is gone, and why. */
function closedTable(closed: readonly ClosingReading[], language: Language): string {
  const t = pageWords[language];
  const rows = closed.map((alarm) =>
    row(
      [
        told(numbered(alarm.code, language), `${alarm.author}: ${alarm.reason}`),
        escaped(alarm.device),
        escaped(doseOf(alarm, language)),
        localTime(alarm.closedMs, language),
      ],
      t.closedHeads,
    ),
  );
  return table(t.closed, t.closedHeads, rows, '');
}

function silentLines(device: string, epoch: number, language: Language): (string | Typed)[] {
  const t = pageWords[language];
  const whose = `--unit ${device} --epoch ${epoch}`;
  return [
    ...[t.silentRead, { typed: `dosis centre take-in ${t.file} ${whose}` }],
    ...[t.silentLost, { typed: `dosis centre take-in --lost ${whose}` }],
  ];
}

function deviceRow(device: DeviceReading, { orders }: Centre, language: Language): string {
  const t = pageWords[language];
  const cells = [
    escaped(device.id),
    connection(device, language),
    localTime(device.lastHeardMs, language),
    String(device.openAlarms),
    escaped(device.firmware ?? '–'),
    configCell(device, orders.readings, language),
  ];
  return row(cells, t.deviceHeads);
}

/** With the fault that the device named last, whether or not it is there. */
function connection({ online, fault }: DeviceReading, language: Language): string {
  const t = pageWords[language];
  const there = online ? t.online : `<span class="off">${t.offline}</span>`;
  return fault === null ? there : `${there} · <span class="off">${numbered(fault, language)}</span>`;
}

/** `5 · Pose sidder fast`, by the number that the caller reads on the unit. */
function numbered(code: CentreAlarmCode, language: Language): string {
  const { number, title } = centreAlarmWords[code];
  return `${number} · ${title[language]}`;
}
