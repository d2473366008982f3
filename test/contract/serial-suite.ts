import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Serial, SerialEvent } from '../../hal/ports/serial.ts';

/** A cable with two ends of one kind, and a way to let time pass until something holds. */
export interface SerialPair {
  readonly device: Serial;
  readonly laptop: Serial;
  plug(): Promise<void>;
  unplug(): Promise<void>;
  until(holds: () => boolean): Promise<void>;
  remove(): Promise<void>;
}

class End {
  readonly port: Serial;
  readonly told: string[] = [];
  readonly #bytes: number[] = [];
  onBytes: () => void = () => undefined;

  constructor(port: Serial) {
    this.port = port;
    port.listen((event: SerialEvent) => {
      if (event.type !== 'serial.received') {
        this.told.push(event.type);
        return;
      }
      this.#bytes.push(...event.bytes);
      this.onBytes();
    });
  }

  get bytes(): readonly number[] {
    return this.#bytes;
  }
}

/** Each way. */
const floodBytes = 1_000_000;
const pieceBytes = 4_096;
/** More than a line takes at once: a port that forgets who waits to write soon stands still. */
const [messages, messageBytes] = [100, 49_152];

const counted = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff);

/** What every Serial must do. */
export function serialContract(name: string, make: () => SerialPair): void {
  describe(`serial contract: ${name}`, () => {
    let pair: SerialPair;
    let device: End;
    let laptop: End;
    const opened = async () => {
      await pair.plug();
      device.port.open();
      laptop.port.open();
      await pair.until(() => device.told.includes('serial.opened') && laptop.told.includes('serial.opened'));
    };

    beforeEach(() => {
      pair = make();
      [device, laptop] = [new End(pair.device), new End(pair.laptop)];
    });
    afterEach(async () => {
      device.port.close();
      laptop.port.close();
      await pair.remove();
    });

    it('carries every byte, both ways, in order', async () => {
      await opened();
      const bytes = counted(20_000);
      for (let at = 0; at < bytes.length; at += 1_000)
        expect(device.port.write(bytes.slice(at, at + 1_000))).toBe(true);
      expect(laptop.port.write(counted(256))).toBe(true);
      await pair.until(() => laptop.bytes.length >= bytes.length && device.bytes.length >= 256);
      expect(Uint8Array.from(laptop.bytes)).toEqual(bytes);
      expect(Uint8Array.from(device.bytes)).toEqual(counted(256));
      expect(device.told).toEqual(['serial.opened']);
    });

    it('carries megabytes both ways at once, in order', async () => {
      await opened();
      const piece = counted(pieceBytes);
      const sent = [0, 0];
      const pump = () => {
        for (const [index, { port }] of [device, laptop].entries())
          while ((sent[index] ?? 0) < floodBytes && port.write(piece)) sent[index] = (sent[index] ?? 0) + pieceBytes;
      };
      await pair.until(() => {
        pump();
        return device.bytes.length >= floodBytes && laptop.bytes.length >= floodBytes;
      });
      // A piece is a whole number of rounds of the count, so all of them together count on.
      const wrong = ({ bytes }: End) => bytes.findIndex((byte, index) => byte !== ((index * 7) & 0xff));
      expect([wrong(device), wrong(laptop)]).toEqual([-1, -1]);
    });

    it('brings message after message, each heard from while it is still on its way', async () => {
      await opened();
      const message = counted(messageBytes);
      const [heard, whole] = [0, 1];
      let [begun, ended] = [0, 0];
      const send = () => expect(laptop.port.write(message)).toBe(true);
      // Its writer waits for room in the line, its reader for the next answer, and nothing more comes before both go on.
      device.onBytes = () => {
        if (device.bytes.length > begun * messageBytes) {
          begun += 1;
          device.port.write(Uint8Array.of(heard));
        }
        if (device.bytes.length < (ended + 1) * messageBytes) return;
        ended += 1;
        device.port.write(Uint8Array.of(whole));
      };
      laptop.onBytes = () => {
        if (laptop.bytes.at(-1) === whole && ended < messages) send();
      };
      send();
      await pair.until(() => ended === messages && laptop.bytes.length === 2 * messages);
      expect(device.bytes.length).toBe(messages * messageBytes);
    });

    it('takes nothing before it is open, and nothing after it is closed', async () => {
      await pair.plug();
      device.port.open();
      expect(device.port.write(Uint8Array.of(1))).toBe(false);
      await pair.until(() => device.told.length > 0);
      expect(device.port.write(Uint8Array.of(1))).toBe(true);
      device.port.close();
      expect(device.port.write(Uint8Array.of(1))).toBe(false);
    });

    it('tells once that the port is not there, and opens it when it comes', async () => {
      device.port.open();
      await pair.until(() => device.told.length > 0);
      expect(device.told).toEqual(['serial.closed']);
      await pair.plug();
      await pair.until(() => device.told.length > 1);
      expect(device.told).toEqual(['serial.closed', 'serial.opened']);
    });

    it('tells once that the cable was pulled, and goes on when it is back', async () => {
      await opened();
      for (let turn = 1; turn <= 3; turn += 1) {
        await pair.unplug();
        await pair.until(() => device.told.length === 2 * turn && laptop.told.length === 2 * turn);
        expect(device.port.write(Uint8Array.of(1))).toBe(false);
        await pair.plug();
        await pair.until(() => device.told.length === 2 * turn + 1 && laptop.told.length === 2 * turn + 1);
        const before = laptop.bytes.length;
        device.port.write(counted(100));
        await pair.until(() => laptop.bytes.length >= before + 100);
      }
      const turns = Array.from({ length: 3 }, () => ['serial.closed', 'serial.opened']).flat();
      expect(device.told).toEqual(['serial.opened', ...turns]);
    });

    it.each(['both ways', 'one way'])('notices also when the cable is pulled while bytes run %s', async (ways) => {
      await opened();
      const senders = ways === 'both ways' ? [device, laptop] : [laptop];
      const pump = () => {
        for (const { port } of senders) while (port.write(counted(4_000)));
      };
      // Also in the moment of the pull.
      const pumping = setInterval(pump, 1);
      await pair.until(() => {
        pump();
        return device.bytes.length > 200_000;
      });
      await pair.unplug();
      clearInterval(pumping);
      await pair.until(() => device.told.length === 2 && laptop.told.length === 2);
      expect([device.told, laptop.told]).toEqual([
        ['serial.opened', 'serial.closed'],
        ['serial.opened', 'serial.closed'],
      ]);
    });

    it('refuses more than it may keep when nobody reads at the other end, all or nothing', async () => {
      await pair.plug();
      device.port.open();
      await pair.until(() => device.told.length > 0);
      let taken = 0;
      while (taken < 1_000 && device.port.write(counted(4_000))) taken += 1;
      expect(taken).toBeGreaterThan(8);
      expect(taken).toBeLessThan(100);
    });

    it('tells nothing any more once it is closed', async () => {
      await opened();
      device.port.close();
      laptop.port.write(counted(100));
      await pair.unplug();
      await pair.until(() => laptop.told.length === 2);
      expect([device.told, device.bytes]).toEqual([['serial.opened'], []]);
    });
  });
}
