import { doseName } from '../../protocol/alarm-words.ts';
import { commandWords } from '../../protocol/command-words.ts';
import { faultOf } from '../../protocol/faults/catalogue.ts';
import type { Language } from '../../protocol/messages/config.ts';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { ServiceAct } from '../../protocol/messages/service-acts.ts';
import type { JournalEntry } from '../../protocol/messages/service-journal.ts';
import { refusalWords } from '../../protocol/refusal-words.ts';
import type { LogRecord } from './log-file.ts';
import { sessionEnds } from './words/session-ends.ts';
import type { TechWords } from './words.ts';
import type { Zone } from './zone.ts';

const SEQ_COLUMNS = 6;

/** `   412  21.11.2026 08.02  Dosis taget · morgen 2026-11-21` */
export function logLine(t: TechWords, { seq, event }: LogRecord, zone: Zone): string {
  const number = String(seq).padStart(SEQ_COLUMNS);
  if (event === undefined) return `${number}  ${t.log.unreadable}`;
  const about = [t.log.events[event.type], ...detailsOf(t, event)].filter((part) => part !== '');
  return `${number}  ${t.instant(event.at, zone.name)}${event.suspect === true ? ` ${t.log.suspect}` : ''}  ${about.join(' · ')}`;
}

/** `21.11.2026, 08.02  T-0042 (tekniker) · fil hentet · log` */
export function journalLine(t: TechWords, entry: JournalEntry, zone: Zone): string {
  const { at, act, pass, role, end, code, times } = entry;
  const { log, language } = t;
  const who = pass === undefined ? log.withoutPass : `${pass}${role === undefined ? '' : ` (${t.roles[role]})`}`;
  const when = at === 0 ? log.withoutClock : t.instant(at, zone.name);
  const why = code === undefined ? '' : refusalWords[code].title[language];
  const often = times === undefined ? '' : log.times(times);
  return `${when}  ${[who, actOf(t, act, end), detailOf(entry, language), why, often].filter((part) => part !== '').join(' · ')}`;
}

/** What the unit wrote beside an act: names and numbers as they are, words of its own in the reader's language. */
function detailOf({ act, detail }: JournalEntry, language: Language): string {
  return (act === 'session-ended' ? sessionEnds[detail]?.[language] : undefined) ?? detail;
}

/** What was done, or was not: never the one for the other. */
function actOf({ log }: TechWords, act: ServiceAct, end: JournalEntry['end']): string {
  if (end === undefined) return log.acts[act];
  return end === 'refused' ? log.refusedAct(log.acts[act]) : log.cutOffAct(log.acts[act]);
}

function detailsOf(t: TechWords, event: DeviceEvent): readonly string[] {
  const { language, log } = t;
  switch (event.type) {
    case 'dose.missed':
    case 'dose.withheld':
    case 'dose.uncertain':
      return [doseName(event, t.language), log.reasons[event.reason]];
    case 'dose.released':
    case 'dose.presented':
    case 'dose.taken':
    case 'dose.retracted':
    case 'dose.takenOut':
    case 'dose.given':
    case 'sachet.swallowed':
    case 'reminder.heard':
    case 'reminder.unreached':
      return [doseName(event, t.language)];
    case 'dose.settled':
      return [doseName(event, t.language), log.fates[event.fate]];
    case 'alarm.raised':
    case 'alarm.cleared':
      return alarm(t, event);
    case 'presence.changed':
      return [log.presences[event.presence]];
    case 'stock.loaded':
      return [event.roll, log.sachets(event.count)];
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
      return [commandWords[language][event.command]];
    case 'command.refused':
      return [refusalWords[event.code].title[language]];
    case 'update.ended':
      return [event.firmware, event.code === undefined ? '' : refusalWords[event.code].title[language]];
    case 'unit.tookOver':
      return [`epoch ${event.epoch}`, `1–${event.through}`];
    case 'service.done':
      return [actOf(t, event.act, event.cutOff === true ? 'cut-off' : undefined), event.pass ?? log.withoutPass];
    case 'service.refused':
      return [
        actOf(t, event.act, 'refused'),
        event.pass ?? log.withoutPass,
        event.code === undefined ? '' : refusalWords[event.code].title[language],
      ];
    default:
      return [];
  }
}

function alarm(t: TechWords, event: Extract<DeviceEvent, { type: 'alarm.raised' | 'alarm.cleared' }>): string[] {
  const { number, title } = faultOf(event.code);
  const { slot, date } = event;
  const about = slot === undefined || date === undefined ? [] : [doseName({ slot, date }, t.language)];
  return [`${number} ${title[t.language]}`, ...about];
}
