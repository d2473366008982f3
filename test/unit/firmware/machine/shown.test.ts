import { describe, expect, it } from 'vitest';
import { labels, Rig, SECOND } from '../rig.ts';

const dualRoll = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 3) } });

describe('what somebody who hears badly must see', () => {
  it('is shown while it is said: why a press released nothing', () => {
    const rig = dualRoll();
    rig.press();
    expect(rig.view).toMatchObject({ message: 'nothing-due', lamp: 'ready' });
    rig.pass(10 * SECOND);
    expect(rig.view).toMatchObject({ message: 'ready-next' });
  });

  it('stays until the next dose: that one was missed', () => {
    const rig = dualRoll();
    rig.until('2026-11-20T19:00+01:00');
    expect(rig.view).toMatchObject({ message: 'missed', lamp: 'warn' });
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    rig.take();
    expect(rig.view).toMatchObject({ message: 'ready-next-day', lamp: 'ready' });
  });
});
