import { describe, expect, test } from 'vitest';
import { knownBoard } from '../../../hal/johnny-five/board-file.ts';
import { alarmWords } from '../../../protocol/alarm-words.ts';
import { PHRASES } from '../../../protocol/phrases.ts';
import { HOLD_MS } from '../../../sim/panel/web/device/hold.ts';
import {
  alarmAction,
  alarmNumbered,
  alarmTitle,
  type CentreEvent,
  eventDose,
  eventTitle,
  eventTone,
  eventWhen,
} from '../../../sim/panel/web/words/centre-words.ts';
import { stateWords } from '../../../sim/panel/web/words/chart-words.ts';
import { displayLines, labelWord, unbroken } from '../../../sim/panel/web/words/dose-words.ts';
import type { Language } from '../../../sim/panel/web/words/language.ts';
import { words } from '../../../sim/panel/web/words/panel-words.ts';
import { civilOf, civilOfInstant, longDate, minutesOf } from '../../../sim/panel/web/words/times.ts';
import { pageWords } from '../../../tools/centre/words.ts';
import { scriptedEvents } from './scripted-centre.ts';

const at = Date.parse('2025-11-21T09:02:33+01:00') / 1000;
const morning = { slot: 'morgen', date: '2025-11-21' };

/** A row of the list, read aloud: what happened, to which dose or on which day, and when. */
function row(event: CentreEvent, language: Language): string {
  const { day, time } = eventWhen(event, language);
  return `${eventTitle(event, language)} – ${eventDose(event, language) || day} ${time}`;
}

describe('an event in words', () => {
  test.each([
    [
      { type: 'dose.taken', at, ...morning },
      'Dosis taget – morgen 21. nov. 09:02',
      'Dose taken – morning 21 Nov 09:02',
    ],
    [
      { type: 'dose.taken', at, slot: 'aften', date: '2025-11-20', late: true },
      'Dosis taget (sent) – aften 20. nov. 09:02',
      'Dose taken (late) – evening 20 Nov 09:02',
    ],
    [
      { type: 'dose.missed', at, slot: 'kl-8', date: '2025-11-21', reason: 'not-taken' },
      'Dosis ikke taget (blev ikke hentet) – kl-8 21. nov. 09:02',
      'Dose missed (was not collected) – kl-8 21 Nov 09:02',
    ],
    [
      { type: 'alarm.raised', at, code: 'mechanism-jam' },
      'Alarm: Pose sidder fast – 21. nov. 09:02',
      'Alarm: Sachet stuck – 21 Nov 09:02',
    ],
    [
      { type: 'power.changed', at, source: 'battery', percent: 64 },
      'Kører på batteri (64 %) – 21. nov. 09:02',
      'Running on battery (64%) – 21 Nov 09:02',
    ],
    [
      { type: 'presence.changed', at, presence: 'away' },
      'Borgeren er ude – 21. nov. 09:02',
      'The citizen is away – 21 Nov 09:02',
    ],
    [
      { type: 'door.opened', at, authorised: false },
      'Låge åbnet (uden nøgle) – 21. nov. 09:02',
      'Door opened (without key) – 21 Nov 09:02',
    ],
  ])('%j', (event, da, en) => {
    expect(row(event, 'da')).toBe(da);
    expect(row(event, 'en')).toBe(en);
  });

  test('every scripted event has a title in both languages', () => {
    for (const event of scriptedEvents) {
      expect(eventTitle(event, 'da')).not.toContain('.');
      expect(eventTitle(event, 'en')).not.toBe(eventTitle(event, 'da'));
    }
  });

  test.each([
    [{ type: 'toString' }, 'toString –  ?'],
    [{ type: 'dose.vanished', at: 'never', slot: 7 }, 'dose.vanished –  ?'],
    [{ type: 'alarm.raised', at, code: 'brand-new' }, 'Alarm: brand-new – 21. nov. 09:02'],
  ])('one from a newer unit is shown as it is: %j', (event, sentence) => {
    expect(row(event, 'da')).toBe(sentence);
    expect(eventTone(event)).toMatch(/quiet|bad/);
  });

  test('an unauthorised opening looks bad, an authorised one does not', () => {
    expect(eventTone({ type: 'door.opened', authorised: false })).toBe('bad');
    expect(eventTone({ type: 'door.opened', authorised: true })).toBe('quiet');
  });
});

