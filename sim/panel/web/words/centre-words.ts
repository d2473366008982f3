import { centreAlarmWords, slotWord } from '../../../../protocol/alarm-words.ts';
import type { DeviceEventType, ReleaseReason } from '../../../../protocol/messages/event.ts';
import type { Both } from '../../frames.ts';
import type { Tone } from '../ui/tone.ts';
import { both, type Language, say } from './language.ts';
import { civilOfInstant, shortDate } from './times.ts';

/** An event as the service centre hands it on. It comes from another program, so nothing in it is taken for granted. */
export interface CentreEvent {
  readonly type: string;
  readonly at?: unknown;
  readonly [field: string]: unknown;
}

type Words = readonly [words: Both, tone: Tone];

const eventWords: Readonly<Record<DeviceEventType, Words>> = {
  'dose.released': [both('Dosis frigivet', 'Dose released'), 'quiet'],
  'dose.presented': [both('Dosis klar i skålen', 'Dose in the cup'), 'call'],
  'dose.taken': [both('Dosis taget', 'Dose taken'), 'good'],
  'dose.missed': [both('Dosis ikke taget', 'Dose missed'), 'bad'],
  'dose.retracted': [both('Dosis trukket ind igen', 'Dose drawn back in'), 'bad'],
  'dose.withheld': [both('Dosis holdt tilbage', 'Dose withheld'), 'quiet'],
  'dose.takenOut': [both('Dosis taget ud på forhånd', 'Dose taken out ahead'), 'good'],
  'dose.given': [both('Dosis udleveret, ikke set taget', 'Dose given, not seen taken'), 'good'],
  'dose.uncertain': [both('Dosis uafklaret', 'Dose uncertain'), 'warn'],
  'dose.settled': [both('Uafklaret dosis afgjort', 'Uncertain dose settled'), 'good'],
  'sachet.swallowed': [both('Pose lagt i låst beholder', 'Sachet put in the locked bin'), 'quiet'],
  'alarm.raised': [both('Alarm', 'Alarm'), 'bad'],
  'alarm.cleared': [both('Alarm slut', 'Alarm over'), 'good'],
  'presence.changed': [both('Ophold ændret', 'Presence changed'), 'quiet'],
  'stock.loaded': [both('Rulle sat i', 'Roll fitted'), 'quiet'],
  'bin.emptied': [both('Låst beholder tømt', 'Locked bin emptied'), 'quiet'],
  'door.opened': [both('Låge åbnet', 'Door opened'), 'quiet'],
  'door.closed': [both('Låge lukket', 'Door closed'), 'quiet'],
  'device.started': [both('Apparat startet', 'Device started'), 'quiet'],
  'clock.suspected': [both('Uret er usikkert', 'Clock not trusted'), 'warn'],
  'clock.trusted': [both('Uret passer igen', 'Clock trusted again'), 'good'],
  'power.changed': [both('Strøm ændret', 'Power changed'), 'quiet'],
  'config.applied': [both('Nye indstillinger i brug', 'New settings in force'), 'quiet'],
  'config.refused': [both('Indstillinger afvist', 'Settings refused'), 'warn'],
  'command.obeyed': [both('Besked fra centralen udført', 'Order from the centre carried out'), 'quiet'],
  'service.done': [both('Tekniker ved kablet', 'Technician at the cable'), 'quiet'],
  'service.refused': [both('Afvist ved kablet', 'Refused at the cable'), 'quiet'],
  'command.refused': [both('Besked fra centralen afvist', 'Order from the centre refused'), 'warn'],
  'unit.handedOver': [both('Apparatet er afløst af et andet', 'Another unit takes its place'), 'quiet'],
  'unit.tookOver': [both('Apparatet har afløst et andet', 'The unit has taken the place of another'), 'quiet'],
  'reminder.heard': [both('Borgeren har hørt brikken kalde', 'The citizen has heard the tag call'), 'good'],
  'reminder.unreached': [both('Brikken kunne ikke nås med påmindelsen', 'The reminder did not reach the tag'), 'warn'],
  'update.ended': [both('Programopdatering afsluttet', 'Firmware update ended'), 'quiet'],
};

const unknownEvent = both('Ukendt hændelse fra et nyere apparat', 'Unknown event from a newer device');

