import { describe, expect, it } from 'vitest';
import { techWords } from '../../tools/technician/words.ts';
import { noSocat } from '../contract/cable.ts';
import { imageOf, laidToFlash } from '../unit/cli/flashed-unit.ts';

const { da } = techWords;
const cuts = 12;

describe.skipIf(noSocat !== undefined)('a transfer over a bad cable', () => {
  it('goes on when nothing came through for a while, though the cable is there', async () => {
    const { bench, unit } = await laidToFlash();
    const { write } = unit.images;
    let writes = 0;
    const isShortQuestion = (bytes: Uint8Array) => bytes[0] === 6 && bytes.length < 60;
    unit.images.write = (offset, data) => {
      writes += 1;
      // Deaf until somebody asks who it is, instead of sending the next part again.
      if (writes === 3) {
        bench.lost = (bytes) => {
          if (isShortQuestion(bytes)) bench.lost = () => false;
          return true;
        };
      }
      return write.call(unit.images, offset, data);
    };
    const { err, code } = await bench.tech('flash', bench.file('new.img', await imageOf()));
    expect(code).toBe(0);
    expect(err).toContain(`${da.flash.noAnswer}\n${da.flash.cableIn}\n`);
  });

  it(`ends whole though the cable is pulled ${cuts} times`, async () => {
    const { bench, unit } = await laidToFlash();
    const { write } = unit.images;
    let [bytes, pulled] = [0, 0];
    unit.images.write = (offset, data) => {
      bytes += data.length;
      if (bytes > (pulled + 1) * 4_500 && pulled < cuts) {
        pulled += 1;
        void bench.cable.unplug().then(() => bench.cable.plug());
      }
      return write.call(unit.images, offset, data);
    };
    const image = await imageOf();
    const { code } = await bench.tech('flash', bench.file('new.img', image));
    expect({ code, pulled: pulled > 5 }).toEqual({ code: 0, pulled: true });
    expect(unit.images.images().find(({ active }) => active)).toMatchObject({ version: '1.1.0', confirmed: true });
  });
});
