import type { Language } from '../../protocol/messages/config.ts';
import { da } from './words/da.ts';
import { en } from './words/en.ts';

/** Every word that `dosis tech` says. The Danish file is the one that names them. */
export type TechWords = typeof da;

export const techWords: Readonly<Record<Language, TechWords>> = { da, en };
