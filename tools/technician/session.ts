import { createHash } from 'node:crypto';
import type { Sign } from '../../protocol/cose/sign1.ts';
import { sessionProofMessage } from '../../protocol/messages/session-proof.ts';
import type { PassRole } from '../../protocol/messages/technician-pass.ts';
import type { SmpReply } from '../../protocol/smp/command.ts';
import { session } from '../../protocol/smp/commands/session.ts';
import { ownGroup, sessionRc } from '../../protocol/smp/numbers.ts';
import { type SmpClient, SmpRefusal } from './smp-client.ts';

export interface PassHolder {
  /** The pass as the centre signed it. */
  readonly pass: Uint8Array;
  /** With the secret half of the pass's key. */
  readonly sign: Sign;
}

export interface OpenSession {
  /** The id of the pass. */
  readonly pass: string;
  readonly role: PassRole;
  /** Seconds without a request after which it ends, and seconds after which it ends in any case. */
  readonly idle: number;
  readonly left: number;
}

/** An answer that was lost is asked for once more; then the unit has used its nonce, and the session is open. */
const TURNS_MAX = 3;

/** After wrong tries the unit looks at nothing for a while. */
export class SessionPause extends Error {
  override readonly name = 'SessionPause';
  readonly seconds: number;

  constructor(seconds: number) {
    super(`After wrong tries the unit waits for another ${seconds} s.`);
    this.seconds = seconds;
  }
}

/** Opens a session. @throws SessionPause, SmpRefusal with a `sessionRc`, SmpSilence */
export async function openSession(client: SmpClient, holder: PassHolder): Promise<OpenSession> {
  for (let turn = 1; ; turn += 1) {
    const reply = await challenge(client, holder);
    if (reply.ok) return reply.value;
    const { group, rc } = reply.error;
    const used = group === ownGroup.session && rc === sessionRc.noHello;
    if (!used || turn === TURNS_MAX) throw new SmpRefusal(reply.error);
    const who = await client.ask(session.who, {});
    if (who.ok) return who.value;
  }
}

async function challenge(client: SmpClient, { pass, sign }: PassHolder): Promise<SmpReply<OpenSession>> {
  const { nonce, device = null, wait } = await client.granted(session.hello, {});
  if (wait > 0) throw new SessionPause(wait);
  const passHash = new Uint8Array(createHash('sha256').update(pass).digest());
  const proof = sign(sessionProofMessage({ device, nonce, passHash }));
  return client.ask(session.open, { pass, proof });
}