const reasonWords: Readonly<Record<ReleaseReason, Both>> = {
  'not-taken': both('blev ikke hentet', 'was not collected'),
  blocked: both('udgangen var spærret', 'the outlet was blocked'),
  'no-stock': both('der var ingen pose', 'there was no sachet'),
  'min-interval': both('for tæt på forrige dosis', 'too soon after the dose before'),
  away: both('borgeren er ude', 'the citizen is away'),
  paused: both('apparatet er sat i bero', 'the device is paused'),
  'power-off': both('strømmen var væk', 'there was no power'),
  jam: both('en pose sad fast', 'a sachet was stuck'),
  'no-evidence': both('ingen sikre spor', 'no reliable evidence'),
  'left-in-cup': both('posen blev liggende', 'the sachet was left lying'),
  'regimen-changed': both('medicinen er ændret', 'the medicine was changed'),
  partial: both('kun en del kom ud', 'only part came out'),
};

const presenceWords: Readonly<Record<string, Both>> = {
  home: both('Borgeren er hjemme', 'The citizen is at home'),
  away: both('Borgeren er ude', 'The citizen is away'),
  paused: both('Apparatet er sat i bero', 'The device is paused'),
};

function lookUp<T>(table: Readonly<Record<string, T>>, key: unknown): T | undefined {
  return typeof key === 'string' && Object.hasOwn(table, key) ? table[key] : undefined;
}

export function alarmTitle(code: unknown, language: Language): string {
  const known = lookUp(centreAlarmWords, code);
  return known === undefined ? String(code ?? '?') : say(known.title, language);
}

/** `5 · ` before the title of an alarm: what the caller reads on the device. */
export function alarmNumbered(code: unknown): string {
  const known = lookUp(centreAlarmWords, code);
  return known === undefined ? '' : `${known.number} · `;
}

/** What the operator does about an alarm; nothing for one of a newer device. */
export function alarmAction(code: unknown, language: Language): string {
  const known = lookUp(centreAlarmWords, code);
  return known === undefined ? '' : say(known.action, language);
}

/** What happened, without the dose and the time: `Dosis taget`, `Alarm: Pose sidder fast`. */
export function eventTitle(event: CentreEvent, language: Language): string {
  if (event.type === 'unknown') return say(unknownEvent, language);
  const known = lookUp(eventWords, event.type);
  const title = known === undefined ? event.type : say(known[0], language);
  if (event.type === 'power.changed') return powerTitle(event, language);
  if (event.type === 'presence.changed')
    return say(lookUp(presenceWords, event.presence) ?? both(title, title), language);
  if (event.type === 'alarm.raised' || event.type === 'alarm.cleared')
    return `${title}: ${alarmTitle(event.code, language)}`;
  const detail = eventDetail(event, language);
  return detail === '' ? title : `${title} (${detail})`;
}

export function eventTone(event: CentreEvent): Tone {
  if (event.type === 'power.changed') return event.source === 'battery' ? 'warn' : 'good';
  if (event.type === 'door.opened' && event.authorised === false) return 'bad';
  return lookUp(eventWords, event.type)?.[1] ?? 'quiet';
}

function eventDetail(event: CentreEvent, language: Language): string {
  const words = (da: string, en: string) => say(both(da, en), language);
  const details: string[] = [];
  if (event.late === true) details.push(words('sent', 'late'));
  if (event.ahead === true) details.push(words('på forhånd', 'ahead'));
  if (event.inferred === true) details.push(words('sluttet af sporene', 'inferred'));
  const reason = lookUp(reasonWords, event.reason);
  if (reason !== undefined) details.push(say(reason, language));
  if (event.fate === 'taken') details.push(words('blev taget', 'was taken'));
  if (event.fate === 'missed') details.push(words('blev ikke taget', 'was not taken'));
  if (event.type === 'stock.loaded') details.push(`${event.roll}: ${event.count} ${words('poser', 'sachets')}`);
  if (event.type === 'door.opened') {
    details.push(event.authorised === true ? words('med nøgle', 'with key') : words('uden nøgle', 'without key'));
  }
  if (event.type === 'config.applied') details.push(`${'version'} ${event.version}`);
  return details.join(', ');
}

function powerTitle({ source, percent }: CentreEvent, language: Language): string {
  if (source === 'mains') return say(both('Strømmen er tilbage', 'Mains power is back'), language);
  return say(both(`Kører på batteri (${percent} %)`, `Running on battery (${percent}%)`), language);
}

/** The dose an event is about: `morgen 21. nov.`, or nothing. */
export function eventDose(event: CentreEvent, language: Language): string {
  if (typeof event.slot !== 'string') return '';
  const slot = slotWord(event.slot, language);
  return typeof event.date === 'string' ? `${slot} ${shortDate(event.date, language)}` : slot;
}

/** Day and time of an event in the home where the device stands. */
export function eventWhen(event: CentreEvent, language: Language): { day: string; time: string } {
  const civil = civilOfInstant(event.at);
  return civil === null
    ? { day: '', time: '?' }
    : { day: shortDate(civil.date, language), time: civil.time.slice(0, 5) };
}
