import type { HandedFate } from '../../../protocol/messages/handover.ts';
import { instantWords } from './instants.ts';

const poser = (count: number): string => `${count} ${count === 1 ? 'pose' : 'poser'}`;
const poster = (count: number): string => `${count} ${count === 1 ? 'post' : 'poster'}`;
const { moment } = instantWords('da-DK');

/** What is said when units change places, rolls are announced and doses settled: in Danish. */
export const daSwap = {
  swap: {
    lockQuestion: (device: string) =>
      `${device} bliver nu låst for altid og giver ingen medicin mere. Står det nye apparat klar?`,
    deadQuestion: (device: string) =>
      `Centralen ved ikke, hvad det gamle ${device} har givet, siden den hørte fra det sidst. Er det slukket og taget fra borgeren?`,
    locked: (device: string) => `Det gamle ${device} er låst for altid.`,
    kept: (count: number, folder: string) => `Alt, hvad det sagde, ligger i "${folder}" (${poster(count)}).`,
    goesOn: (device: string, folder: string) =>
      `Udskiftningen af ${device} går videre med det, der ligger i "${folder}".`,
    turnOff: 'Sluk det gamle apparat: to apparater med ét navn forstyrrer hinanden.',
    moveCable: 'Sluk det gamle apparat, og flyt kablet til det nye apparat …',
    clockQuestion: (seconds: number, zone?: string) =>
      `Apparatet er i tvivl om, hvad klokken er. Denne computer siger ${moment(seconds, zone)}. Er det rigtigt?`,
    clockSet: 'Apparatets ur er stillet.',
    lastWords: (count: number, seconds: number) =>
      `Servicecentralen mangler ${poster(count)}; venter højst ${seconds} s på dem …`,
    logUnreadable: (file: string) =>
      `Loggen fra det gamle apparat kan ikke læses; den ligger i "${file}". Overdragelsen går videre uden den.`,
    planByAir: 'Venter på, at servicecentralen sender planen …',
    taken: (device: string) => `Det nye apparat har overtaget ${device}.`,
    openDoor: 'Åbn lågen i begge apparater med nøglen.',
    cutOff: (roll: string, count: number, label: string | null) =>
      `Rulle ${roll}: klip ${count === 1 ? 'den første pose' : `de første ${poser(count)}`} af: ${count === 1 ? 'dens dosis' : 'deres doser'} er slut, og ${count === 1 ? 'den' : 'de'} skal til retur.${label === null ? '' : ` Forrest hænger så ${label}.`}`,
    hangs: (roll: string, count: number) => `Hænger rulle ${roll} med ${poser(count)} nu i det nye apparat?`,
    doorShut: 'Apparatet tager ikke imod rullen; lågen skal være åbnet med nøglen. Er den åben nu?',
    waitsForDoor: 'Venter på, at lågen bliver åbnet med nøglen …',
    announced: (roll: string, count: number) => `Rulle ${roll} er meldt isat (${poser(count)}).`,
    done: (device: string) => `Det nye apparat er nu ${device}.`,
    handed: (doses: string) => `Overtagne doser: ${doses}.`,
    nothingHanded: 'Der var ingen doser at overtage.',
    fates: {
      due: 'åben',
      taken: 'taget',
      takenOut: 'taget med på forhånd',
      retracted: 'trukket ind',
      missed: 'ikke taget',
      withheld: 'holdt tilbage',
      released: 'udleveret, ikke set taget',
    } satisfies Readonly<Record<HandedFate, string>>,
    presence: (presence: string, until: number | undefined, zone?: string) =>
      until === undefined ? `Borgeren er ${presence}.` : `Borgeren er ${presence} til ${moment(until, zone)}.`,
    ahead: (roll: string, count: number, cut: number) =>
      `Rulle ${roll}: ${poser(count)} tilbage${cut === 0 ? '' : `, ${cut} klippet af`}.`,
    waiting: (count: number) =>
      count === 0
        ? 'Servicecentralen har alle poster fra det gamle apparat.'
        : `${poster(count)} fra det gamle apparat var ikke hos servicecentralen.`,
    next: 'Det næste:',
    settleLater: (dose: string, key: string) =>
      `Find ud af, hvad der blev af ${dose}, og skriv: dosis tech fault --settle ${key} taken (eller missed)`,
    announceRolls: 'Sæt rullerne i, og meld dem: dosis tech fill --roll A --from DATO --days N',
    bringLog: (folder: string) => `Giv mappen til servicecentralen: dosis centre take-in "${folder}"`,
    takeLocked: (device: string) => `Tag det gamle ${device} med: det er låst og giver ingen medicin mere.`,
    takeDead: (device: string) =>
      `Tag det gamle ${device} med, og tænd det ikke hos borgeren: det er ikke låst og ved ikke, at det er afløst.`,
    pairTag: 'Har borgeren en lommebrik, så sæt den op til det nye apparat: dosis tech tag pair',
    revokeDead: (device: string) =>
      `Servicecentralen tager det gamle apparats certifikat tilbage: dosis centre revoke ${device} --older`,
    revokeOld: (device: string) =>
      `Når centralen har alle poster, mister det gamle apparat sit certifikat: dosis centre revoke ${device} --older`,
  },

  settle: {
    heading: (dose: string) =>
      `Ingen ved, hvad der blev af dosis ${dose}. Spørg borgeren, og se efter. Hvad blev der af den?`,
    choices: {
      taken: 'taget: borgeren har fået den, og den bliver ikke givet igen',
      missed: 'ikke taget: borgeren har ikke fået den, og den bliver heller ikke givet nu',
      unknown: 'det ved jeg ikke; apparatet bliver ved med at være låst',
    },
    question: 'Svar (1–3)? ',
    sure: {
      taken: (dose: string) =>
        `Borgeren HAR fået ${dose}: den bliver skrevet som taget og aldrig givet igen. Er det rigtigt?`,
      missed: (dose: string) =>
        `Borgeren har IKKE fået ${dose}: den bliver skrevet som ikke taget, og apparatet giver den ikke. Er det rigtigt?`,
    },
    done: {
      taken: (dose: string) => `${dose} står nu som taget.`,
      missed: (dose: string) => `${dose} står nu som ikke taget.`,
    },
  },

  fill: {
    question: (roll: string, count: number, first: string, last: string) =>
      `Rulle ${roll}, ${poser(count)}, fra ${first} til ${last}. Hænger netop den i apparatet?`,
    announced: (roll: string, count: number) => `Rulle ${roll} er meldt isat (${poser(count)}).`,
    binEmptied: 'Den låste beholder er meldt tømt.',
    bay: (roll: string, count: number, over: number) =>
      `Rulle ${roll}: ${poser(count)}${over === 0 ? '' : `, hvoraf ${over === 1 ? 'den første hører til en dosis' : `de første ${over} hører til doser`}, der er slut`}.`,
    empty: 'Apparatet kender ingen rulle.',
    unlabelled: 'uden mærke',
    emptySachet: 'tom pose',
  },
};
