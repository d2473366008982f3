import { describe, expect, it } from 'vitest';
import { noDbus } from '../../sim/bluez/private-bus.ts';
import { CrashPoints } from '../../sim/device/crash-points.ts';
import { SimTag } from '../../sim/device/tag.ts';
import { Timeline } from '../../sim/kernel/timeline.ts';
import { useTagRig } from './tag-rig.ts';
import { type TagInTheWorld, tagContract } from './tag-suite.ts';

/** Nothing that is waited for takes longer. */
const PATIENCE_MS = 600_000;
/** Soon enough to be waited for, and long enough to be reached in. */
const GONE_AFTER_MS = 200;

async function simulated(): Promise<TagInTheWorld> {
  const timeline = new Timeline(0);
  const tag: SimTag = new SimTag(timeline, new CrashPoints(), (event) => tag.deliver(event));
  tag.level = 2;
  return {
    tag,
    level: () => tag.level,
    carry: async (where) => tag.setInRange(where === 'back'),
    switchRadio: async (on) => tag.setRadio(on),
    press: async () => tag.press(),
    setPercent: async (percent) => tag.setPercent(percent),
    async until(holds) {
      for (const endMs = timeline.nowMs + PATIENCE_MS; !holds(); ) {
        if (timeline.nextMs > endMs || !timeline.step()) expect.unreachable('It did not come to pass.');
      }
    },
  };
}

tagContract('simulated', simulated);

if (noDbus !== undefined) {
  it.skipIf(process.env.CI !== 'true')(`tag contract: BlueZ (${noDbus})`, () => expect.fail(noDbus));
}

describe.skipIf(noDbus !== undefined)('over a real D-Bus', () => {
  const rigOf = useTagRig();
  tagContract('BlueZ', async () => {
    const rig = rigOf();
    return {
      tag: rig.make({ goneAfterMs: GONE_AFTER_MS }),
      level: () => rig.level,
      carry: (where) => rig.tell(where === 'away' ? 'range out' : 'range in'),
      switchRadio: (on) => rig.bluez.tell(on ? 'power on' : 'power off'),
      press: () => rig.tell('press 1'),
      setPercent: (percent) => rig.tell(`battery ${percent}`),
      until: (holds) => rig.until(holds),
    };
  });
});
