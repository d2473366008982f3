import { sha256 } from '@noble/hashes/sha2.js';
import { type Memory, REGISTERS_AT_START } from '../../../firmware/domain/memory.ts';
import { readSettings } from '../../../firmware/domain/settings.ts';
import type { Sachet } from '../../../firmware/domain/stock.ts';
import { type ConfigDocument, encodeConfig } from '../../../protocol/messages/config.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Two doses a day, one sachet each. */
export const CONFIG: ConfigDocument = {
  version: 1,
  profile: 'dual-roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '70 12 34 56',
  regimen: {
    slots: [
      { id: 'morning', at: '08:00', beforeMinutes: 30, afterMinutes: 60 },
      { id: 'evening', at: '20:00', beforeMinutes: 30, afterMinutes: 60 },
    ],
  },
  takeOutDosesMax: 6,
  quietMinutes: 15,
};

/** The labelled sachets of `days` days from `date`, one for each slot. */
export function labels(date: string, days: number, slots: readonly string[] = ['morning', 'evening']): Sachet[] {
  const firstMs = Date.parse(`${date}T00:00Z`);
  return Array.from({ length: days }, (_, day) => new Date(firstMs + day * DAY).toISOString().slice(0, 10)).flatMap(
    (day) => slots.map((slot) => ({ slot, date: day })),
  );
}

/** The memory of a unit that was provisioned at an instant and that nothing has happened to. */
export function freshMemory(config: Partial<ConfigDocument>, atMs: number): Memory {
  const document = { ...CONFIG, ...config };
  return {
    settings: readSettings(document),
    configHash: sha256(encodeConfig(document)),
    doses: new Map(),
    rolls: new Map(),
    intent: null,
    alarms: new Map(),
    registers: { ...REGISTERS_AT_START, setUpMs: atMs, scheduleFromMs: atMs },
    lastSeq: 0,
  };
}
