import { PLANTED_BUGS } from './bugs.ts';
import { placesOf, roundsWith } from './planting.ts';
const only = process.argv[2];
for (const bug of [null, ...PLANTED_BUGS]) {
  if (only !== undefined && !(bug?.title.includes(only))) continue;
  const t = performance.now();
  let r; try { r = await roundsWith(bug); } catch (e) { r = 'THREW ' + (e as Error).stack?.slice(0, 3000); }
  console.log(bug?.title ?? 'sound', bug ? placesOf(bug) : '', '=>', r, ((performance.now() - t) / 1000).toFixed(1));
}
