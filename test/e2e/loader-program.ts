// A tiny firmware for the loader's tests: it has the real bank, and does with it what it is told over a socket.
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { RecordKeeper } from '../../firmware/update/record-keeper.ts';
import { SlotBank } from '../../firmware/update/slot-bank.ts';
import { fitsHere } from '../../hal/linux/bundle.ts';
import { deviceClassId } from '../../hal/linux/device-class.ts';
import { openFlash } from '../../hal/linux/flash.ts';
import { answerLoader } from '../../hal/linux/loader-line.ts';
import { RESTART_EXIT_CODE } from '../../hal/linux/watchdog.ts';
import { sha256, trustedKeyOf } from '../../tools/image/keys.ts';

export type Behaviour = 'well' | 'hangs' | 'crashes' | 'unconfirmed';

/** What the test asks, one JSON line each; the answer is one too. */
export type Wish =
  | { readonly do: 'images' | 'restart' }
  | { readonly do: 'upload'; readonly file: string; readonly chunkBytes: number }
  | { readonly do: 'test'; readonly hash: string };

/**
 * Arguments of the process: flash folder, socket, journal, public key, class. `ballast` makes the image as large as a
 * real one.
 */
export function runProgram(name: string, behaviour: Behaviour, ballast: string): void {
  const [folder = '', socket = '', journal = '', key = '', deviceClass = ''] = process.argv.slice(2);
  const line = answerLoader(() => process.exit(RESTART_EXIT_CODE));
  if (ballast.length === 0) throw new Error('the program came without its ballast');
  appendFileSync(journal, `${name} ${line?.rehearsal === null ? 'again' : 'rehearsed'}\n`);
  if (behaviour === 'crashes') process.exit(1);
  const loop = (): void => {
    while (behaviour === 'hangs');
  };
  loop();
  const flash = openFlash(folder);
  const bank = new SlotBank({
    flash,
    keeper: new RecordKeeper(flash, sha256),
    trust: { sha256, keys: [trustedKeyOf(readFileSync(key, 'utf8'), key)], deviceClass: deviceClassId(deviceClass) },
    running: true,
    mayRestart: () => true,
    fits: fitsHere,
    confirmed: () => line?.confirmed(),
  });
  setInterval(() => line?.alive(), 100);
  line?.alive();
  if (behaviour === 'well') bank.confirm(null);
  const answer = (wish: Wish): unknown => {
    switch (wish.do) {
      case 'images':
        return bank.images().map((image) => ({ ...image, hash: Buffer.from(image.hash).toString('hex'), name }));
      case 'restart':
        return bank.prepareRestart();
      case 'test':
        return bank.test(Buffer.from(wish.hash, 'hex'));
      case 'upload':
        return upload(bank, readFileSync(wish.file), wish.chunkBytes);
    }
  };
  rmSync(socket, { force: true });
  createServer((peer) => {
    peer.once('data', (data) => {
      const wish: Wish = JSON.parse(data.toString());
      peer.end(JSON.stringify(answer(wish)));
      if (wish.do === 'restart') peer.once('close', () => process.exit(RESTART_EXIT_CODE));
    });
    peer.on('error', () => undefined);
  }).listen(socket);
  process.on('SIGTERM', () => process.exit(0));
}

function upload(bank: SlotBank, file: Uint8Array, chunkBytes: number): unknown {
  let answer = bank.begin({ bytes: file.length, sha256: sha256(file) });
  while (answer.ok && !answer.value.complete) {
    const { offset } = answer.value;
    answer = bank.write(offset, file.subarray(offset, offset + chunkBytes));
  }
  return answer;
}
