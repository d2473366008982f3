// Writes protocol/dosis.cddl anew: npx node --import ./tools/cli/ts-node.js protocol/generate.ts
import { writeFileSync } from 'node:fs';
import { describeProtocol } from './cddl.ts';

writeFileSync(new URL('./dosis.cddl', import.meta.url), describeProtocol());
