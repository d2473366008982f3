import { sha256 } from '@noble/hashes/sha2.js';
import type { Entropy } from '../../hal/ports/entropy.ts';
import type { Signatures } from '../../hal/ports/signatures.ts';
import { isCoseError } from '../../protocol/cose/errors.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { nonceBytes, sessionProofMessage } from '../../protocol/messages/session-proof.ts';
import {
  openTechnicianPass,
  type PassRole,
  type TechnicianPass,
  whyNotAdmitted,
} from '../../protocol/messages/technician-pass.ts';
import { sessionRc } from '../../protocol/smp/numbers.ts';
import type { Stamp } from '../machine/events.ts';
import type { CableUnit } from './unit.ts';

/** A technician who goes to fetch a part must log in again; one who reads a screen must not. */
export const IDLE_MS_MAX = 10 * 60_000;
export const SESSION_MS_MAX = 60 * 60_000;
/** Long enough to ask for a passphrase. */
export const NONCE_MS_MAX = 2 * 60_000;
/** After the first wrong try; doubled with each further one. */
const WAIT_MS_MIN = 1_000;
/** 96 tries a day; longer would only keep out the technician who comes after a vandal. */
export const WAIT_MS_MAX = 15 * 60_000;

export interface Session {
  readonly pass: string;
  readonly role: PassRole;
  /** On the monotonic clock. */
  readonly endsMonoMs: number;
}

export interface GatePorts {
  readonly entropy: Entropy;
  readonly signatures: Signatures;
}

export type SessionRefusal = (typeof sessionRc)[keyof typeof sessionRc];

/** How long the gate stays shut after so many wrong tries. */
export function waitMsAfter(wrongTries: number): number {
  return wrongTries === 0 ? 0 : Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** (wrongTries - 1));
}

/**
 * Lets people with a pass in: one at a time, for a while. Nothing here hangs on the wall clock but the dates of a pass.
 * A try is counted, durably, before it is judged, so that pulling the plug is no way to try for nothing; after a restart
 * the pause begins anew.
 */
export class SessionGate {
  readonly #unit: CableUnit;
  readonly #ports: GatePorts;
  /** From when the present pause counts: the last wrong try, or the start of the firmware. */
  #pausedMonoMs: number;
  #challenge: { readonly nonce: Uint8Array; readonly monoMs: number } | null = null;
  #session: Session | null = null;
  #usedMonoMs = 0;

  constructor(unit: CableUnit, ports: GatePorts, startedMonoMs: number) {
    this.#unit = unit;
    this.#ports = ports;
    this.#pausedMonoMs = startedMonoMs;
  }

  /** The session that is open now. Notices that one has ended. */
  current(stamp: Stamp): Session | null {
    if (this.#session === null) return null;
    if (stamp.monoMs >= this.#session.endsMonoMs) this.end('time', stamp);
    else if (stamp.monoMs - this.#usedMonoMs >= IDLE_MS_MAX) this.end('idle', stamp);
    return this.#session;
  }

  /** Somebody does something with the open session, or opens one. */
  use(stamp: Stamp): void {
    this.#usedMonoMs = stamp.monoMs;
  }

  /** A new nonce; an earlier one is worth nothing any more. */
  hello({ monoMs }: Stamp): { readonly nonce: Uint8Array; readonly waitMs: number } {
    const nonce = Uint8Array.from({ length: nonceBytes }, () => this.#ports.entropy.below(256));
    this.#challenge = { nonce, monoMs };
    return { nonce, waitMs: this.#waitMs(monoMs, this.#unit.tries.read()) };
  }

  /** @throws StoreError when the try could not be counted */
  open(signedPass: Uint8Array, proof: Uint8Array, stamp: Stamp): Session | SessionRefusal {
    const { tries } = this.#unit;
    const wrongTries = tries.read();
    const challenge = this.#challenge;
    if (challenge === null || stamp.monoMs - challenge.monoMs >= NONCE_MS_MAX) return sessionRc.noHello;
    if (this.#waitMs(stamp.monoMs, wrongTries) > 0) return sessionRc.tooSoon;
    this.#challenge = null;
    tries.write(wrongTries + 1);
    this.#pausedMonoMs = stamp.monoMs;
    const judged = this.#judge(signedPass, proof, challenge.nonce, stamp);
    if (typeof judged === 'number') {
      this.#unit.journal({ act: 'session-refused', pass: null, role: null, detail: reasonOf(judged) }, stamp);
      return judged;
    }
    this.end('replaced', stamp);
    const session = { pass: judged.id, role: judged.role, endsMonoMs: stamp.monoMs + this.#lifeMs(judged, stamp) };
    this.#unit.journal({ act: 'session-opened', pass: session.pass, role: session.role, detail: '' }, stamp);
    tries.write(0);
    this.#session = session;
    return session;
  }

  /** @param detail why: a short word for the journal */
  end(detail: string, stamp: Stamp): void {
    const ended = this.#session;
    this.#session = null;
    if (ended === null) return;
    this.#unit.journal({ act: 'session-ended', pass: ended.pass, role: ended.role, detail }, stamp);
  }

  /** The cable was pulled: whoever plugs one in next is somebody else. */
  unplugged(stamp: Stamp): void {
    this.#challenge = null;
    this.end('unplugged', stamp);
  }

  #waitMs(monoMs: number, wrongTries: number): number {
    return Math.max(0, this.#pausedMonoMs + waitMsAfter(wrongTries) - monoMs);
  }

  #judge(signedPass: Uint8Array, proof: Uint8Array, nonce: Uint8Array, stamp: Stamp): TechnicianPass | SessionRefusal {
    const { verify } = this.#ports.signatures;
    const pass = this.#believed(signedPass);
    if (pass === undefined) return sessionRc.passNotBelieved;
    const { device } = this.#unit.facts();
    const message = sessionProofMessage({ device, nonce, passHash: sha256(signedPass) });
    if (!verify(pass.key, message, proof)) return sessionRc.wrongProof;
    const refusal = whyNotAdmitted(pass, {
      device,
      atLeast: Math.floor(this.#atLeastMs(stamp) / 1000),
      clockTrusted: stamp.trusted,
    });
    if (refusal === null) return pass;
    if (refusal.code === 'another-device') return sessionRc.passForAnotherDevice;
    return refusal.code === 'expired' ? sessionRc.passExpired : sessionRc.passNotYetValid;
  }

  #believed(signedPass: Uint8Array): TechnicianPass | undefined {
    const { verify } = this.#ports.signatures;
    try {
      return openTechnicianPass(signedPass, { keys: this.#unit.trustedKeys(), verify });
    } catch (error) {
      if (isCoseError(error) || isProtocolError(error)) return undefined;
      throw error;
    }
  }

  /** A session does not outlive its pass, as far as the unit can tell. */
  #lifeMs(pass: TechnicianPass, stamp: Stamp): number {
    return Math.min(SESSION_MS_MAX, pass.expiresAt * 1000 - this.#atLeastMs(stamp));
  }

  #atLeastMs({ trusted, wallMs }: Stamp): number {
    const believedMs = this.#unit.clock.lastBelievedMs();
    return trusted ? Math.max(wallMs, believedMs) : believedMs;
  }
}

function reasonOf(refusal: SessionRefusal): string {
  return Object.entries(sessionRc).find(([, rc]) => rc === refusal)?.[0] ?? '';
}
