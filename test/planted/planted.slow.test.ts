import { describe, expect, it } from 'vitest';
import { PLANTED_BUGS } from './bugs.ts';
import { placesOf, roundsWith } from './planting.ts';

describe('the stories, kills and soaks', () => {
  it('find nothing in the firmware as it is', async () => {
    expect(await roundsWith(null)).toBeNull();
  });

  it.for(PLANTED_BUGS)('find out that $title', async (bug) => {
    expect(placesOf(bug)).toBe(1);
    expect(await roundsWith(bug)).not.toBeNull();
  });
});
