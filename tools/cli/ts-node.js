// Runs the TypeScript sources directly (transpile only; `npm run check` does the type checking).
import { register } from 'node:module';

process.env.TS_NODE_TRANSPILE_ONLY = 'true';
register('ts-node/esm', import.meta.url);
