/** What the display says by itself; everything else it shows are the unit's own phrases. */
export const kioskWords = {
  da: {
    starting: ['Et øjeblik …', 'Skærmen venter på apparatet.'],
    lost: ['Skærmen får ikke besked fra apparatet.', 'Vent lidt.'],
    call: 'Bliver det ved, så ring {number}.',
  },
  en: {
    starting: ['One moment …', 'The display is waiting for the unit.'],
    lost: ['The display hears nothing from the unit.', 'Wait a little.'],
    call: 'If it goes on, call {number}.',
  },
} as const;
