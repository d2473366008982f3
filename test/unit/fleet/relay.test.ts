import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { layRelay } from '../../../sim/fleet/relay.ts';

/** Both ends of a connection through a relay; `heard` is what the far one was sent. */
async function joined() {
  const far: Socket[] = [];
  let heard = '';
  const server = createServer((socket) => {
    far.push(socket);
    socket.on('data', (text) => {
      heard += text;
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const relay = await layRelay({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const near = connect(relay.port, '127.0.0.1');
  onTestFinished(async () => {
    near.destroy();
    await relay.close();
    await new Promise((resolve) => server.close(resolve));
  });
  await once(near, 'connect');
  await vi.waitFor(() => expect(far).toHaveLength(1));
  return { relay, near, far: far[0] as Socket, heard: () => heard };
}

describe('a relay', () => {
  it('carries what is said in both directions', async () => {
    const { near, far, heard } = await joined();
    near.write('up');
    far.write('down');
    const [answer] = await once(near, 'data');
    expect(String(answer)).toBe('down');
    await vi.waitFor(() => expect(heard()).toBe('up'));
  });

  it('ends both ends when it is cut', async () => {
    const { relay, near, far } = await joined();
    const ends = [once(near, 'close'), once(far, 'close')];
    relay.cut();
    await Promise.all(ends);
    expect([near.destroyed, far.destroyed]).toEqual([true, true]);
  });

  it('passes nothing and ends nothing once it is frozen', async () => {
    const { relay, near, far, heard } = await joined();
    near.write('before');
    await vi.waitFor(() => expect(heard()).toBe('before'));
    relay.freeze();
    near.write('after');
    near.destroy();
    await once(near, 'close');
    // Another connection through it is answered, so that what was said before has had its time.
    const other = connect(relay.port, '127.0.0.1');
    await once(other, 'connect');
    other.destroy();
    expect([heard(), far.destroyed, far.readableEnded]).toEqual(['before', false, false]);
  });
});
