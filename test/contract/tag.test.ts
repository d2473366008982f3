import { beforeEach, describe, expect, it } from 'vitest';
import { noDbus } from '../../sim/bluez/private-bus.ts';
import { type TagRig, useTagRig } from './tag-rig.ts';

const stranger = 'FF:FF:10:3A:5B:13';
const mute = 'FF:FF:10:3A:5B:15';
const tags = [
  {},
  { address: 'FF:FF:10:3A:5B:11', battery: 'plugin' },
  { address: 'FF:FF:10:3A:5B:12', battery: 'none', hasButton: false },
  { address: stranger, isKnown: false },
  { address: 'FF:FF:10:3A:5B:14', hasAlert: false },
  { address: mute, battery: 'mute' },
] as const;

if (noDbus !== undefined) {
  it.skipIf(process.env.CI !== 'true')(`tag over a real D-Bus (${noDbus})`, () => expect.fail(noDbus));
}

describe.skipIf(noDbus !== undefined)('tag over a real D-Bus', () => {
  const rigOf = useTagRig(tags);
  let rig: TagRig;
  beforeEach(() => {
    rig = rigOf();
  });

  describe('calling', () => {
    it('silences a tag that an earlier run left calling, then calls at each level asked, the same once more anew', async () => {
      const tag = await rig.reach();
      for (const [index, level] of ([1, 2, 2, 0] as const).entries()) {
        tag.alert(level);
        await rig.until(() => rig.alerts.length === index + 2);
      }
      expect(rig.alerts).toEqual([0, 1, 2, 2, 0]);
    });

    it('says only the last of several levels that wait', async () => {
      const tag = await rig.reach();
      for (const level of [1, 2, 0, 2, 0, 2, 1] as const) tag.alert(level);
      await rig.until(() => rig.level === 1);
      tag.alert(0);
      await rig.until(() => rig.level === 0);
      expect(rig.alerts).not.toContain(2);
    });

    it('remembers what was asked before the tag was there, and says it when it comes', async () => {
      await rig.bluez.tell('range out');
      const tag = rig.open();
      tag.alert(1);
      tag.alert(2);
      await rig.untilState('"isAwaited":true');
      await rig.tell('range in');
      await rig.until(() => rig.level === 2);
      expect(rig.alerts).toEqual([2]);
    });

    it('says the last level again after every reconnection', async () => {
      const tag = await rig.reach();
      tag.alert(2);
      await rig.until(() => rig.level === 2);
      for (const turn of [1, 2, 3]) {
        await rig.tell('drop now');
        await rig.until(() => rig.alerts.length === turn + 2);
      }
      expect(rig.alerts).toEqual([0, 2, 2, 2, 2]);
    });

    it('says it once more when the tag drops in the middle of the write', async () => {
      const tag = await rig.reach();
      await rig.tell('mishap drop');
      tag.alert(2);
      await rig.until(() => rig.level === 2);
      expect(rig.alerts).toEqual([0, 2]);
    });

    it('says it once more when bluetoothd dies in the middle of the write', async () => {
      const tag = await rig.reach();
      await rig.tell('mishap die');
      tag.alert(2);
      await rig.bluez.ended;
      await rig.reviveBluez();
      await rig.until(() => rig.level === 2);
      expect(rig.alerts).toEqual([2]);
    });
  });

  describe('button and battery', () => {
    it('hears every press once, also after reconnections, and no release', async () => {
      await rig.reach();
      for (const turn of [1, 2, 3]) {
        expect(await rig.tell('press 1')).toBe('1');
        await rig.tell('press 0');
        await rig.tell(`battery ${turn}`);
        // Told after the press on the same connection: nothing more of the press is under way.
        await rig.until(() => rig.percents.includes(turn));
        expect(rig.presses).toBe(turn);
        const told = rig.alerts.length;
        await rig.tell('drop now');
        await rig.until(() => rig.alerts.length > told);
      }
      expect(rig.presses).toBe(3);
    });

    it.each([
      ['as a service', tags[0]],
      ['by BlueZ itself', tags[1]],
    ])('tells the battery once, and when it has changed, where it is shown %s', async (_, spec) => {
      rig.open(spec);
      await rig.until(() => rig.percents.length > 0);
      await rig.tell('battery 80');
      await rig.until(() => rig.percents.includes(80));
      const told = rig.alerts.length;
      await rig.tell('drop now');
      await rig.until(() => rig.alerts.length > told);
      for (const percent of [80, 101, 7]) await rig.tell(`battery ${percent}`);
      await rig.until(() => rig.percents.includes(7));
      expect(rig.percents).toEqual([100, 80, 7]);
    });

    it('reads a battery that cannot be followed at every reconnection', async () => {
      rig.open({ address: mute });
      await rig.until(() => rig.percents.length > 0);
      await rig.tell('battery 30');
      await rig.tell('drop now');
      await rig.until(() => rig.percents.length > 1);
      expect([rig.percents, rig.log]).toEqual([[100, 30], []]);
    });

    it('calls with a tag that can nothing else, and says once what it lacks', async () => {
      await rig.reach({ address: tags[2].address });
      await rig.tell('drop now');
      await rig.until(() => rig.alerts.length === 2);
      expect(rig.log).toEqual([expect.stringContaining('no button'), expect.stringContaining('no battery')]);
    });
  });

  describe('range', () => {
    it('does not tell of a tag that is back in time', async () => {
      await rig.reach();
      await rig.tell('range out');
      await rig.tell('range in');
      await rig.until(() => rig.alerts.length === 2);
      expect([rig.whereabouts, rig.log]).toEqual([[], []]);
    });

    it('tells once that the tag is gone, however many attempts fail, and that it is near again', async () => {
      await rig.reach({ goneAfterMs: 50 });
      await rig.tell('range out');
      await rig.until(() => rig.whereabouts.length > 0);
      for (const _ of [1, 2, 3]) {
        await rig.untilState('"isAwaited":true');
        await rig.tell('giveUp now');
      }
      await rig.tell('range in');
      await rig.until(() => rig.whereabouts.includes('near'));
      expect([rig.whereabouts, rig.log]).toEqual([['range', 'near'], []]);
    });

    it('scans for a tag that BlueZ does not know, tells meanwhile that it is gone, and finds it when it comes', async () => {
      await rig.bluez.tell(`range out ${stranger}`);
      rig.open({ address: stranger, scanMs: 100, goneAfterMs: 1 });
      await rig.until(() => rig.whereabouts.includes('range'));
      await rig.tell('range in');
      await rig.until(() => rig.level === 0);
      expect([rig.whereabouts, rig.log]).toEqual([['range', 'near'], []]);
    });

    it('connects anew when the tag never tells its services', async () => {
      await rig.bluez.tell('mishap unresolved');
      await rig.reach({ airMsMax: 50 });
      expect(rig.alerts).toEqual([0]);
    });

    it('does not use a tag that cannot call, and says so once', async () => {
      rig.open({ address: tags[4].address, goneAfterMs: 1 });
      await rig.until(() => rig.log.length > 0 && rig.whereabouts.length > 0);
      await rig.tell('drop now');
      await rig.untilState('"isConnected":true');
      expect([rig.whereabouts, rig.log]).toEqual([['range'], [expect.stringContaining('no Immediate Alert')]]);
    });
  });

  it('tells nothing more once it is closed, and goes on when it is opened again', async () => {
    const tag = await rig.reach();
    tag.close();
    await rig.untilState('"followers":0');
    expect(await rig.tell('press 1')).toBe('0');
    tag.open();
    await rig.until(() => rig.alerts.length === 2);
    expect(await rig.tell('press 1')).toBe('1');
    await rig.until(() => rig.presses === 1);
  });

  describe('closed', () => {
    it.each([
      ['after the tag calls', true],
      ['while the call is still on its way', false],
    ])('leaves no tag calling that was silenced %s', async (_, calls) => {
      const tag = await rig.reach();
      tag.alert(2);
      if (calls) await rig.until(() => rig.level === 2);
      const before = rig.alerts.length;
      tag.alert(0);
      await tag.close();
      // A call that has not left is not made at all.
      await rig.until(() => rig.alerts.length > before && rig.alerts.at(-1) === 0);
      await rig.untilState('"followers":0');
      expect([rig.level, rig.alerts.at(-1)]).toEqual([0, 0]);
    });

    it('does not wait long for a BlueZ that hangs', async () => {
      const tag = await rig.reach({ answerMsMax: 600_000 });
      await rig.bluez.tell('hang on');
      tag.alert(2);
      await tag.close();
      await rig.bluez.tell('hang off');
      await rig.untilState('"followers":0');
      expect(rig.events).toEqual([]);
    });
  });

  it('gives up an attempt that is under way when it is closed', async () => {
    await rig.bluez.tell('range out');
    const tag = rig.open();
    await rig.untilState('"isAwaited":true');
    tag.close();
    await rig.untilState('"isAwaited":false');
    expect([rig.events, rig.log]).toEqual([[], []]);
  });
});
