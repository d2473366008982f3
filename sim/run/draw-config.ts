import type { ConfigDocument, SlotConfig } from '../../protocol/messages/config.ts';
import type { Random } from '../kernel/random.ts';
import { apart, clockTime, closest } from '../world/spacing.ts';

const zones = [
  'Europe/Copenhagen',
  'Europe/Copenhagen',
  'Europe/Copenhagen',
  'America/New_York',
  'Australia/Lord_Howe',
  'Atlantic/Azores',
];

/** A regimen of about four doses a day, with windows that do not touch, in some zone. */
export function drawConfig(draw: Random): ConfigDocument {
  const slots: SlotConfig[] = [];
  const count = draw.pick([3, 4, 4, 4, 5]);
  for (let index = 0; index < count; index += 1) {
    const minute = Math.floor(((index + 0.25 + draw.unit() * 0.4) * 1440) / count) + draw.pick([0, 0, 30]);
    const beforeMinutes = draw.pick([0, 15, 30, 60]);
    const afterMinutes = draw.pick([30, 45, 75, 120]);
    slots.push({
      id: `slot-${index}`,
      at: clockTime(Math.min(minute, 1439)),
      beforeMinutes,
      afterMinutes,
      ...(draw.chance(0.15) ? { sachets: 2 } : {}),
    });
  }
  return {
    version: 1,
    profile: draw.chance(0.6) ? 'dual-roll' : 'roll',
    zone: draw.pick(zones),
    language: 'da',
    serviceNumber: '70 10 20 30',
    regimen: {
      slots: apart(slots),
      minIntervalMinutes: Math.min(draw.pick([0, 30, 60, 120, 180, 240]), closest(slots)),
    },
    takeOutDosesMax: 12,
    quietMinutes: draw.pick([0, 10]),
  };
}
