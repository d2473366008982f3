import { slotWord } from '../../protocol/alarm-words.ts';
import { faultOf } from '../../protocol/faults/catalogue.ts';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { JournalEntry } from '../../protocol/messages/service-journal.ts';
import { refusalWords } from '../../protocol/refusal-words.ts';
import { orderWords } from '../centre/orders/words.ts';
import type { LogRecord } from './log-file.ts';
import type { TechWords } from './words.ts';

const SEQ_COLUMNS = 6;

/** `   412  21.11.2026 08.02  Dosis taget · morgen 2026-11-21` */
export function logLine(t: TechWords, { seq, event }: LogRecord): string {
  const number = String(seq).padStart(SEQ_COLUMNS);
  if (event === undefined) return `${number}  ${t.log.unreadable}`;
  const about = [t.log.events[event.type], ...detailsOf(t, event)].filter((part) => part !== '');
  return `${number}  ${t.instant(event.at)}${event.suspect === true ? ` ${t.log.suspect}` : ''}  ${about.join(' · ')}`;
}

/** `21.11.2026, 08.02  T-0042 (tekniker) · fil hentet · log` */
export function journalLine(t: TechWords, { at, act, detail, pass, role }: JournalEntry): string {
  const who = pass === undefined ? t.log.withoutPass : `${pass}${role === undefined ? '' : ` (${t.roles[role]})`}`;
  const when = at === 0 ? t.log.withoutClock : t.instant(at);
  return `${when}  ${[who, t.log.acts[act], detail].filter((part) => part !== '').join(' · ')}`;
}

function detailsOf(t: TechWords, event: DeviceEvent): readonly string[] {
  const { language, log } = t;
  switch (event.type) {
    case 'dose.missed':
    case 'dose.withheld':
    case 'dose.uncertain':
      return [dose(t, event), log.reasons[event.reason]];
    case 'dose.released':
    case 'dose.presented':
    case 'dose.taken':
    case 'dose.retracted':
    case 'dose.takenOut':
    case 'sachet.swallowed':
      return [dose(t, event)];
    case 'dose.settled':
      return [dose(t, event), log.fates[event.fate]];
    case 'alarm.raised':
    case 'alarm.cleared':
      return alarm(t, event);
    case 'presence.changed':
      return [log.presences[event.presence]];
    case 'stock.loaded':
      return [log.sachets(event.count)];
    case 'door.opened':
      return [event.authorised ? log.withKey : log.forced];
    case 'device.started':
      return [t.info.startNumber(event.boot), event.firmware];
    case 'power.changed':
      return [log.power[event.source], `${event.percent} %`];
    case 'config.applied':
      return [`version ${event.version}`];
    case 'config.refused':
      return [event.version === undefined ? '' : `version ${event.version}`, refusalWords[event.code].title[language]];
    case 'command.obeyed':
      return [orderWords[language].commands[event.command]];
    case 'command.refused':
      return [refusalWords[event.code].title[language]];
    case 'update.ended':
      return [event.firmware, event.code === undefined ? '' : refusalWords[event.code].title[language]];
    case 'unit.tookOver':
      return [`epoch ${event.epoch}`, `1–${event.through}`];
    case 'service.done':
      return [log.acts[event.act], event.pass ?? log.withoutPass];
    default:
      return [];
  }
}

function dose({ language }: TechWords, { slot, date }: { readonly slot: string; readonly date: string }): string {
  return `${slotWord(slot, language)} ${date}`;
}

function alarm(t: TechWords, event: Extract<DeviceEvent, { type: 'alarm.raised' | 'alarm.cleared' }>): string[] {
  const { number, title } = faultOf(event.code);
  const { slot, date } = event;
  const about = slot === undefined || date === undefined ? [] : [dose(t, { slot, date })];
  return [`${number} ${title[t.language]}`, ...about];
}