test('an alarm says what the operator does, and one from a newer unit is shown by its code alone', () => {
  expect(alarmTitle('mechanism-jam', 'da')).toBe('Pose sidder fast');
  expect([alarmNumbered('mechanism-jam'), alarmNumbered('brand-new')]).toEqual(['5 · ', '']);
  expect(alarmAction('mechanism-jam', 'da')).toMatch(/ send en tekniker\.$/);
  expect([alarmTitle('brand-new', 'da'), alarmAction('brand-new', 'da')]).toEqual(['brand-new', '']);
});

describe('local time', () => {
  test.each([
    ['an offset has done its work', '2025-07-01T00:10:00+02:00', '2025-07-01 00:10:00'],
    ['UTC in summer', '2025-06-30T22:10:00Z', '2025-07-01 00:10:00'],
    ['seconds in winter', at, '2025-11-21 09:02:33'],
    ['milliseconds', at * 1000, '2025-11-21 09:02:33'],
    ['the first of the repeated hours', Date.parse('2026-10-25T00:30:00Z') / 1000, '2026-10-25 02:30:00'],
    ['the second of the repeated hours', Date.parse('2026-10-25T01:30:00Z') / 1000, '2026-10-25 02:30:00'],
  ])('%s', (_, instant, expected) => {
    const civil = civilOfInstant(instant);
    expect(`${civil?.date} ${civil?.time}`).toBe(expected);
  });

  test.each([['soon'], [null], [undefined], [Number.NaN], [{}]])('%j is no time', (instant) => {
    expect(civilOfInstant(instant)).toBeNull();
  });

  test('dates as people write them', () => {
    expect(longDate('2025-11-21', 'da')).toBe('fredag 21. november 2025');
    expect(longDate('2025-11-21', 'en')).toBe('Friday 21 November 2025');
    expect(civilOf('2025-11-21T09:02:33+01:00')).toEqual({ date: '2025-11-21', time: '09:02:33' });
    expect(minutesOf('23:59')).toBe(1439);
  });
});

describe('the display', () => {
  test('gives each sentence its line and keeps numbers and names whole', () => {
    expect(displayLines('Apparatet kan ikke give medicin. Ring 70 12 34 56. Enhed DD-0042.')).toEqual([
      'Apparatet kan ikke give medicin.',
      'Ring 70\u00a012\u00a034\u00a056.',
      'Enhed DD\u20110042.',
    ]);
    expect(displayLines('Næste dosis kl. 09:00, fredag 21. november.')).toHaveLength(1);
    expect(displayLines('')).toEqual([]);
  });

  test('has room for everything the firmware says: at most four sentences', () => {
    for (const { da, en } of Object.values(PHRASES)) {
      expect(displayLines(da).length).toBeLessThanOrEqual(4);
      expect(displayLines(en).length).toBeLessThanOrEqual(4);
    }
  });
});

test('what is said below the unit keeps telephone numbers and names whole', () => {
  expect(unbroken('Ring 70 12 34 56. Sig: DD-0042.')).toBe('Ring 70\u00a012\u00a034\u00a056. Sig: DD\u20110042.');
});

test('a sachet label is read in either language', () => {
  expect(labelWord('morgen 21-11', 'en')).toBe('morning 21-11');
  expect(labelWord('morning 21-11', 'da')).toBe('morgen 21-11');
  expect(labelWord('kl-8', 'da')).toBe('kl-8');
});

test('every word of the page is there in both languages', () => {
  for (const [name, { da, en }] of Object.entries(words))
    expect([name, da, en].every((word) => word !== '')).toBe(true);
});

/** Every text a person reads on the page, on the centre's page and in alarms, in Danish. */
const danish = JSON.stringify([words, stateWords, pageWords.da, alarmWords], (key, value) =>
  key === 'en' ? '' : value,
);

test('the service centre has one name in Danish', () => {
  expect(danish.match(/servicecentral/gi)?.length).toBeGreaterThan(3);
  expect(danish).not.toMatch(/servicecent(er|re)/i);
});

test('the big button is held as long as that of the reference unit, and the page says for how long', () => {
  expect(HOLD_MS).toBe(knownBoard('reference').button.holdMs);
  expect(words.quietNote.da).toContain(`${HOLD_MS / 1000} sekunder`);
  expect(words.quietNote.en).toContain(`${HOLD_MS / 1000} seconds`);
});

test('a device is "i bero"; only the time of the simulator is on pause', () => {
  expect(danish.match(/\bpå pause\b/g)).toEqual(['på pause']);
  expect(words.pause.da).toContain('på pause');
  expect(stateWords.paused?.da).toBe('i bero');
  expect(eventTitle({ type: 'presence.changed', presence: 'paused' }, 'da')).toContain('i bero');
});
