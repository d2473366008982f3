import { describe, expect, it } from 'vitest';
import type { Fetched } from '../../../tools/centre/images/image-desk.ts';
import type { CommandReading } from '../../../tools/centre/orders/order-readings.ts';
import { fetchProgress } from '../../../tools/cli/fetch-progress.ts';
import { UsageError } from '../../../tools/program/usage-error.ts';

const reading = { device: 'unit-1', type: 'update', state: 'accepted' } as CommandReading;

/** A terminal, and a centre whose unit has come so far. */
function desk(isTTY = true, json?: true) {
  let text = '';
  let fetched: Fetched | undefined;
  const get = <T>(): Promise<T> =>
    fetched === undefined ? Promise.reject(new UsageError('nothing')) : Promise.resolve(fetched as T);
  const stream = { isTTY, write: (more: string) => (text += more) };
  const progress = fetchProgress({ get }, { lang: 'da', ...(json === true ? { json } : {}) }, stream);
  const look = async (sent: number | undefined, changed: Partial<CommandReading> = {}): Promise<string> => {
    fetched = sent === undefined ? undefined : { image: 'ab', bytes: 1000, sent };
    text = '';
    await progress({ ...reading, ...changed });
    return text;
  };
  return { look };
}

describe('an operator who waits for an update', () => {
  it('sees on a terminal how far it is, each step once, and a clean line in the end', async () => {
    const { look } = desk();
    expect(await look(undefined)).toBe('\r\u001b[Ki gang');
    expect(await look(125)).toBe('\r\u001b[Khenter programmet: 12 %');
    expect(await look(129)).toBe('');
    expect(await look(999)).toBe('\r\u001b[Khenter programmet: 99 %');
    expect(await look(1000)).toMatch(/programmet er hentet; det prøves, når ingen dosis er i gang$/);
    expect(await look(1000, { state: 'done' })).toBe('\r\u001b[K');
  });

  it('sees nothing of it in a pipe, beside JSON, or for another command', async () => {
    expect(await desk(false).look(125)).toBe('');
    expect(await desk(true, true).look(125)).toBe('');
    expect(await desk().look(125, { type: 'restart' })).toBe('');
  });
});
