import { setTimeout as delay } from 'node:timers/promises';
import type { SmpCommand, SmpReply } from '../../protocol/smp/command.ts';
import { provisioning } from '../../protocol/smp/commands/provisioning.ts';
import { session } from '../../protocol/smp/commands/session.ts';
import { smpRc } from '../../protocol/smp/numbers.ts';
import type { SmpPayload } from '../../protocol/smp/payload.ts';
import type { HeldPass } from './pass-file.ts';
import { failure, mistake } from './problem.ts';
import { type OpenSession, openSession, SessionPause } from './session.ts';
import { type Patience, type SmpClient, SmpRefusal, SmpSilence } from './smp-client.ts';
import type { TechWords } from './words.ts';

type ResponseOf<C> = C extends SmpCommand<infer _Request, infer Response> ? Response : never;

/** What a unit tells whoever finds it. */
export type UnitState = ResponseOf<typeof provisioning.state>;

/** Between two looks at a unit that restarts. */
const LOOK_MS = 300;
/** Whoever waits longer is told that it goes on. */
const STILL_MS = 15_000;
/** A unit that restarts is asked often and shortly. */
const shortly: Patience = { answerMsMax: 700, attemptsMax: 1 };
/** A session that would end during the next few questions is opened anew first. */
const SESSION_LEFT_S_MIN = 30;

export interface VisitOptions {
  readonly t: TechWords;
  readonly client: SmpClient;
  /** See `TechnicianPort`. */
  readonly reopen: () => void;
  /** Asked for when a question first needs it. @throws TechProblem when there is none */
  readonly pass: () => HeldPass;
  readonly hasPass: boolean;
  /** Aborted when the technician wants to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970, by this computer. */
  readonly nowMs: () => number;
}

/** A technician at a unit: asks, with a session where one is needed, and knows what to say when it ends here. */
export class Visit {
  readonly t: TechWords;
  readonly client: SmpClient;
  readonly reopen: () => void;
  readonly signal: AbortSignal;
  readonly hasPass: boolean;
  readonly nowMs: () => number;
  readonly #pass: () => HeldPass;
  #session: OpenSession | null = null;
  /** How the unit is left when the work ends now: a sentence, told when it is interrupted or fails. */
  standing: string;

  constructor({ t, client, reopen, pass, hasPass, signal, nowMs }: VisitOptions) {
    this.t = t;
    this.client = client;
    this.reopen = reopen;
    this.signal = signal;
    this.hasPass = hasPass;
    this.nowMs = nowMs;
    this.#pass = pass;
    this.standing = t.standing.untouched;
  }

  get session(): OpenSession | null {
    return this.#session;
  }

  get pass(): HeldPass {
    return this.#pass();
  }

  /** Identity and state, which need no session. */
  state(patience: Patience = {}): Promise<UnitState> {
    return this.client.granted(provisioning.state, {}, patience);
  }

