import type { CentreExpectation, Expectation } from '../scenarios/schema.ts';
import { epochOf } from '../world/swap.ts';
import type { World } from '../world/world.ts';

/** Something that was not as the story says. */
export interface Mismatch {
  readonly expected: string;
  readonly actual: string;
}

const lamps = ['off', 'ready', 'call', 'warn', 'alarm'];

/** Compares what a step expects with the unit and the physical world. */
export class Expectations {
  readonly #world: World;
  #presentedBefore: number;

  constructor(world: World) {
    this.#world = world;
    this.#presentedBefore = world.whereabouts.presented;
  }

  check(expected: Expectation): Mismatch[] {
    const { unit, diary } = this.#world;
    const { view } = unit.signs;
    const mismatches = new Mismatches();
    if (expected.dose !== undefined)
      mismatches.compare(`${expected.dose}`, expected.fate, fateOf(this.#world, expected.dose));
    if (expected.released !== undefined) mismatches.compare('sachets released', expected.released, this.#released());
    mismatches.compare('sachets in the bin', expected.binned, unit.parts.bin.length);
    mismatches.compare('sachets in the cup', expected.cup, unit.parts.cup.length);
    if (expected.panel !== undefined) {
      const isLamp = lamps.includes(expected.panel);
      mismatches.compare(
        isLamp ? 'the lamp' : 'the panel',
        expected.panel,
        isLamp ? (view?.lamp ?? 'off') : (view?.message ?? 'dark'),
      );
    }
    mismatches.compare('the light', expected.light, view?.light ?? 0);
    mismatches.compare('the sound', expected.sound, view?.sound ?? 0);
    mismatches.compare('the button', expected.button, view?.button ?? 'dark');
    mismatches.compare('the reminder', expected.reminder, unit.running ? diary.level : 'dark');
    mismatches.compare('the tag', expected.tag, unit.tag.level);
    mismatches.compare('spoken last', expected.spoken, unit.signs.spoken?.phrase ?? 'nothing');
    alarms(mismatches, expected, (code) => diary.isAlarmed(code), [...diary.alarms]);
    return mismatches.found;
  }

  checkCentre(expected: CentreExpectation): Mismatch[] {
    const { centre, diary, unit } = this.#world;
    const mismatches = new Mismatches();
    if (expected.dose !== undefined)
      mismatches.compare(`${expected.dose} at the centre`, expected.fate, centre.fateOf(expected.dose) ?? 'open');
    mismatches.compare('the unit online', expected.online, centre.online);
    if (expected['up to date'] !== undefined) {
      const stored = centre.ackedThrough(epochOf(unit.store));
      mismatches.compare(
        'the centre up to date',
        expected['up to date'],
        stored === diary.lastSeq,
        ` (has ${stored} of ${diary.lastSeq} records)`,
      );
    }
    alarms(mismatches, expected, (code) => centre.isRaised(code), centre.raised);
    return mismatches.found;
  }

  #released(): number {
    const released = this.#world.whereabouts.presented - this.#presentedBefore;
    this.#presentedBefore = this.#world.whereabouts.presented;
    return released;
  }
}

/** `open`, `presented`, `uncertain`, or the end that the unit has recorded. */
function fateOf({ diary }: World, dose: string): string {
  return diary.fates.get(dose) ?? diary.standing.get(dose) ?? 'open';
}

function alarms(
  mismatches: Mismatches,
  expected: Pick<Expectation, 'alarm' | 'no alarm'>,
  isRaised: (code: string) => boolean,
  raised: readonly string[],
): void {
  const standing = raised.length === 0 ? 'no alarm stands' : `alarms: ${raised.join(', ')}`;
  if (expected.alarm !== undefined && !isRaised(expected.alarm)) mismatches.add(`alarm ${expected.alarm}`, standing);
  const unwanted = expected['no alarm'];
  if (unwanted === undefined) return;
  const stands = unwanted === 'any' ? raised.length > 0 : isRaised(unwanted);
  if (stands) mismatches.add(unwanted === 'any' ? 'no alarm' : `no alarm ${unwanted}`, standing);
}

class Mismatches {
  readonly found: Mismatch[] = [];

  add(expected: string, actual: string): void {
    this.found.push({ expected, actual });
  }

  compare(what: string, expected: unknown, actual: unknown, remark = ''): void {
    if (expected !== undefined && expected !== actual)
      this.add(`${what}: ${String(expected)}`, `${String(actual)}${remark}`);
  }
}
