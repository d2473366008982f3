import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { buildImage } from '../../../protocol/image/build.ts';
import { signTechnicianPass } from '../../../protocol/messages/technician-pass.ts';
import { image } from '../../../protocol/smp/commands/image.ts';
import { os } from '../../../protocol/smp/commands/os.ts';
import { stat } from '../../../protocol/smp/commands/stat.ts';
import { type CableConditions, SimCable, soundCable } from '../../../sim/device/serial.ts';
import { Random } from '../../../sim/kernel/random.ts';
import { Timeline } from '../../../sim/kernel/timeline.ts';
import { openSession } from '../../../tools/technician/session.ts';
import { SmpClient, SmpRefusal, SmpSilence } from '../../../tools/technician/smp-client.ts';
import { uploadImage } from '../../../tools/technician/upload.ts';
import { NotedUnit } from '../firmware/service/bench.ts';
import { serve } from '../firmware/service/served.ts';
import { deviceClass, maker } from '../protocol/image-keys.ts';
import { centre } from '../protocol/signing.ts';
import { issuedAt, pass, technicianKey } from '../protocol/smp-session-samples.ts';

const holder = { pass: signTechnicianPass(pass, centre), sign: technicianKey.sign };
const file = buildImage(
  {
    body: Uint8Array.from({ length: 60_000 }, (_, index) => (index * 13) & 0xff),
    version: { major: 1, minor: 1, revision: 0, build: 0 },
    securityCounter: 7,
    deviceClass,
  },
  maker.signer,
);

/** Fast enough to wait for no cable, slow enough that no session ends while a client is patient. */
const timesFaster = 100;

/** A client and a server with a simulated cable between them, whose time passes faster than ours. */
async function laid(changes: Partial<CableConditions> = {}, seed = 1) {
  const timeline = new Timeline(issuedAt * 1000 + 86_400_000);
  const conditions = { ...soundCable(), ...changes };
  const cable = new SimCable(timeline, Random.stream(seed, 'cable'), conditions);
  const unit = new NotedUnit();
  const startMs = timeline.nowMs;
  const served = serve(unit, cable.device, () => ({
    wallMs: timeline.nowMs,
    monoMs: timeline.nowMs - startMs,
    trusted: true,
  }));
  let open = false;
  const client = new SmpClient(cable.laptop, { answerMsMax: 30, attemptsMax: 50 }, ({ type }) => {
    open = type !== 'serial.closed';
  });
  const opened = (wanted = true) => vi.waitFor(() => expect(open).toBe(wanted), { interval: 1 });
  cable.device.open();
  cable.laptop.open();
  const realStartMs = performance.now();
  const run = setInterval(() => timeline.runUntil(startMs + (performance.now() - realStartMs) * timesFaster), 1);
  onTestFinished(() => clearInterval(run));
  await opened();
  return { cable, unit, served, client, opened };
}

describe('the technician’s client', () => {
  it('asks, greets and is refused with words', async () => {
    const { client } = await laid();
    await client.greet();
    expect(client.messageBytesMax).toBe(8188);
    expect(await client.granted(os.echo, { d: 'hej' })).toEqual({ r: 'hej' });
    await expect(client.granted(stat.list, {})).rejects.toThrow(new SmpRefusal({ rc: 11 }));
    await expect(client.granted(os.info, { format: 'x' })).rejects.toThrow('os/invalidFormat');
  });

  it('opens a session and uploads an image', async () => {
    const { client, unit } = await laid();
    await client.greet();
    expect(await openSession(client, holder)).toMatchObject({ role: 'technician', pass: 'T-17' });
    const told: number[] = [];
    await uploadImage(client, file, (bytes) => told.push(bytes));
    expect(told.at(-1)).toBe(file.length);
    // The header alone comes first.
    expect(told).toHaveLength(1 + Math.ceil(file.length / 8100));
    expect(unit.images.images()[1]).toMatchObject({ version: '1.1.0' });
    const { images } = await client.granted(image.state, {});
    expect(images).toHaveLength(2);
  });

  it.each([1, 2, 3])('gets through a cable that loses bytes and makes noise (seed %i)', async (seed) => {
    const { client, unit, served } = await laid({ lossChance: 2e-5, noiseChance: 0.02, pieceBytesMax: 300 }, seed);
    await client.greet();
    await openSession(client, holder);
    await uploadImage(client, file);
    expect(unit.images.images()[1]).toMatchObject({ version: '1.1.0' });
    expect(client.traffic.repeated).toBeGreaterThan(0);
    expect(served.server.counters.failed).toBe(0);
  });

  it('goes on with an upload after the cable was pulled', async () => {
    const { client, unit, cable, opened } = await laid();
    await client.greet();
    await openSession(client, holder);
    let pulls = 0;
    const pullOnce = (bytes: number) => {
      if (bytes < 20_000 * (pulls + 1) || bytes === file.length) return;
      pulls += 1;
      cable.unplug();
    };
    const reached: number[] = [];
    for (let whole = false; !whole; ) {
      try {
        await uploadImage(client, file, (bytes) => {
          reached.push(bytes);
          pullOnce(bytes);
        });
        whole = true;
      } catch (error) {
        expect(error).toBeInstanceOf(SmpSilence);
        await opened(false);
        cable.plug();
        await opened();
        await client.greet();
        await openSession(client, holder);
      }
    }
    expect(pulls).toBeGreaterThan(1);
    expect(reached).toEqual([...reached].sort((one, other) => one - other));
    expect(unit.images.images()[1]).toMatchObject({ version: '1.1.0' });
  });

  it('says that nobody answers', async () => {
    const { cable } = await laid();
    cable.device.close();
    const client = new SmpClient(cable.laptop, { answerMsMax: 5, attemptsMax: 2 });
    await expect(client.ask(os.params, {})).rejects.toThrow(SmpSilence);
    expect(client.traffic).toMatchObject({ requests: 1, repeated: 1 });
  });

  it('takes one request at a time', async () => {
    const { client } = await laid();
    const first = client.ask(os.params, {});
    await expect(client.ask(os.params, {})).rejects.toThrow('One request at a time');
    expect((await first).ok).toBe(true);
  });
});