  /** Opens a session unless one is open. @throws TechProblem, SmpRefusal, SmpSilence */
  async enter(): Promise<OpenSession> {
    if (this.#session !== null) return this.#session;
    const state = await this.state();
    // It knows no centre yet, so it would believe no pass: whoever has none need not look for one.
    if (state.phase === 'unprovisioned') throw mistake(this.t, 'unitEmpty');
    if (state.phase === 'recovery' && state.device === undefined) throw failure(this.t, 'noFirmware');
    const pass = this.#pass();
    this.#fits(pass, state);
    try {
      this.#session = await openSession(this.client, pass);
      return this.#session;
    } catch (error) {
      throw error instanceof SessionPause ? failure(this.t, 'pause', error.seconds) : error;
    }
  }

  /**
   * Opens a session unless one is open or none is needed: without firmware and without a name, a unit knows no centre
   * and so no pass, and takes firmware from anybody. @throws as `enter`
   */
  async admit(): Promise<void> {
    if (this.#session !== null) return;
    const { phase, device } = await this.state();
    if (phase !== 'recovery' || device !== undefined) await this.enter();
  }

  /** With a session where one is needed. @throws as `enter`, and as `SmpClient.ask` */
  async ask<Request extends SmpPayload, Response extends SmpPayload>(
    command: SmpCommand<Request, Response>,
    request: Request,
  ): Promise<SmpReply<Response>> {
    await this.admit();
    const reply = await this.client.ask(command, request);
    const isDenied = !reply.ok && reply.error.group === undefined && reply.error.rc === smpRc.accessDenied;
    // A unit that has restarted meanwhile knows the session no more, and has done nothing.
    if (!isDenied || this.#session === null || (await this.look()) !== null) return reply;
    await this.enter();
    return this.client.ask(command, request);
  }

  /** With a session. @throws SmpRefusal, and as `ask` */
  async granted<Request extends SmpPayload, Response extends SmpPayload>(
    command: SmpCommand<Request, Response>,
    request: Request,
  ): Promise<Response> {
    const reply = await this.ask(command, request);
    if (reply.ok) return reply.value;
    const { group, rc } = reply.error;
    const isUnserved = group === undefined && rc === smpRc.notSupported;
    if (isUnserved && (await this.state()).phase === 'recovery') throw failure(this.t, 'noFirmware');
    throw new SmpRefusal(reply.error);
  }

  /** The session as the unit sees it now; it may have ended meanwhile. */
  async look(): Promise<OpenSession | null> {
    if (this.#session === null) return null;
    const reply = await this.client.ask(session.who, {});
    this.#session = reply.ok ? reply.value : null;
    return this.#session;
  }

  /** Before long work: a session that would not last is opened anew. */
  async freshen(): Promise<void> {
    const now = await this.look();
    if (now === null || now.left < SESSION_LEFT_S_MIN) this.forget();
    await this.admit();
  }

  /** The unit has restarted, or the cable was pulled: the session is no more. */
  forget(): void {
    this.#session = null;
  }

  /** Ends the session, so that whoever comes next must show a pass of their own. */
  async leave(): Promise<void> {
    if (this.#session === null) return;
    this.#session = null;
    try {
      await this.client.ask(session.close, {}, shortly);
    } catch {
      // A unit that cannot be asked any more ends the session by itself.
    }
  }

  /**
   * Looks at a unit that restarts, until `isThere`. The port may vanish meanwhile and come back.
   * @param tell hears now and then that it goes on, in a sentence
   * @returns undefined when the time is over first
   */
  async awaited<T>(
    look: () => Promise<T>,
    isThere: (seen: T) => boolean,
    msMax: number,
    tell: (sentence: string) => void = () => undefined,
  ): Promise<T | undefined> {
    const startMs = performance.now();
    let tellMs = startMs + STILL_MS;
    while (performance.now() < startMs + msMax) {
      if (performance.now() >= tellMs) {
        tell(this.t.waitsStill(Math.round((tellMs - startMs) / 1000), Math.round(msMax / 1000)));
        tellMs += STILL_MS;
      }
      try {
        const seen = await look();
        if (isThere(seen)) return seen;
      } catch (error) {
        if (!(error instanceof SmpSilence)) throw error;
        this.forget();
      }
      await delay(LOOK_MS, undefined, { signal: this.signal });
    }
    return undefined;
  }

  /** As `state`, of a unit that may be restarting. */
  quickState(): Promise<UnitState> {
    return this.state(shortly);
  }

  /** What the unit would refuse and count as a wrong try is said here. */
  #fits({ says }: HeldPass, { device }: UnitState): void {
    const nowS = this.nowMs() / 1000;
    if (nowS >= says.expiresAt) throw mistake(this.t, 'passExpired', says.id, says.expiresAt, nowS);
    if (says.devices === undefined) return;
    if (device !== undefined && !says.devices.includes(device)) {
      throw mistake(this.t, 'passElsewhere', says.id, device, says.devices);
    }
  }
}
