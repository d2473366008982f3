import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TagOptions } from '../../hal/ble/tag.ts';
import type { AlertLevel } from '../../hal/ports/tag.ts';
import { noDbus, startPrivateBus } from '../../sim/bluez/private-bus.ts';
import { Random } from '../../sim/kernel/random.ts';
import { type TagRig, useTagRig } from './tag-rig.ts';

if (noDbus !== undefined) {
  it.skipIf(process.env.CI !== 'true')(`tag that loses its radio (${noDbus})`, () => expect.fail(noDbus));
}

const levels = [0, 1, 2] as const;
const happenings = [
  ...['drop now', 'range out', 'range in', 'power off', 'power on', 'adapter out', 'adapter in', 'giveUp now'],
  // Or it would hardly ever be there.
  ...['range in', 'power on', 'adapter in', 'hang off', 'range in', 'power on', 'adapter in', 'hang off'],
  ...['mishap drop', 'mishap unresolved', 'press 1', 'battery 50', 'battery 49', 'hang on', 'hang off'],
] as const;

const mending = ['hang off', 'adapter in', 'power on', 'range in', 'mishap none', 'drop now'] as const;

describe.skipIf(noDbus !== undefined)('tag that loses its radio', () => {
  const rigOf = useTagRig();
  let rig: TagRig;
  beforeEach(() => {
    rig = rigOf();
  });

  /** A tag that calls urgently, and is told gone as soon as it is lost. */
  const calling = async (options: Partial<TagOptions> = {}): Promise<void> => {
    const tag = await rig.reach({ goneAfterMs: 1, ...options });
    tag.alert(2);
    await rig.until(() => rig.level === 2);
    rig.bluez.alerts.length = 0;
  };
  const lost = () => rig.until(() => rig.whereabouts.at(-1) === 'radio' && rig.log.length > 0);
  const back = () => rig.until(() => rig.whereabouts.at(-1) === 'near' && rig.level === 2);

  it.each([
    ['switched off', 'power off', 'power on', 'switched off'],
    ['pulled out', 'adapter out', 'adapter in', 'no Bluetooth adapter'],
  ])('survives an adapter that is %s, and calls again when it is back', async (_, away, again, said) => {
    await calling();
    await rig.bluez.tell(away);
    await lost();
    await rig.bluez.tell(again);
    await back();
    expect(rig.log).toEqual([expect.stringContaining(said), expect.stringContaining('reached again')]);
    expect(rig.alerts).toEqual([2]);
  });

  it('survives bluetoothd that dies and comes back, again and again', async () => {
    await calling();
    for (const turn of [1, 2, 3]) {
      await rig.bluez.die();
      await lost();
      await rig.reviveBluez();
      await back();
      expect(rig.alerts).toEqual([2]);
      expect(rig.warnings).toHaveLength(turn);
    }
    expect(rig.warnings[0]).toContain('nobody answers as org.bluez');
  });

  it('survives a bus that dies and comes back, again and again', async () => {
    await calling();
    for (const _ of [1, 2, 3]) {
      await rig.bus.die();
      await lost();
      await rig.bluez.ended;
      await rig.bus.start();
      await rig.reviveBluez();
      await back();
    }
    expect(rig.warnings[0]).toContain('system bus');
    // At each turn: no bus, and for a moment a bus without BlueZ.
    expect(rig.warnings.length).toBeLessThanOrEqual(6);
  });

  it('notices bluetoothd that hangs, and says how to mend it', async () => {
    await calling({ lookMs: 20, answerMsMax: 200 });
    await rig.bluez.tell('hang');
    await lost();
    await rig.bluez.tell('hang off');
    await back();
    expect(rig.warnings[0]).toContain('does not answer');
  });

  it('notices a bus that hangs', async () => {
    await calling({ lookMs: 20, answerMsMax: 200 });
    rig.bus.freeze(true);
    await lost();
    rig.bus.freeze(false);
    await back();
  });

  it('tells when it was the radio first and is the tag now', async () => {
    await calling();
    await rig.tell('power off');
    await lost();
    await rig.tell('range out');
    await rig.tell('power on');
    await rig.untilState('"isAwaited":true');
    await rig.tell('giveUp now');
    await rig.until(() => rig.whereabouts.at(-1) === 'range');
    await rig.tell('range in');
    await back();
    expect(rig.whereabouts.slice(-3)).toEqual(['radio', 'range', 'near']);
  });

  it('is tried again at once after a link that held, however long the pauses had become', async () => {
    const bounds: number[] = [];
    const below = (bound: number) => {
      bounds.push(bound);
      return 0;
    };
    await rig.tell('power off');
    const reached = rig.reach({ entropy: { below }, retryMsMin: 2, retryMsMax: 8 });
    await rig.until(() => bounds.length > 4);
    await rig.tell('power on');
    await reached;
    bounds.length = 0;
    const reachedAtMs = performance.now();
    await rig.until(() => performance.now() - reachedAtMs > 8);
    await rig.tell('drop now');
    await rig.until(() => rig.alerts.length === 2);
    expect(bounds[0]).toBe(1);
  });

  it.each([1, 2, 3, 4])(
    'is back with the last level whatever happens in the air, in whatever order (%i)',
    async (seed) => {
      const random = Random.stream(seed, 'air');
      const hasty = { retryMsMin: 1, retryMsMax: 4, goneAfterMs: 1, answerMsMax: 100, airMsMax: 100, lookMs: 20 };
      const tag = await rig.reach(hasty);
      for (let round = 0; round < 5; round += 1) {
        let wanted: AlertLevel = 0;
        for (let step = 0; step < 20; step += 1) {
          wanted = random.pick(levels);
          tag.alert(wanted);
          await rig.tell(random.pick(happenings));
          // So that it strikes at every stage of a connection.
          for (let asked = random.below(60); asked > 0; asked -= 1) await rig.tell('state now');
        }
        rig.bluez.alerts.length = 0;
        for (const verb of mending) await rig.tell(verb);
        await rig.until(() => rig.level === wanted);
        // A machine that is busy may lose the hasty link once more meanwhile.
        const before = rig.presses;
        let pressed = 0;
        await vi.waitFor(
          async () => {
            pressed += Number(await rig.tell('press 1'));
            expect(rig.presses).toBeGreaterThan(before);
          },
          { timeout: 60_000, interval: 5 },
        );
        expect(rig.presses - before).toBeLessThanOrEqual(pressed);
      }
    },
  );

  it('is refused by a bus that is full without harm to the process', async () => {
    const full = await startPrivateBus({ max_completed_connections: 0 });
    process.env.DBUS_SYSTEM_BUS_ADDRESS = full.address;
    rig.open({ goneAfterMs: 1 });
    await lost();
    process.env.DBUS_SYSTEM_BUS_ADDRESS = rig.bus.address;
    await rig.until(() => rig.whereabouts.at(-1) === 'near' && rig.level === 0);
    full.kill();
    expect(rig.warnings).toEqual([expect.stringContaining('maximum number of active connections')]);
  });

  it.each(['nonsense', 'unix:path=/nowhere/bus', 'tcp:host=127.0.0.1,port=1'])(
    'survives a bus address that leads nowhere: %s',
    async (address) => {
      process.env.DBUS_SYSTEM_BUS_ADDRESS = address;
      rig.open({ goneAfterMs: 1 });
      await lost();
      process.env.DBUS_SYSTEM_BUS_ADDRESS = rig.bus.address;
      await rig.until(() => rig.whereabouts.at(-1) === 'near' && rig.level === 0);
      expect(rig.warnings).toEqual([expect.stringContaining('system bus')]);
    },
  );
});
