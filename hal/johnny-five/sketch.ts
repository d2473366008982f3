import type { EventEmitter } from 'node:events';
import firmata, { type Firmata } from 'firmata-io';
import five from 'johnny-five';
import type { Log } from '../ports/log.ts';
import type { Serial } from '../ports/serial.ts';
import type { BoardFile } from './board-file.ts';
import { Line } from './line.ts';
import { sketchLimits } from './sketch-limits.ts';
import {
  type BoardMessage,
  decodeBoardMessage,
  encodeHostMessage,
  type HostMessage,
  messageIds,
  NO_PIN,
  SketchProtocolError,
  type Witness,
} from './sketch-protocol.ts';

/** What the board answered; null: it is gone, it started anew, or it did not answer in time. */
export type Answer = BoardMessage | null;

export interface SketchListener {
  /** Called once, with the johnny-five board: sets up what hangs on its pins. */
  furnish(board: EventEmitter): void;
  /** It answers, guards, and its pins are set up. */
  ready(witness: Witness): void;
  /** What it sees, each time that somebody has asked; told before whoever asked is answered. */
  seen(witness: Witness): void;
  /** It is not to be reached, or has started anew and knows of no movement. */
  lost(): void;
}

export interface SketchOptions {
  readonly file: BoardFile;
  readonly serial: Serial;
  readonly log: Log;
}

/** A sketch that starts with its port has greeted by then; a boot loader may come first. */
const GREETING_MS = 4_000;
/** Every answer has come by then: the longest waits for sixteen bytes of EEPROM. */
const ANSWER_MS = 1_500;
/** Of the time after which silence ends everything. */
const BEATS_A_SILENCE = 3;
const IDLE_BEAT_MS = 1_000;
const REOPEN_MS = 1_000;
/** Every analog pin has been measured by then, many times over. */
const MEASURED_MS = 2_000;
const DEAF = 'the electronics did not hear all of their set-up';
const FIRMWARE = { name: 'dosis', major: 2 } as const;
const heard = new WeakMap<Firmata, (bytes: readonly number[]) => void>();
let registered = false;

interface Question {
  readonly type: BoardMessage['type'];
  readonly id: number;
  readonly answered: (answer: Answer) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * The microcontroller's own program, over a cable that may come and go: says who it is, is told its guard, is asked so
 * often that its silence and ours are noticed. One that has started anew counts as lost, whatever its cable says.
 */
export class Sketch {
  readonly #options: SketchOptions;
  readonly #listener: SketchListener;
  readonly #line: Line;
  #io: Firmata;
  #setUp: readonly number[] | undefined;
  #phase: 'away' | 'greeting' | 'ready' = 'away';
  #questions: Question[] = [];
  /** The sketch answers once for all that ask while it writes down what it has counted: they ask one after another. */
  #nextWitness: ((answer: Answer) => void)[] = [];
  #greeting: NodeJS.Timeout | undefined;
  #beat: NodeJS.Timeout | undefined;
  #last: Witness | undefined;
  /** Ports whose pins were told since the last set-up. */
  readonly #toldPorts = new Set<number>();
  /** Channels of which a measure was told since then. */
  readonly #toldAnalog = new Set<number>();
  #measuring: NodeJS.Timeout | undefined;
  #introduced = false;
  #complained = false;
  /** Who needs the board to be asked often. */
  readonly #watchers = new Set<string>();

  constructor(options: SketchOptions, listener: SketchListener) {
    this.#options = options;
    this.#listener = listener;
    this.#line = new Line(options.serial);
    this.#io = this.#newIo();
  }

