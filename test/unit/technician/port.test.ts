import { describe, expect, it, onTestFinished } from 'vitest';
import { createSerial } from '../../../hal/linux/serial.ts';
import { signTechnicianPass } from '../../../protocol/messages/technician-pass.ts';
import { os } from '../../../protocol/smp/commands/os.ts';
import { openPort } from '../../../tools/technician/port.ts';
import { TechProblem } from '../../../tools/technician/problem.ts';
import { openSession } from '../../../tools/technician/session.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { findCable, noSocat } from '../../contract/cable.ts';
import { NotedUnit } from '../firmware/service/bench.ts';
import { realStamp, serve } from '../firmware/service/served.ts';
import { centre } from '../protocol/signing.ts';
import { issuedAt, pass, technicianKey } from '../protocol/smp-session-samples.ts';

const t = techWords.en;

describe('the technician’s port', () => {
  it('says in one sentence that there is no such port', async () => {
    const opening = openPort(t, '/nowhere/tty');
    await expect(opening).rejects.toBeInstanceOf(TechProblem);
    await expect(opening).rejects.toThrow('There is no port /nowhere/tty; plug the cable in');
  });

  it.each([import.meta.filename, import.meta.dirname])('says that %s is something else than a port', async (path) => {
    await expect(openPort(t, path)).rejects.toThrow(t.mistakes.portIsNone(path));
  });

  it.skipIf(noSocat !== undefined)('says that nothing answers behind it', async () => {
    const cable = findCable();
    onTestFinished(() => cable.remove());
    await cable.plug();
    const opening = openPort(t, cable.laptop, { answerMsMax: 5, attemptsMax: 1 });
    await expect(opening).rejects.toThrow(`Nothing answers at ${cable.laptop}`);
  });

  it.skipIf(noSocat !== undefined)('reaches a unit, and opens a session', async () => {
    const cable = findCable();
    onTestFinished(() => cable.remove());
    await cable.plug();
    const serial = createSerial({ path: cable.device });
    onTestFinished(() => serial.close());
    serve(new NotedUnit(), serial, realStamp((issuedAt + 86_400) * 1000));
    serial.open();
    const { client, close } = await openPort(t, cable.laptop);
    onTestFinished(close);
    expect(client.messageBytesMax).toBe(8188);
    expect(await client.granted(os.info, { format: 'n' })).toEqual({ output: 'DK-0042' });
    const holder = { pass: signTechnicianPass(pass, centre), sign: technicianKey.sign };
    expect(await openSession(client, holder)).toMatchObject({ pass: 'T-17', role: 'technician' });
  });
});
