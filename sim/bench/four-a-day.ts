import type { ConfigDocument } from '../../protocol/messages/config.ts';

/** Four doses a day, as most people with dispensed medicine have. */
export const FOUR_A_DAY: ConfigDocument = {
  version: 1,
  profile: 'dual-roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '70 12 34 56',
  regimen: {
    slots: ['morgen', 'middag', 'aften', 'nat'].map((id, index) => ({
      id,
      at: `${String(8 + 4 * index).padStart(2, '0')}:00`,
      beforeMinutes: 45,
      afterMinutes: 75,
    })),
  },
};
