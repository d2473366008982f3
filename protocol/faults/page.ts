import type { Language } from '../messages/config.ts';
import { faults } from './catalogue.ts';
import type { Fault, InBothLanguages } from './fault.ts';
import { lockWords, partWords, priorityWords } from './terms.ts';

/** What the unit shows and says for a key, its gaps filled (protocol/phrases.ts). */
export type PhraseOf = (key: string, language: Language, gaps: Readonly<Record<string, string>>) => string;

const preamble = `# Fejl og alarmer · Faults and alarms

Lavet ud fra \`protocol/faults\` (\`npm run generate\`); ret der, ikke her.
Generated from \`protocol/faults\` (\`npm run generate\`); edit there, not here.

Borgeren læser et nummer op. Find det her, og gør, hvad der står. Under 100 er det apparatets alarmer, fra 101 apparater,
der er lukket ned, fra 151 apparater uden et program, der kører, fra 201 det, som kun servicecentralen kan se. Et nummer får aldrig en anden betydning.

The citizen reads out a number. Find it here, and do what it says. Below 100 are the unit's alarms, from 101 units that have
shut themselves down, from 151 units on which no firmware runs, from 201 what only the service centre can see. A number never comes to mean anything else.
`;

const labels = {
  meaning: { da: 'Hvad er der sket', en: 'What has happened' },
  medicine: { da: 'Medicin', en: 'Medicine' },
  sees: { da: 'Borgeren ser', en: 'The citizen sees' },
  hears: { da: 'Borgeren hører', en: 'The citizen hears' },
  action: { da: 'Servicecentralen', en: 'The service centre' },
  repair: { da: 'Teknikeren', en: 'The technician' },
  parts: { da: 'Del', en: 'Part' },
  ends: { da: 'Det er slut', en: 'It is over' },
} as const satisfies Readonly<Record<string, InBothLanguages>>;

/** What stands in the gaps of a phrase on every unit, but for the fault's own number. */
const gaps: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  da: { number: '[servicenummer]', device: '[apparatets navn]' },
  en: { number: '[service number]', device: '[name of the unit]' },
};

const nothingOwn: InBothLanguages = { da: 'Intet særligt.', en: 'Nothing in particular.' };
const nothingToMend: InBothLanguages = { da: 'Intet at reparere.', en: 'Nothing to mend.' };

/** The catalogue as a page: a list by number, then a section for each, Danish first and English beside it. */
export function describeFaults(phraseOf: PhraseOf): string {
  return [preamble, contents(), ...faults.map((fault) => section(fault, phraseOf))].join('\n');
}

function contents(): string {
  const rows = faults.map(({ number, code, title, priority }) => {
    const urgency = `${priorityWords[priority].da} · ${priorityWords[priority].en}`;
    return `| [${number}](#${number}-${code}) | ${title.da} | ${title.en} | ${urgency} |\n`;
  });
  return `| nr. · no. | dansk | English | haster · urgency |\n|---|---|---|---|\n${rows.join('')}`;
}

function section(fault: Fault, phraseOf: PhraseOf): string {
  const { number, code, title } = fault;
  const row = (label: InBothLanguages, say: (language: Language) => string): string =>
    `| **${label.da}:** ${say('da')} | **${label.en}:** ${say('en')} |\n`;
  const rows = [
    row(labels.meaning, (language) => fault.meaning[language]),
    row(labels.medicine, (language) => `${lockWords[fault.lock][language]}.`),
    row(labels.sees, (language) => quoted(fault, 'sees', language, phraseOf)),
    row(labels.hears, (language) => quoted(fault, 'hears', language, phraseOf)),
    row(labels.action, (language) => fault.action[language]),
    row(labels.repair, (language) => steps(fault.repair, language)),
    ...(fault.parts.length === 0 ? [] : [row(labels.parts, (language) => partsOf(fault, language))]),
    row(labels.ends, (language) => fault.ends[language]),
  ];
  return `## ${number} ${code}\n\n| ${title.da} | ${title.en} |\n|---|---|\n${rows.join('')}`;
}

function quoted(fault: Fault, how: 'sees' | 'hears', language: Language, phraseOf: PhraseOf): string {
  const keys = fault[how];
  if (keys.length === 0) return nothingOwn[language];
  const [open, close] = language === 'da' ? ['»', '«'] : ['“', '”'];
  const filled = { ...gaps[language], code: String(fault.number) };
  return keys.map((key) => `${open}${phraseOf(key, language, filled)}${close}`).join('<br>');
}

function steps(repair: Fault['repair'], language: Language): string {
  if (repair.length === 0) return nothingToMend[language];
  return repair.map((step, place) => `<br>${place + 1}. ${step[language]}`).join('');
}

function partsOf({ parts }: Fault, language: Language): string {
  return `${parts.map((part) => partWords[part][language]).join(', ')}.`;
}
