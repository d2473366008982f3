import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FoundTag, pairTag } from '../../hal/ble/pair-tag.ts';
import { createTagPairing } from '../../hal/ble/pairing.ts';
import type { PairingEvent, PairingTrouble } from '../../hal/ports/tag-pairing.ts';
import { noDbus } from '../../sim/bluez/private-bus.ts';
import { type TagRig, useTagRig } from './tag-rig.ts';

const [near, far, old, plain, headset] = [
  { address: 'FF:FF:10:3A:5B:01', name: 'near\u0007', rssi: -40, isKnown: false },
  { address: 'FF:FF:10:3A:5B:02', name: 'far', rssi: -90, isKnown: false },
  { address: 'FF:FF:10:3A:5B:03', name: 'seen last week' },
  { address: 'FF:FF:10:3A:5B:04', name: 'no button', rssi: -60, isKnown: false, hasButton: false, battery: 'none' },
  { address: 'FF:FF:10:3A:5B:05', name: 'headset', rssi: -30, isKnown: false, hasAlert: false },
] as const;

if (noDbus !== undefined) {
  it.skipIf(process.env.CI !== 'true')(`pairing a tag (${noDbus})`, () => expect.fail(noDbus));
}

describe.skipIf(noDbus !== undefined)('pairing a tag', () => {
  const rigOf = useTagRig([far, headset, plain, near, old]);
  let rig: TagRig;
  beforeEach(async () => {
    rig = rigOf();
    await rig.bluez.tell(`range out ${old.address}`);
  });
  // Whatever came of it, no tag goes on calling, and nobody stays connected to the bus.
  afterEach(async () => {
    if (rig.bluez.hasEnded) return;
    await rig.until(() => (rig.level ?? 0) === 0);
    await vi.waitFor(async () => expect(await rig.bluez.tell('scanners now')).toBe('0'), { timeout: 60_000 });
  });

  /** Chooses `address`, and does to the tag what `verb` says once it calls. */
  const pair = (address: string, verb = 'press 1', pressMs = 60_000) => {
    const found: FoundTag[] = [];
    const paired = pairTag({
      scanMs: 20,
      pressMs,
      async choose(tags) {
        found.push(...tags);
        return address.toLowerCase();
      },
      calling: (tag) => void rig.bluez.tell(`${verb} ${tag.address}`).catch(() => undefined),
    });
    return { paired, found };
  };

  it('lists the tags that are there and can call, the strongest first, with nothing in a name that could steer a terminal', async () => {
    const { paired, found } = pair(near.address);
    await paired;
    expect(found).toEqual([
      { address: near.address, name: 'near', signalDbm: -40 },
      { address: plain.address, name: 'no button', signalDbm: -60 },
      { address: far.address, name: 'far', signalDbm: -90 },
    ]);
  });

  it('has the chosen one call until its button is heard', async () => {
    expect(await pair(far.address).paired).toEqual({ address: far.address, name: 'far', batteryPercent: 100 });
    await rig.until(() => rig.alerts.length === 2);
    expect(rig.alerts).toEqual([2, 0]);
  });

  it('refuses one whose button is not heard in time', async () => {
    const { paired } = pair(near.address, 'press 0', 50);
    await expect(paired).rejects.toMatchObject({
      kind: 'not-pressed',
      message: expect.stringContaining('The button of FF:FF:10:3A:5B:01 was not heard in 0.05 s.'),
    });
  });

  it('refuses one without a button, before it calls', async () => {
    await expect(pair(plain.address).paired).rejects.toThrow('has no button that we know');
    expect(rig.alerts).toEqual([]);
  });

  it.each([headset.address, 'FF:FF:FF:FF:FF:FF'])('refuses one that was not offered: %s', async (address) => {
    await expect(pair(address).paired).rejects.toThrow(`${address} is none of the tags that were found.`);
  });

  it('refuses what is no address', async () => {
    await expect(pair('the blue one').paired).rejects.toThrow('is not the address of a tag');
  });

  it('says so when the tag goes away while it calls', async () => {
    await expect(pair(near.address, 'range out').paired).rejects.toThrow('The tag is out of reach.');
    rig.bluez.alerts.length = 0;
  });

  it('says what to do when no tag is seen', async () => {
    for (const { address } of [near, far, plain]) await rig.bluez.tell(`range out ${address}`);
    await expect(pair(near.address).paired).rejects.toThrow('No tag was seen. Wake it');
  });

  it('says what to do when the adapter is off', async () => {
    await rig.bluez.tell('power off');
    await expect(pair(near.address).paired).rejects.toThrow('The Bluetooth adapter is switched off. Switch it on');
  });

  it('says what to do when Bluetooth does not run', async () => {
    await rig.bluez.die();
    await expect(pair(near.address).paired).rejects.toThrow('systemctl enable --now bluetooth');
  });

  describe('tells whoever is at the cable in a word why none was paired:', () => {
    const all = [near, far, plain].map(({ address }) => address);
    const outOf = (addresses: readonly string[]) => async () => {
      for (const address of addresses) await rig.bluez.tell(`range out ${address}`);
    };
    it.each<[PairingTrouble, string | null, before: () => Promise<unknown>, whenCalled?: string]>([
      ['radio-off', null, () => rig.bluez.tell('power off')],
      ['radio-dead', null, () => rig.bluez.die()],
      ['radio-dead', null, () => rig.bluez.tell('deaf on')],
      ['none-seen', null, outOf(all)],
      ['not-found', far.address, outOf([far.address])],
      ['unfit', plain.address, async () => undefined],
      ['not-pressed', near.address, async () => undefined, 'press 0'],
      ['lost', near.address, async () => undefined, 'range out'],
    ])('%s', async (trouble, address, before, whenCalled) => {
      await before();
      const events: PairingEvent[] = [];
      // Nobody waits for a tag that has gone; who does not press gets little time.
      const pressMs = whenCalled === 'press 0' ? 50 : 60_000;
      const pairing = createTagPairing({ log: { write: () => undefined }, scanMs: 20, pressMs });
      pairing.pair(address, (event) => {
        events.push(event);
        if (event.type === 'pairing.calling' && whenCalled !== undefined)
          void rig.bluez.tell(`${whenCalled} ${event.tag.address}`);
      });
      const failed = { type: 'pairing.failed', trouble };
      await vi.waitFor(() => expect(events).toContainEqual(failed), { timeout: 60_000 });
      expect(events.at(-1)).toEqual(failed);
      if (trouble === 'lost') rig.bluez.alerts.length = 0;
    });
  });
});
