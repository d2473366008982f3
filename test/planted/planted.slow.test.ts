import { describe, expect, it } from 'vitest';
import { PLANTED_BUGS } from './bugs.ts';
import { placesOf, rulesBrokenBy } from './planting.ts';

describe('the stories, kills and soaks', () => {
  it('find nothing in the firmware as it is', async () => {
    expect(await rulesBrokenBy(null)).toEqual([]);
  });

  it.for(PLANTED_BUGS)('find out that $title: $breaks', async (bug) => {
    expect(placesOf(bug)).toBe(1);
    expect(await rulesBrokenBy(bug)).toContain(bug.breaks);
  });
});
