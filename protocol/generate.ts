// Writes protocol/dosis.cddl anew: npm run generate
import { writeFileSync } from 'node:fs';
import { describeProtocol } from './cddl.ts';

writeFileSync(new URL('./dosis.cddl', import.meta.url), describeProtocol());
