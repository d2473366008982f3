import type { ConfigDocument } from '../../protocol/messages/config.ts';

/** The regimen that `npm start` shows: four doses a day, as many citizens have. */
export function demoConfig(profile: 'roll' | 'dual-roll'): ConfigDocument {
  return {
    version: 1,
    profile,
    zone: 'Europe/Copenhagen',
    language: 'da',
    serviceNumber: '70 12 34 56',
    regimen: {
      slots: [
        { id: 'morgen', at: '08:00', beforeMinutes: 60, afterMinutes: 75 },
        { id: 'middag', at: '12:00', beforeMinutes: 45, afterMinutes: 75 },
        { id: 'aften', at: '18:00', beforeMinutes: 60, afterMinutes: 75 },
        { id: 'nat', at: '22:00', beforeMinutes: 60, afterMinutes: 75 },
      ],
    },
    takeOutDosesMax: 28,
    quietMinutes: 10,
  };
}
