import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTag, type TagOptions } from '../../../../hal/ble/tag.ts';
import type { TagEvent } from '../../../../hal/ports/tag.ts';

const address = 'FF:FF:10:3A:5B:0C';
const ports = { entropy: { below: () => 0 }, log: { write: () => undefined } };

describe('the address of a tag', () => {
  it.each([
    '',
    'FF:FF:10:3A:5B',
    'FF:FF:10:3A:5B:0C:01',
    'FF-FF-10-3A-5B-0C',
    'FG:FF:10:3A:5B:0C',
    ' FF:FF:10:3A:5B:0C',
  ])('is refused before anything is done with it: “%s”', (wrong) => {
    expect(() => createTag({ ...ports, address: wrong })).toThrow(`“${wrong}” is not the address of a tag`);
  });

  it('may be written in small letters', () => {
    expect(() => createTag({ ...ports, address: address.toLowerCase() })).not.toThrow();
  });
});

it('a tag that was never opened takes an alert and a close without a word', async () => {
  const tag = createTag({ ...ports, address });
  tag.alert(2);
  await expect(tag.close()).resolves.toBeUndefined();
});

describe('a tag on a machine without a bus', () => {
  const bounds: number[] = [];
  const log: string[] = [];
  const events: TagEvent[] = [];
  const open = (options: Partial<TagOptions>) => {
    const below = (bound: number) => {
      bounds.push(bound);
      return bound - 1;
    };
    const write = (_: string, text: string) => log.push(text);
    const tag = createTag({ address, entropy: { below }, log: { write }, ...options });
    tag.listen((event) => events.push(event));
    tag.open();
    return tag;
  };
  beforeEach(() => vi.stubEnv('DBUS_SYSTEM_BUS_ADDRESS', 'unix:path=/nowhere/bus'));
  afterEach(() => {
    vi.unstubAllEnvs();
    for (const list of [bounds, log, events]) list.length = 0;
  });

  it('is tried again after pauses that double up to the longest, half of each drawn by chance', async () => {
    const tag = open({ retryMsMin: 4, retryMsMax: 20 });
    await vi.waitFor(() => expect(bounds.length).toBeGreaterThan(5), { timeout: 60_000 });
    await tag.close();
    expect(bounds.slice(0, 5)).toEqual([2, 4, 8, 10, 10]);
  });

  it('is told gone once, for want of a radio, and logged once, however often it is tried', async () => {
    const tag = open({ retryMsMin: 1, retryMsMax: 1, goneAfterMs: 1 });
    await vi.waitFor(() => expect(bounds.length).toBeGreaterThan(20), { timeout: 60_000 });
    await vi.waitFor(() => expect(events.length).toBeGreaterThan(0), { timeout: 60_000 });
    await tag.close();
    expect(events.at(-1)).toEqual({ type: 'tag.gone', reason: 'radio' });
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(events.length);
    expect(log).toEqual([expect.stringContaining('Start dbus, or restart it.')]);
  });
});