  open(): void {
    this.#line.open({
      opened: () => this.#greet(),
      lost: (reason) => this.#lose(`the cable to the electronics is out: ${reason}`),
    });
  }

  get isReady(): boolean {
    return this.#phase === 'ready';
  }

  /** What hangs on its analog pins has been measured since it is there. */
  get isMeasured(): boolean {
    const { switches, battery } = this.#options.file.pins;
    return this.isReady && [switches, battery].every((pin) => this.#toldAnalog.has(pin - sketchLimits.firstAnalogPin));
  }

  /** Asks; what is asked of a board that is not there is answered null, at once. */
  ask(message: Exclude<HostMessage, { type: 'tone' }>, answered: (answer: Answer) => void): void {
    if (this.#phase === 'away') return answered(null);
    if (message.type === 'witness' && this.#isAsking('witness')) {
      this.#nextWitness.push(answered);
      return;
    }
    const question: Question = {
      type: message.type,
      id: messageIds[message.type],
      answered,
      timer: setTimeout(() => this.#restart('the electronics do not answer'), ANSWER_MS),
    };
    this.#questions.push(question);
    this.#say(message);
  }

  /** What the board sees now; nothing comes of it when the board is not there. */
  look(seen: (witness: Witness) => void): void {
    this.ask({ type: 'witness' }, (answer) => {
      if (answer?.type === 'witness') seen(answer);
    });
  }

  tone(hz: number, forMs: number): void {
    if (this.isReady) this.#say({ type: 'tone', hz, forMs });
  }

  /** While something moves or is open the board is asked so often that its guard does not end it. */
  watch(name: string, on: boolean): void {
    const before = this.#watchers.size;
    if (on) this.#watchers.add(name);
    else this.#watchers.delete(name);
    if (this.isReady && before > 0 !== this.#watchers.size > 0) this.#beatOn();
  }

  close(): void {
    this.#phase = 'away';
    this.#forget();
    this.#line.close();
  }

  #newIo(): Firmata {
    this.#line.removeAllListeners();
    const io = new firmata.Firmata(this.#line, { samplingInterval: this.#options.file.controller.samplingMs });
    io.on('error', (error: Error) => this.#restart(error.message));
    io.on('queryfirmware', () => this.#met());
    io.on('digital-read', ({ pin }: { readonly pin: number }) => this.#toldPorts.add(portOf(pin)));
    io.on('analog-read', ({ pin }: { readonly pin: number }) => this.#toldAnalog.add(pin));
    if (!registered) {
      registered = true;
      for (const id of Object.values(messageIds)) {
        io.sysexResponse(id, function (this: Firmata, bytes) {
          heard.get(this)?.([id, ...bytes]);
        });
      }
    }
    heard.set(io, (bytes) => this.#hear(bytes));
    return io;
  }

  #greet(): void {
    this.#phase = 'greeting';
    this.#introduced = false;
    // The cable may have come back by itself before it was to be put in anew.
    clearTimeout(this.#greeting);
    this.#greeting = setTimeout(() => this.#restart('the electronics do not greet'), GREETING_MS);
    if (this.#setUp === undefined) {
      this.#io.once('ready', () => this.#furnish());
      this.#line.emit('open');
    }
    // A sketch that runs already, because its port opening does not start it anew, greets nobody unasked.
    this.#line.write([0xf9, 0xf0, 0x79, 0xf7]);
  }

  /** The first time firmata-io asks for everything else; a board that comes back is asked no more than who it is. */
  #met(): void {
    // Nobody asked it: it may have started anew, and its number says whether.
    if (this.isReady) return this.look(() => undefined);
    if (this.#phase !== 'greeting' || this.#setUp === undefined || this.#introduced) return;
    this.#introduced = true;
    if (this.#isOurs()) this.#guard();
  }

  #isOurs(): boolean {
    const { name, version } = this.#io.firmware;
    if (name === FIRMWARE.name && version?.major === FIRMWARE.major) return true;
    this.#restart(
      `the microcontroller runs “${name ?? 'nothing known'}” and not the sketch of this unit; put dosis.hex on it`,
    );
    return false;
  }

  #furnish(): void {
    if (!this.#isOurs()) return;
    this.#guard(() => {
      const board = new five.Board({ io: this.#io, repl: false, debug: false, sigint: false });
      board.on('error', () => undefined);
      board.once('ready', () => {
        this.#forgetTold();
        this.#setUp = this.#line.note(() => this.#listener.furnish(board));
        this.#settle();
      });
    });
  }

  #guard(then = () => this.#setUpAgain()): void {
    const { silenceMs } = this.#options.file.controller;
    const { fedA, fedB, binned, cupSensor = NO_PIN, door, key, button, lock, motorPower } = this.#options.file.pins;
    const inputs = { fedA, fedB, binned, cup: cupSensor, door, key, button };
    // Of what may still move from before nothing is known.
    this.ask({ type: 'end' }, () => undefined);
    this.ask({ type: 'guard', silenceMs, ...inputs, relay: lock, motorPower }, (answer) => {
      if (answer?.type === 'guard') then();
      else if (answer !== null) this.#restart('the sketch does not know the pins of this board file');
    });
  }

  #setUpAgain(): void {
    this.#forgetTold();
    this.#line.write(this.#setUp ?? []);
    this.#settle();
  }

  #settle(): void {
    this.ask({ type: 'witness' }, (answer) => {
      if (answer?.type !== 'witness') return;
      // Each input port is told as soon as it is asked for: one that is not has not heard of it, and is deaf.
      if (!this.#inputPorts().every((port) => this.#toldPorts.has(port))) return this.#restart(DEAF);
      clearTimeout(this.#greeting);
      this.#last = answer;
      this.#phase = 'ready';
      this.#complained = false;
      this.#options.log.write('info', 'The electronics answer.');
      this.#beatOn();
      this.#measuring = setTimeout(() => {
        if (!this.isMeasured) this.#restart(DEAF);
      }, MEASURED_MS);
      this.#listener.ready(answer);
    });
  }

  #forgetTold(): void {
    this.#toldPorts.clear();
    this.#toldAnalog.clear();
  }

  #inputPorts(): readonly number[] {
    const { button, door, key, cupSensor = door } = this.#options.file.pins;
    return [button, door, key, cupSensor].map(portOf);
  }

  #beatOn(): void {
    clearInterval(this.#beat);
    const { silenceMs } = this.#options.file.controller;
    this.#beat = setInterval(
      () => {
        if (!this.#isAsking('witness')) this.look(() => undefined);
      },
      this.#watchers.size > 0 ? silenceMs / BEATS_A_SILENCE : IDLE_BEAT_MS,
    );
  }

  #say(message: HostMessage): void {
    this.#io.sysexCommand(encodeHostMessage(message));
  }

  #hear(bytes: readonly number[]): void {
    let message: BoardMessage;
    try {
      message = decodeBoardMessage(bytes);
    } catch (error) {
      // Whoever waits for it asks again, or finds that nothing came.
      if (error instanceof SketchProtocolError) return;
      throw error;
    }
    if (message.type === 'witness' && this.isReady && !this.#heed(message)) return;
    const { type } = message;
    const index = this.#questions.findIndex((one) => (type === 'refused' ? one.id === message.id : one.type === type));
    const [question] = index < 0 ? [] : this.#questions.splice(index, 1);
    if (question === undefined) return;
    clearTimeout(question.timer);
    if (message.type === 'witness') this.#askNext();
    question.answered(message);
  }

  /** @returns whether it is the sketch that was set up */
  #heed(witness: Witness): boolean {
    // A damaged memory counts its starts from 1 again: its clock tells, too.
    const isAnother = witness.nonce !== this.#last?.nonce || witness.uptimeMs < this.#last.uptimeMs;
    if (isAnother || !witness.isGuarded) {
      this.#restart(
        isAnother
          ? `the electronics have started anew, ${causeOf(witness)}`
          : 'the electronics have forgotten their guard',
      );
      return false;
    }
    const { log } = this.#options;
    if (witness.silenceStopped)
      log.write('warning', 'The electronics stopped a movement: they had not heard us for too long.');
    if (witness.limitStruck)
      log.write('warning', 'The electronics refused steps: more than their movement is allowed.');
    this.#last = witness;
    this.#listener.seen(witness);
    return true;
  }

  #askNext(): void {
    const waiting = this.#nextWitness;
    if (waiting.length === 0) return;
    this.#nextWitness = [];
    this.ask({ type: 'witness' }, (answer) => {
      for (const answered of waiting) answered(answer);
    });
  }

  #isAsking(type: BoardMessage['type']): boolean {
    return this.#questions.some((question) => question.type === type);
  }

  #lose(reason: string): void {
    if (this.#phase === 'away' && this.#complained) return;
    const wasAway = this.#phase === 'away';
    this.#phase = 'away';
    if (!this.#complained) this.#options.log.write('warning', `Nothing moves: ${reason}.`);
    this.#complained = true;
    this.#forget();
    if (this.#setUp === undefined) {
      heard.delete(this.#io);
      this.#io = this.#newIo();
    }
    if (!wasAway) this.#listener.lost();
  }

  /** Nothing sensible comes over a cable that is in: as if it was put in anew. */
  #restart(reason: string): void {
    if (this.#phase === 'away') return;
    this.#lose(reason);
    this.#greeting = setTimeout(() => this.#line.reopen(), REOPEN_MS);
  }

  #forget(): void {
    clearTimeout(this.#greeting);
    clearTimeout(this.#measuring);
    clearInterval(this.#beat);
    const questions = this.#questions;
    const waiting = this.#nextWitness;
    this.#questions = [];
    this.#nextWitness = [];
    for (const { timer, answered } of questions) {
      clearTimeout(timer);
      answered(null);
    }
    for (const answered of waiting) answered(null);
  }
}

/** Firmata tells pins by the eight. */
function portOf(pin: number): number {
  return pin >> 3;
}

/** Bits of MCUSR, and what has set them. */
const CAUSES = {
  1: 'after a power cut',
  2: 'by their reset pin',
  4: 'since their 5 V sank',
  8: 'by their watchdog',
} as const;

function causeOf({ resetCause }: Witness): string {
  const causes = Object.entries(CAUSES).flatMap(([bit, cause]) => ((resetCause & Number(bit)) !== 0 ? [cause] : []));
  return causes.join(' or ') || 'and nothing tells why';
}
