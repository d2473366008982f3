import { createHash } from 'node:crypto';
import { headerBytes } from '../../protocol/image/layout.ts';
import { encodeRequest } from '../../protocol/smp/command.ts';
import { image } from '../../protocol/smp/commands/image.ts';
import type { SmpClient } from './smp-client.ts';

/** As many as fit in one message beside the fields of the first, or of a later one. */
function room(client: SmpClient, fields: { readonly len: number; readonly sha: Uint8Array } | object): number {
  const empty = encodeRequest(image.upload, { off: 0xffff_ffff, data: new Uint8Array(), ...fields }, 0);
  // The byte string's own head grows with what is in it.
  return client.messageBytesMax - empty.length - 4;
}

/**
 * Sends an image file, from where an earlier attempt stopped. Several calls go on from each other: cut off at any byte,
 * the next begins where the unit says. The first request carries the image's header alone: that is what the unit judges
 * first, and where an earlier attempt goes on, all that the request carries is sent for nothing.
 * @param progress is told the bytes that the unit has
 * @throws SmpSilence, SmpRefusal
 */
export async function uploadImage(
  client: SmpClient,
  file: Uint8Array,
  progress: (bytes: number) => void = () => undefined,
): Promise<void> {
  const sha = new Uint8Array(createHash('sha256').update(file).digest());
  const first = { len: file.length, sha };
  let off = 0;
  do {
    const fields = off === 0 ? first : {};
    const most = room(client, fields);
    const data = file.slice(off, off + (off === 0 ? Math.min(most, headerBytes) : most));
    const answer = await client.granted(image.upload, { off, data, ...fields });
    off = answer.off ?? off + data.length;
    progress(off);
  } while (off < file.length);
}
