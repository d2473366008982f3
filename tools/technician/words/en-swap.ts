import type { daSwap } from './da-swap.ts';
import { instantWords } from './instants.ts';

const sachets = (count: number): string => `${count} ${count === 1 ? 'sachet' : 'sachets'}`;
const records = (count: number): string => `${count} ${count === 1 ? 'record' : 'records'}`;
const { moment } = instantWords('en-GB');

/** What is said when units change places, rolls are announced and doses settled: in English. */
export const enSwap: typeof daSwap = {
  swap: {
    lockQuestion: (device) => `${device} is now locked for good and gives no medicine any more. Is the new unit ready?`,
    deadQuestion: (device) =>
      `The centre does not know what the old ${device} has given since it was heard last. Is it off and taken away from the citizen?`,
    locked: (device) => `The old ${device} is locked for good.`,
    kept: (count, folder) => `All that it said lies in "${folder}" (${records(count)}).`,
    goesOn: (device, folder) => `The swap of ${device} goes on with what lies in "${folder}".`,
    turnOff: 'Turn the old unit off: two units with one name disturb each other.',
    moveCable: 'Turn the old unit off, and move the cable to the new unit …',
    clockQuestion: (seconds, zone) =>
      `The unit is in doubt about the time. This computer says ${moment(seconds, zone)}. Is that right?`,
    clockSet: 'The clock of the unit is set.',
    lastWords: (count, seconds) =>
      `The service centre still lacks ${records(count)}; waiting at most ${seconds} s for them …`,
    logUnreadable: (file) =>
      `The log of the old unit cannot be read; it lies in "${file}". The handover goes on without it.`,
    planByAir: 'Waiting for the service centre to send the plan …',
    taken: (device) => `The new unit has taken the place of ${device}.`,
    openDoor: 'Open the doors of both units with the key.',
    cutOff: (roll, count, label) =>
      `Roll ${roll}: cut off the first ${count === 1 ? 'sachet: its dose is' : `${sachets(count)}: their doses are`} over, and ${count === 1 ? 'it goes' : 'they go'} back.${label === null ? '' : ` Then ${label} hangs in front.`}`,
    hangs: (roll, count) => `Does roll ${roll} with ${sachets(count)} hang in the new unit now?`,
    doorShut: 'The unit does not take the roll; its door must have been opened with the key. Is it open now?',
    waitsForDoor: 'Waiting for the door to be opened with the key …',
    announced: (roll, count) => `Roll ${roll} is announced (${sachets(count)}).`,
    done: (device) => `The new unit is ${device} now.`,
    handed: (doses) => `Doses taken over: ${doses}.`,
    nothingHanded: 'There were no doses to take over.',
    fates: {
      due: 'open',
      taken: 'taken',
      takenOut: 'taken out ahead',
      retracted: 'retracted',
      missed: 'not taken',
      withheld: 'withheld',
      released: 'given, not seen taken',
    },
    presence: (presence, until, zone) =>
      until === undefined ? `The citizen is ${presence}.` : `The citizen is ${presence} until ${moment(until, zone)}.`,
    ahead: (roll, count, cut) => `Roll ${roll}: ${sachets(count)} left${cut === 0 ? '' : `, ${cut} cut off`}.`,
    waiting: (count) =>
      count === 0
        ? 'The service centre has all records of the old unit.'
        : `${records(count)} of the old unit had not reached the service centre.`,
    next: 'Next:',
    settleLater: (dose, key) =>
      `Find out what became of ${dose}, and write: dosis tech fault --settle ${key} taken (or missed)`,
    announceRolls: 'Fit the rolls, and announce them: dosis tech fill --roll A --from DATE --days N',
    bringLog: (folder) => `Give the folder to the service centre: dosis centre take-in "${folder}"`,
    takeLocked: (device) => `Take the old ${device} along: it is locked and gives no medicine any more.`,
    takeDead: (device) =>
      `Take the old ${device} along, and do not turn it on at the citizen’s: it is not locked and does not know that it was replaced.`,
    pairTag: 'Has the citizen a pocket tag, pair it with the new unit: dosis tech tag pair',
    revokeDead: (device) =>
      `The service centre takes back the certificate of the old unit: dosis centre revoke ${device} --older`,
    revokeOld: (device) =>
      `Once the centre has all records, the old unit loses its certificate: dosis centre revoke ${device} --older`,
  },

  settle: {
    heading: (dose) => `Nobody knows what became of the dose ${dose}. Ask the citizen, and look. What became of it?`,
    choices: {
      taken: 'taken: the citizen has had it, and it is not given again',
      missed: 'not taken: the citizen has not had it, and it is not given now either',
      unknown: 'I do not know; the unit stays locked',
    },
    question: 'Answer (1–3)? ',
    sure: {
      taken: (dose) => `The citizen HAS had ${dose}: it is recorded as taken and never given again. Is that right?`,
      missed: (dose) =>
        `The citizen has NOT had ${dose}: it is recorded as not taken, and the unit does not give it. Is that right?`,
    },
    done: {
      taken: (dose) => `${dose} is recorded as taken.`,
      missed: (dose) => `${dose} is recorded as not taken.`,
    },
  },

  fill: {
    question: (roll, count, first, last) =>
      `Roll ${roll}, ${sachets(count)}, from ${first} to ${last}. Is it the one that hangs in the unit?`,
    announced: (roll, count) => `Roll ${roll} is announced (${sachets(count)}).`,
    binEmptied: 'The locked bin is reported empty.',
    bay: (roll, count, over) =>
      `Roll ${roll}: ${sachets(count)}${over === 0 ? '' : `; the first ${over === 1 ? 'one belongs to a dose that is' : `${over} belong to doses that are`} over`}.`,
    empty: 'The unit knows of no roll.',
    unlabelled: 'without a label',
    emptySachet: 'empty sachet',
  },
};
