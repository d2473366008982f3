import type { FaultWords } from './fault.ts';
import { anotherWay } from './shared.ts';

const openAndRepair = {
  da: 'Luk lågen, meld apparatet repareret, og se, at skærmen igen siger, at alt er i orden.',
  en: 'Close the door, report the unit repaired, and see that the display says again that all is well.',
} as const;

const repaired = {
  da: 'Når en tekniker melder apparatet repareret, og det selv finder alt i orden.',
  en: 'When a technician reports the unit repaired and the unit itself finds all in order.',
} as const;

/** The parts that cut, move, count and see the sachets. */
export const mechanismFaults = {
  'mechanism-jam': {
    title: { da: 'Pose sidder fast', en: 'Sachet stuck' },
    meaning: {
      da: 'En pose sidder fast i fremføring, kniv eller klap, eller mekanikken har to gange i træk ikke flyttet noget.',
      en: 'A sachet is stuck in feed, cutter or gate, or the mechanism has moved nothing twice in a row.',
    },
    lock: 'until-repaired',
    sees: ['fault', 'uncertain'],
    hears: ['locked'],
    action: anotherWay,
    repair: [
      {
        da: 'Åbn med nøglen, og se efter posen ved fremføring, kniv og klap.',
        en: 'Open with the key, and look for the sachet at feed, cutter and gate.',
      },
      {
        da: 'Fjern den uden at klippe flere. Hænger den halvt ude, så skub den tilbage på rullen.',
        en: 'Remove it without cutting more. If it hangs half out, push it back onto its roll.',
      },
      {
        da: 'Er kniven sløv, eller går klappen trægt, så udskift delen.',
        en: 'If the cutter is blunt or the gate goes stiffly, exchange the part.',
      },
      openAndRepair,
    ],
    parts: ['cutter', 'gate', 'feed'],
    ends: repaired,
  },
  'mechanism-silent': {
    title: { da: 'Mekanikken svarer ikke', en: 'Mechanism does not answer' },
    meaning: {
      da: 'Apparatet får intet svar fra mekanikken, eller den falder ud igen og igen. Der behøver ikke sidde noget fast.',
      en: 'The mechanism gives the unit no answer, or drops out again and again. Nothing need be stuck.',
    },
    lock: 'until-repaired',
    sees: ['fault'],
    hears: ['locked'],
    action: anotherWay,
    repair: [
      {
        da: 'Åbn med nøglen, og sæt kablet til mekanikkens printkort rigtigt i i begge ender.',
        en: 'Open with the key, and seat the cable of the mechanism board firmly at both ends.',
      },
      {
        da: 'Tag strømmen i et halvt minut. Svarer mekanikken stadig ikke, så udskift printkortet.',
        en: 'Cut the power for half a minute. If the mechanism still does not answer, exchange the board.',
      },
      openAndRepair,
    ],
    parts: ['mechanism-board', 'power-supply'],
    ends: repaired,
  },
  'sensor-fault': {
    title: { da: 'Skålens føler er upålidelig', en: 'Cup sensor cannot be trusted' },
    meaning: {
      da: 'Føleren siger, at der ligger noget i skålen, hvor intet burde ligge, eller den kan ikke se skålen.',
      en: 'The sensor says that something lies in the cup where nothing ought to, or it cannot see the cup.',
    },
    lock: 'until-repaired',
    sees: ['fault'],
    hears: ['locked'],
    action: {
      da: 'Bed borgeren lade alt i skålen ligge. Sørg for medicin på anden vis, og send en tekniker.',
      en: 'Ask the citizen to touch nothing in the cup. See to the medicine, and send a technician.',
    },
    repair: [
      {
        da: 'Se i skålen. Ligger der en pose, så tag den med, og meld, hvilken det er.',
        en: 'Look into the cup. If a sachet lies there, take it along and report which one it is.',
      },
      {
        da: 'Tør føleren af med en tør klud, og hold dagslys og støv væk fra den.',
        en: 'Wipe the sensor with a dry cloth, and keep daylight and dust away from it.',
      },
      {
        da: 'Siger den stadig noget forkert om en tom skål, så udskift føleren.',
        en: 'If it still says the wrong thing of an empty cup, exchange the sensor.',
      },
      openAndRepair,
    ],
    parts: ['cup-sensor'],
    ends: repaired,
  },
  'position-mismatch': {
    title: { da: 'Tæller og rulle passer ikke', en: 'Counter and roll disagree' },
    meaning: {
      da: 'Posetælleren står ikke, hvor apparatet efterlod den, eller den svarer ikke. Ingen ved, hvilken pose der er den næste.',
      en: 'The sachet counter is not where the unit left it, or gives no answer. Nobody knows which sachet is next.',
    },
    lock: 'until-repaired',
    sees: ['fault'],
    hears: ['locked'],
    action: anotherWay,
    repair: [
      {
        da: 'Åbn med nøglen, og sammenlign den næste pose på hver rulle med planen.',
        en: 'Open with the key, and compare the next sachet of each roll with the plan.',
      },
      {
        da: 'Tør posetælleren af, og drej rullen et stykke. Tæller den ikke, så udskift den.',
        en: 'Wipe the sachet counter, and turn the roll a little. If it does not count, exchange it.',
      },
      {
        da: 'Sæt rullerne i igen trin for trin, så apparatet lærer den næste pose at kende.',
        en: 'Fit the rolls again step by step, so that the unit learns which sachet is next.',
      },
      openAndRepair,
    ],
    parts: ['counter', 'rolls'],
    ends: repaired,
  },
  'bin-full': {
    title: { da: 'Låst beholder er fuld', en: 'Locked bin full' },
    meaning: {
      da: 'Der er ikke plads til flere poser i beholderen. Skal en pose derned, låser apparatet.',
      en: 'The bin has no room for more sachets. When one must go into it, the unit locks.',
    },
    lock: 'while-it-lasts',
    sees: ['fault'],
    hears: ['locked'],
    action: {
      da: 'Send en, der har nøglen og kan tømme beholderen.',
      en: 'Send somebody who has the key and can empty the bin.',
    },
    repair: [
      {
        da: 'Åbn med nøglen, tag poserne i beholderen med, og meld dem til destruktion.',
        en: 'Open with the key, take the sachets in the bin along, and report them for disposal.',
      },
      {
        da: 'Fortæl apparatet, at beholderen er tømt, før du lukker lågen.',
        en: 'Tell the unit that the bin has been emptied before you close the door.',
      },
    ],
    parts: ['bin'],
    ends: {
      da: 'Når beholderen er meldt tømt ved den åbne låge.',
      en: 'When the bin is reported emptied at the open door.',
    },
  },
} as const satisfies Readonly<Record<string, FaultWords>>;
