import { read } from 'node:fs';
import { promisify } from 'node:util';
import { autoDetect, type LinuxBindingInterface, LinuxPortBinding } from '@serialport/bindings-cpp';

const readAsync = promisify(read);
/** libuv's `uv_poll_event`. */
const [UV_READABLE, UV_WRITABLE, UV_DISCONNECT] = [1, 2, 4] as const;
// The package's own types lean on a package whose types this compiler does not find: Linux stands for the others.
const native = autoDetect() as LinuxBindingInterface;

/**
 * The platform's serial ports, with two faults of bindings-cpp 13 mended. A line that is hung up while bytes are in
 * flight (a cable pulled in the middle of an upload) reads as zero bytes ever after, and the library asks again at once,
 * for ever: it never tells the loss, and takes a whole processor. Here zero bytes are the loss that they are. And whoever
 * waits to read ends the waiting of whoever waits to write, so that a long upload stands still: here both are waited for.
 */
export const serialBinding: LinuxBindingInterface = {
  list: () => native.list(),
  async open(options) {
    const port = await native.open(options);
    if (port instanceof LinuxPortBinding) {
      port.read = (buffer, offset, length) => readFrom(port, buffer, offset, length);
      waitForAll(port);
    }
    return port;
  },
};

/** A new wait replaces those before it in the system's poll: they are asked for together. */
function waitForAll({ poller }: LinuxPortBinding): void {
  const poll = poller.poll.bind(poller);
  const waited = (event: string, flag: number) => (poller.listenerCount(event) > 0 ? flag : 0);
  poller.poll = (flag = 0) =>
    poll(
      flag | waited('readable', UV_READABLE) | waited('writable', UV_WRITABLE) | waited('disconnect', UV_DISCONNECT),
    );
}

async function readFrom(port: LinuxPortBinding, buffer: Buffer, offset: number, length: number) {
  for (;;) {
    const bytesRead = await bytesNow(openFileOf(port), buffer, offset, length);
    if (bytesRead === 0) throw new Error('the line was hung up');
    if (bytesRead !== undefined) return { buffer, bytesRead };
    // While it was read the port may have been closed: to wait on it then would bring the process down.
    openFileOf(port);
    await readable(port);
  }
}

function openFileOf(port: LinuxPortBinding): number {
  if (port.fd === null) throw Object.assign(new Error('The port is closed.'), { canceled: true });
  return port.fd;
}

/** How many bytes were there; undefined for none yet. */
async function bytesNow(file: number, buffer: Buffer, offset: number, length: number): Promise<number | undefined> {
  try {
    return (await readAsync(file, buffer, offset, length, null)).bytesRead;
  } catch (error) {
    if (mayComeLater(error)) return undefined;
    throw error;
  }
}

function mayComeLater(error: unknown): boolean {
  return ['EAGAIN', 'EWOULDBLOCK', 'EINTR'].includes(String((error as NodeJS.ErrnoException).code));
}

function readable(port: LinuxPortBinding): Promise<void> {
  return new Promise((resolve, reject) => {
    port.poller.once('readable', (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}
