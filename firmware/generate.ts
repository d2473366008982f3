// Draws the statechart anew, into README.md and firmware/machine/STATECHART.md, and writes protocol/FAULTS.md, which quotes
// what the unit says: npm run generate
import { readFileSync, writeFileSync } from 'node:fs';
import { describeChart, drawCustody } from './machine/diagram.ts';
import { describeFaultPage } from './machine/fault-page.ts';

const readme = new URL('../README.md', import.meta.url);
const marked = /(<!-- statechart:begin -->\n)[\s\S]*?(<!-- statechart:end -->)/;
const text = readFileSync(readme, 'utf8');
writeFileSync(
  readme,
  text.replace(marked, (_, begin: string, end: string) => `${begin}${drawCustody()}\n${end}`),
);
writeFileSync(new URL('./machine/STATECHART.md', import.meta.url), describeChart());
writeFileSync(new URL('../protocol/FAULTS.md', import.meta.url), describeFaultPage());
