import type { Centre } from './centre.ts';
import type { AlarmReading, DeviceReading } from './readings.ts';
import { alarmWords, type Language, pageWords } from './words.ts';

/** How often an open page asks again. */
const REFRESH_S = 5;

/** The whole centre on one page, without a script: what is open, who is there, what was refused. */
export function statusPage(centre: Centre, language: Language): string {
  const t = pageWords[language];
  const { readings, link } = centre;
  const alarms = readings.openAlarms();
  const refused = readings.refusals();
  const other = language === 'da' ? 'en' : 'da';
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${REFRESH_S}">
<title>${alarms.length > 0 ? `(${alarms.length}) ` : ''}${t.title}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; } caption { font-weight: 600; text-align: left; padding: 1.5rem 0 .5rem; }
  th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ccc; }
  .high { color: #b00020; font-weight: 600; } .medium { color: #7a5b00; font-weight: 600; } .off { color: #b00020; }
</style>
<h1>${t.title}</h1>
<p class="${link.connected ? '' : 'off'}">${link.connected ? t.brokerThere : t.brokerGone} · <a href="/?lang=${other}" lang="${other}">${t.other}</a></p>
${table(
  t.alarms,
  t.alarmHeads,
  alarms.map((alarm) => alarmRow(alarm, language)),
  t.noAlarms,
)}
${table(
  t.devices,
  t.deviceHeads,
  readings.devices().map((device) => deviceRow(device, language)),
  t.noDevices,
)}
${refused.length === 0 ? '' : `<p>${t.refused}: <a href="/api/refused">${refused.length}</a></p>`}
</html>
`;
}

function alarmRow(alarm: AlarmReading, language: Language): string {
  const dose = [alarm.date, alarm.slot].filter((part) => part !== null).join(' ');
  const cells = [
    `<span class="${alarm.priority}">${pageWords[language].priorities[alarm.priority]}</span>`,
    escaped(alarmWords[alarm.code][language]),
    escaped(alarm.device),
    escaped(dose),
    alarm.at === null
      ? `${localTime(alarm.receivedAt, language)} (${pageWords[language].received})`
      : localTime(alarm.at * 1000, language),
  ];
  return row(cells);
}

function deviceRow(device: DeviceReading, language: Language): string {
  const t = pageWords[language];
  const cells = [
    escaped(device.id),
    device.online ? t.online : `<span class="off">${t.offline}</span>`,
    localTime(device.lastHeardMs, language),
    String(device.openAlarms),
    escaped(device.firmware ?? '–'),
    String(device.configVersion ?? '–'),
  ];
  return row(cells);
}

function table(caption: string, heads: readonly string[], rows: readonly string[], nothing: string): string {
  const body = rows.length > 0 ? rows.join('\n') : `<tr><td colspan="${heads.length}">${nothing}</td></tr>`;
  const head = heads.map((text) => `<th scope="col">${text}</th>`).join('');
  return `<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function localTime(ms: number, language: Language): string {
  return new Date(ms).toLocaleString(language === 'da' ? 'da-DK' : 'en-GB', {
    timeZone: 'Europe/Copenhagen',
    dateStyle: 'short',
    timeStyle: 'short',
  });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
