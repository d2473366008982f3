import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSerial, type SerialOptions } from '../../../hal/linux/serial.ts';
import { serialBinding } from '../../../hal/linux/serial-binding.ts';
import type { SerialEvent } from '../../../hal/ports/serial.ts';
import { findCable, noSocat } from '../../contract/cable.ts';

function listened(options: SerialOptions) {
  const serial = createSerial({ reopenMsMin: 1, reopenMsMax: 4, ...options });
  const events: SerialEvent[] = [];
  serial.listen((event) => events.push(event));
  onTestFinished(() => serial.close());
  return { serial, events };
}

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-serial-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'file'), text);
  return join(folder, 'file');
}

const patience = { timeout: 60_000, interval: 1 };

/** How many bytes lay there. */
function drained(descriptor: number): number {
  const room = Buffer.alloc(4_096);
  for (let bytes = 0; ; ) {
    try {
      bytes += readSync(descriptor, room);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return bytes;
      throw error;
    }
  }
}

describe('the serial adapter', () => {
  it.each(['/nowhere/tty', tmpdir()])('tells once that %s is no port, however often it tries', async (path) => {
    const { serial, events } = listened({ path });
    serial.open();
    serial.open();
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(events[0]).toMatchObject({ type: 'serial.closed', reason: expect.stringMatching(/\w/) });
    expect(serial.write(Uint8Array.of(1))).toBe(false);
  });

  it('does not take a plain file for a port', async () => {
    const { serial, events } = listened({ path: file('06 09') });
    serial.open();
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['serial.closed']));
  });

  it('can be closed before it is open, twice, and opened again', async () => {
    const { serial, events } = listened({ path: '/nowhere/tty' });
    serial.close();
    serial.open();
    serial.close();
    serial.close();
    serial.open();
    await vi.waitFor(() => expect(events).toHaveLength(1));
  });

  it.skipIf(noSocat !== undefined)('keeps no more than it is told to', async () => {
    const cable = findCable();
    onTestFinished(() => cable.remove());
    await cable.plug();
    const { serial, events } = listened({ path: cable.device, waitingBytesMax: 100 });
    serial.open();
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(serial.write(new Uint8Array(101))).toBe(false);
    expect(serial.write(new Uint8Array(100))).toBe(true);
  });

  it.skipIf(noSocat !== undefined)(
    'can be waited for, so that what was said last has left before it is closed',
    async () => {
      const cable = findCable();
      onTestFinished(() => cable.remove());
      await cable.plug();
      const { serial, events } = listened({ path: cable.device });
      const laptop = listened({ path: cable.laptop });
      await serial.written();
      for (const { open } of [serial, laptop.serial]) open();
      await vi.waitFor(() => expect([...events, ...laptop.events]).toHaveLength(2), patience);
      for (let piece = 0; piece < 8; piece += 1) serial.write(new Uint8Array(1_000).fill(piece));
      await serial.written();
      serial.close();
      const bytes = () => laptop.events.map((event) => (event.type === 'serial.received' ? event.bytes.length : 0));
      await vi.waitFor(() => expect(bytes().reduce((sum, one) => sum + one, 0)).toBe(8_000), patience);
    },
  );

  it.skipIf(noSocat !== undefined)('drops what still waits when it is closed, and says nothing more', async () => {
    const cable = findCable();
    onTestFinished(() => cable.remove());
    await cable.plug();
    const { serial, events } = listened({ path: cable.device });
    serial.open();
    await vi.waitFor(() => expect(events).toHaveLength(1));
    serial.write(new Uint8Array(60_000));
    serial.close();
    await cable.unplug();
    expect(events.map(({ type }) => type)).toEqual(['serial.opened']);
  });
});

describe('the binding of the serial adapter', () => {
  it.skipIf(noSocat !== undefined)('wakes who waits to write also when somebody waits to read meanwhile', async () => {
    const cable = findCable();
    onTestFinished(() => cable.remove());
    await cable.plug();
    const port = await serialBinding.open({ path: cable.device, baudRate: 115_200 });
    onTestFinished(() => port.close());
    const other = openSync(cable.laptop, constants.O_RDWR | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(other));
    const message = Buffer.alloc(200_000, 1);
    const written = port.write(message);
    const waits = (event: string) => vi.waitFor(() => expect(port.poller.listenerCount(event)).toBe(1));
    await waits('writable');
    const reading = port.read(Buffer.alloc(10), 0, 10);
    await waits('readable');
    let arrived = 0;
    await vi.waitFor(() => {
      arrived += drained(other);
      expect(arrived).toBe(message.length);
    }, patience);
    await written;
    writeSync(other, Buffer.of(7));
    expect((await reading).bytesRead).toBe(1);
  });

  it.skipIf(noSocat !== undefined)(
    'takes a line that was hung up for a loss, not for a line that is silent',
    async () => {
      const cable = findCable();
      onTestFinished(() => cable.remove());
      await cable.plug();
      const port = await serialBinding.open({ path: cable.device, baudRate: 115_200 });
      await cable.unplug();
      await expect(port.read(Buffer.alloc(10), 0, 10)).rejects.toThrow(/hung up|EIO/);
      await port.close();
      await expect(port.read(Buffer.alloc(10), 0, 10)).rejects.toMatchObject({ canceled: true });
    },
  );
});
