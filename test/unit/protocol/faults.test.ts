import { describe, expect, it } from 'vitest';
import { LOCKING, UNTIL_REFILLED } from '../../../firmware/domain/lockout.ts';
import type { LockdownCause } from '../../../firmware/host/lockdown.ts';
import { alarmWords, centreAlarmWords } from '../../../protocol/alarm-words.ts';
import {
  faultNumber,
  faultNumbered,
  faultOf,
  faults,
  keepsMedicineBack,
  lockdownFaults,
} from '../../../protocol/faults/catalogue.ts';
import { type Fault, type FaultLock, type InBothLanguages, recoveryCodes } from '../../../protocol/faults/fault.ts';
import { lockWords, partWords, priorityWords } from '../../../protocol/faults/terms.ts';
import {
  alarmCodes,
  alarmNumber,
  alarmPriority,
  centreOwnCodes,
  lockdownCodes,
} from '../../../protocol/messages/alarm.ts';
import { PHRASES } from '../../../protocol/phrases.ts';
import numbers from '../../../protocol/vectors/fault-numbers.json' with { type: 'json' };

/** Complete by type: a new cause that has no entry does not compile. */
const CAUSES: Readonly<Record<LockdownCause['fault'], true>> = {
  damaged: true,
  contradiction: true,
  newer: true,
  empty: true,
  storage: true,
  internal: true,
};

const codesLocked = (...locks: FaultLock[]) =>
  faults.filter(({ lock }) => locks.includes(lock)).map(({ code }) => code);

describe('the fault catalogue', () => {
  it('keeps every number that was ever given', () => {
    expect(Object.fromEntries(faults.map(({ code, number }) => [code, number]))).toEqual(numbers);
  });

  it('gives each code one number, by which it is found again', () => {
    expect(new Set(faults.map(({ number }) => number)).size).toBe(faults.length);
    for (const { code, number } of faults) {
      expect(faultNumber(code)).toBe(number);
      expect(faultNumbered(number)).toBe(faultOf(code));
    }
    expect(faultNumbered(0)).toBeUndefined();
    expect(faultNumbered(99)).toBeUndefined();
  });

  it('has every alarm a unit can raise, every lock-down, what a unit without firmware and what the centre finds out by itself, and nothing else', () => {
    expect(faults.map(({ code }) => code)).toEqual([
      ...[...alarmCodes, ...lockdownCodes],
      ...[...recoveryCodes, ...centreOwnCodes],
    ]);
    expect(Object.keys(alarmWords)).toEqual([...alarmCodes]);
    expect(Object.keys(centreAlarmWords)).toEqual([...alarmCodes, ...lockdownCodes, ...centreOwnCodes]);
  });

  it('says of each alarm the number that the unit shows and the priority that the centre sorts by', () => {
    for (const code of alarmCodes)
      expect(faultOf(code)).toMatchObject({ number: alarmNumber(code), priority: alarmPriority(code) });
  });

  it('names every cause of a lock-down', () => {
    expect(Object.keys(lockdownFaults).sort()).toEqual(Object.keys(CAUSES).sort());
    expect(new Set(Object.values(lockdownFaults)).size).toBe(Object.keys(CAUSES).length);
  });

  it('calls locked until somebody comes exactly what the unit locks on', () => {
    const locked = codesLocked('until-repaired', 'until-refilled').filter((code) => code in alarmWords);
    expect(locked.sort()).toEqual([...LOCKING].sort());
    expect(codesLocked('until-refilled').sort()).toEqual([...UNTIL_REFILLED].sort());
  });

  it('says that medicine still comes out of nothing that a unit locks itself down for', () => {
    for (const code of Object.values(lockdownFaults)) expect(keepsMedicineBack(faultOf(code)), code).toBe(true);
  });

  it('quotes only what the unit can show and say', () => {
    for (const { sees, hears } of faults)
      for (const key of [...sees, ...hears]) expect(Object.keys(PHRASES)).toContain(key);
  });

  it('names only parts that a technician knows, and uses each of them', () => {
    const named = new Set(faults.flatMap(({ parts }) => parts));
    expect([...named].sort()).toEqual(Object.keys(partWords).sort());
  });
});

/** A whole sentence or a few, as one reads them out on the telephone. */
const sentences = /^\p{Lu}[^<>|]{5,125}[.]$/u;
/** Who reads these has a screwdriver in the other hand. */
const steps = /^\p{Lu}[^<>|]{5,105}[.]$/u;

describe.each(['da', 'en'] as const)('each fault in words, %s', (language) => {
  const each = (words: (fault: Fault) => readonly InBothLanguages[]): string[] =>
    faults.flatMap((fault) => words(fault).map((both) => both[language]));

  it('has a title of its own, short enough for one line', () => {
    const titles = each(({ title }) => [title]);
    expect(new Set(titles).size).toBe(faults.length);
    for (const title of titles) expect(title).toMatch(/^\p{Lu}.{3,34}[^.]$/u);
  });

  it('says what has happened and when it is over in whole sentences', () => {
    const meanings = each(({ meaning }) => [meaning]);
    expect(new Set(meanings).size).toBe(faults.length);
    for (const text of [...meanings, ...each(({ ends }) => [ends])]) expect(text).toMatch(sentences);
  });

  it('tells the operator what to do in one breath', () => {
    for (const code of alarmCodes) expect(faultOf(code).action[language]).toMatch(/^\p{Lu}.{10,99}\.$/u);
    for (const action of each((fault) => [fault.action])) expect(action).toMatch(/^\p{Lu}.+\.$/u);
  });

  it('tells the technician one act at a time', () => {
    for (const step of each(({ repair }) => repair)) expect(step).toMatch(steps);
    for (const { code, parts, repair } of faults) if (parts.length > 0) expect(repair.length, code).toBeGreaterThan(0);
  });

  it('has a word for every part, priority and lock', () => {
    for (const terms of [partWords, priorityWords, lockWords])
      for (const both of Object.values<InBothLanguages>(terms)) expect(both[language]).toMatch(/\p{L}/u);
  });
});
