import type { Fetched } from '../centre/images/image-desk.ts';
import type { CommandReading } from '../centre/orders/order-readings.ts';
import { orderWords, updateLine } from '../centre/orders/words.ts';
import type { CentreClient, CentreFlags } from './centre-client.ts';

/** Beside each look at an update: how much of the image the unit has, on a terminal; in a pipe nothing. */
export function fetchProgress(
  client: Pick<CentreClient, 'get'>,
  { lang, json }: Pick<CentreFlags, 'lang' | 'json'>,
  stream: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr,
): (command: CommandReading) => Promise<void> {
  let shown = '';
  return async ({ device, type, state }) => {
    if (type !== 'update' || json === true || stream.isTTY !== true) return;
    const line = state === 'accepted' ? await lineFor(client, device, lang) : '';
    if (line === shown) return;
    shown = line;
    stream.write(`\r\u001b[K${line}`);
  };
}

async function lineFor(client: Pick<CentreClient, 'get'>, device: string, lang: CentreFlags['lang']): Promise<string> {
  // Before the unit has asked for anything there is nothing to tell.
  const fetched = await client.get<Fetched>(`/api/devices/${device}/update`).catch(() => undefined);
  if (fetched === undefined) return orderWords[lang].commandStates.accepted;
  return updateLine(fetched, lang);
}
