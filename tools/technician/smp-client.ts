import type { Serial, SerialEvent } from '../../hal/ports/serial.ts';
import {
  decodeResponse,
  encodeRequest,
  requestHeader,
  type SmpCommand,
  type SmpError,
  type SmpReply,
} from '../../protocol/smp/command.ts';
import { os } from '../../protocol/smp/commands/os.ts';
import { errorName } from '../../protocol/smp/error-name.ts';
import { isResponseTo, type SmpFrame } from '../../protocol/smp/header.ts';
import type { SmpPayload } from '../../protocol/smp/payload.ts';
import { SerialDecoder } from '../../protocol/smp/serial-decoder.ts';
import { encodeSerial } from '../../protocol/smp/serial-encoder.ts';
import { bodyBytesMax, serialBufferBytes } from '../../protocol/smp/serial-line.ts';

/** What every server takes, until it has said how much it takes. */
const MESSAGE_BYTES_AT_FIRST = 380;
const ANSWER_MS_MAX = 5_000;
/** A lost byte costs one repetition; three in a row are a broken cable. */
const ATTEMPTS_MAX = 3;

/** The unit did not answer, or the cable is gone. */
export class SmpSilence extends Error {
  override readonly name = 'SmpSilence';
  /** The port itself is not there. */
  readonly lost: boolean;

  constructor(message: string, lost: boolean) {
    super(message);
    this.lost = lost;
  }
}

/** The unit refused: `error` as it travelled, `message` with its name. */
export class SmpRefusal extends Error {
  override readonly name = 'SmpRefusal';
  readonly error: SmpError;

  constructor(error: SmpError) {
    super(error.reason === undefined ? errorName(error) : `${errorName(error)}: ${error.reason}`);
    this.error = error;
  }
}

/** How long an answer may take, and how often it is asked for. */
export interface Patience {
  readonly answerMsMax?: number;
  readonly attemptsMax?: number;
}

export interface SmpClientOptions extends Patience {
  /** Called before each request; what it throws ends the work between two requests, never within one. */
  readonly onRequest?: () => void;
}

interface Waiting {
  readonly header: ReturnType<typeof requestHeader>;
  readonly answered: (frame: SmpFrame) => void;
  readonly failed: (error: SmpSilence) => void;
}

/** The laptop's end of the cable: one request at a time, repeated when its answer is lost. */
export class SmpClient {
  readonly #serial: Serial;
  readonly #patience: Required<Patience>;
  readonly #onRequest: () => void;
  readonly #decoder = new SerialDecoder(bodyBytesMax);
  #sequence = 0;
  #waiting: Waiting | undefined;
  #messageBytesMax = MESSAGE_BYTES_AT_FIRST;
  /** What went over the wire, for rates. */
  readonly traffic = { sentBytes: 0, receivedBytes: 0, requests: 0, repeated: 0 };

  /** Takes the port's events; whoever opened it hands on what it wants to know itself by `onEvent`. */
  constructor(serial: Serial, options: SmpClientOptions = {}, onEvent: (event: SerialEvent) => void = () => undefined) {
    this.#serial = serial;
    const { answerMsMax = ANSWER_MS_MAX, attemptsMax = ATTEMPTS_MAX, onRequest = () => undefined } = options;
    this.#patience = { answerMsMax, attemptsMax };
    this.#onRequest = onRequest;
    serial.listen((event) => {
      this.#hear(event);
      onEvent(event);
    });
  }

  /** The largest request, header and payload, as far as the unit has said. */
  get messageBytesMax(): number {
    return this.#messageBytesMax;
  }

  /** Asks how large a request may be, as SMP clients do first. @throws SmpSilence, SmpRefusal */
  async greet(patience: Patience = {}): Promise<void> {
    const { buf_size } = await this.granted(os.params, {}, patience);
    this.#messageBytesMax = Math.min(bodyBytesMax, buf_size - serialBufferBytes(0));
  }

  /**
   * One request and its answer. A repetition may reach a unit that has done it already: what is done twice is the same
   * as once for all commands but the opening of a session (see session.ts).
   * @throws SmpSilence when nothing comes back
   * @throws ProtocolError when a field of the request breaks its rule, or the answer is not what SMP specifies
   */
  async ask<Request extends SmpPayload, Response extends SmpPayload>(
    command: SmpCommand<Request, Response>,
    request: Request,
    patience: Patience = {},
  ): Promise<SmpReply<Response>> {
    this.#onRequest();
    this.#sequence = (this.#sequence + 1) & 0xff;
    const header = requestHeader(command as unknown as SmpCommand, this.#sequence);
    const bytes = encodeSerial(encodeRequest(command, request, this.#sequence));
    return decodeResponse(command, header, await this.#exchange(header, bytes, { ...this.#patience, ...patience }));
  }

  /** The value of an answer that grants. @throws SmpRefusal, and as `ask` */
  async granted<Request extends SmpPayload, Response extends SmpPayload>(
    command: SmpCommand<Request, Response>,
    request: Request,
    patience: Patience = {},
  ): Promise<Response> {
    const reply = await this.ask(command, request, patience);
    if (!reply.ok) throw new SmpRefusal(reply.error);
    return reply.value;
  }

  async #exchange(
    header: Waiting['header'],
    bytes: Uint8Array,
    { answerMsMax, attemptsMax }: Required<Patience>,
  ): Promise<SmpFrame> {
    if (this.#waiting !== undefined) throw new TypeError('One request at a time: await the one before.');
    this.traffic.requests += 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(header, bytes, answerMsMax);
      } catch (error) {
        if (!(error instanceof SmpSilence) || attempt === attemptsMax) throw error;
        this.traffic.repeated += 1;
      }
    }
  }

  #attempt(header: Waiting['header'], bytes: Uint8Array, answerMsMax: number): Promise<SmpFrame> {
    return new Promise((resolve, reject) => {
      const patience = setTimeout(
        () => this.#waiting?.failed(new SmpSilence(`The unit did not answer within ${answerMsMax} ms.`, false)),
        answerMsMax,
      );
      const done = () => {
        clearTimeout(patience);
        this.#waiting = undefined;
      };
      this.#waiting = {
        header,
        answered: (frame) => {
          done();
          resolve(frame);
        },
        failed: (error) => {
          done();
          reject(error);
        },
      };
      if (this.#serial.write(bytes)) this.traffic.sentBytes += bytes.length;
      else this.#waiting.failed(new SmpSilence('The port is not open; plug the cable in.', true));
    });
  }

  #hear(event: SerialEvent): void {
    if (event.type === 'serial.opened') return this.#decoder.reset();
    if (event.type === 'serial.closed') {
      this.#waiting?.failed(new SmpSilence(`The cable is gone: ${event.reason}.`, true));
      return;
    }
    this.traffic.receivedBytes += event.bytes.length;
    for (const frame of this.#decoder.push(event.bytes)) {
      // Late answers to a request that was given up are no answer to this one.
      if (this.#waiting !== undefined && isResponseTo(this.#waiting.header, frame.header))
        this.#waiting.answered(frame);
    }
  }
}
