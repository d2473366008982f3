import { setTimeout as delay } from 'node:timers/promises';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import { image } from '../../protocol/smp/commands/image.ts';
import { os } from '../../protocol/smp/commands/os.ts';
import { settings } from '../../protocol/smp/commands/settings.ts';
import { smpGroup, smpRc } from '../../protocol/smp/numbers.ts';
import type { ImageFile } from './image-file.ts';
import { dosesInTheWay } from './open-doses.ts';
import { type HeldImage, imagesOf } from './portrait.ts';
import { failure } from './problem.ts';
import { SmpRefusal, SmpSilence } from './smp-client.ts';
import { uploadImage } from './upload.ts';
import type { Visit } from './visit.ts';

/** A unit that puts off a restart is asked again. */
const ASK_AGAIN_MS = 2_000;

export interface FlashOptions {
  /** Wait when a dose stands in the way, instead of giving up. */
  readonly wait: boolean;
  /** Confirm the image as soon as it runs, instead of leaving that to the unit. */
  readonly confirm: boolean;
  /** How long the unit may take to come back, or the cable to be plugged in again. */
  readonly patienceMs: number;
  /** The transfer begins. */
  readonly onUpload: () => void;
  /** The bytes that the unit has. */
  readonly onBytes: (bytes: number) => void;
  /** Whether whoever stands there agrees; where nobody can be asked, everything is agreed to. */
  readonly agree: (question: string) => Promise<boolean>;
  /** What goes on, for people. */
  readonly tell: (sentence: string) => void;
}

/** `running`: it did so already. `confirmed`: by itself after its test, or by us. */
export type FlashOutcome = 'running' | 'confirmed';

/**
 * Brings an image to a unit, from wherever an earlier attempt stopped: upload, trial, restart, and the unit's own word on
 * it. At every moment the unit runs an image that it has verified.
 * @throws TechProblem, and as `Visit.granted`
 */
export async function flash(visit: Visit, file: ImageFile, options: FlashOptions): Promise<FlashOutcome> {
  const held = await imagesOf(visit);
  const active = held.find((one) => one.active === true);
  if (active !== undefined && isSame(active, file)) {
    if (active.confirmed === true) return 'running';
    return watched(visit, file, options);
  }
  if (active?.hash !== undefined && active.version === file.version) await agreed(visit, file, options);
  // One that lies damaged where it ran calls itself the same.
  const waiting = held.find((one) => one.slot === 1 && one.bootable === true && isSame(one, file));
  if (waiting === undefined) await uploaded(visit, file, options);
  visit.standing = visit.t.standing.uploaded;
  if (waiting?.pending !== true) await marked(visit, file, options);
  visit.standing = visit.t.standing.armed;
  await restarted(visit, file, options);
  return watched(visit, file, options);
}

/** Another build of the version that runs is seldom what somebody wants. */
async function agreed({ t }: Visit, { version }: ImageFile, { tell, agree }: FlashOptions): Promise<void> {
  tell(t.flash.sameVersion(version));
  if (!(await agree(t.flash.sameQuestion))) throw failure(t, 'swapDeclined');
}

/** The running image stays. @throws TechProblem, and as `Visit.granted` */
export async function confirm(visit: Visit): Promise<void> {
  await judged(visit, () => visit.granted(image.setState, { confirm: true }));
}

function isSame({ hash }: HeldImage, file: ImageFile): boolean {
  return hash !== undefined && sameBytes(hash, file.hash);
}

/** A cable that was pulled may be plugged in again, and a session that has ended is opened anew. */
async function uploaded(visit: Visit, file: ImageFile, options: FlashOptions): Promise<void> {
  const { t } = visit;
  const progress = (bytes: number) => {
    visit.standing = t.standing.uploading(Math.floor((100 * bytes) / file.bytes.length));
    options.onBytes(bytes);
  };
  visit.standing = t.standing.uploading(0);
  options.onUpload();
  for (;;) {
    try {
      await visit.admit();
      await judged(visit, () => uploadImage(visit.client, file.bytes, progress));
      return;
    } catch (error) {
      if (error instanceof SmpSilence) await pluggedIn(visit, options, error);
      else if (!isDenied(error) || (await isIn(visit))) throw error;
      visit.forget();
    }
  }
}

/** Whether the session is still open, as far as the unit says. */
async function isIn(visit: Visit): Promise<boolean> {
  try {
    return (await visit.look()) !== null;
  } catch (error) {
    if (error instanceof SmpSilence) return false;
    throw error;
  }
}

async function pluggedIn(visit: Visit, { tell, patienceMs }: FlashOptions, lost: SmpSilence): Promise<void> {
  tell(lost.lost ? visit.t.flash.cableOut : visit.t.flash.noAnswer);
  // A port that is there and brings nothing may be stuck at this end.
  if (!lost.lost) visit.reopen();
  const back = await visit.awaited(
    () => visit.quickState(),
    () => true,
    patienceMs,
    tell,
  );
  if (back === undefined) throw lost;
  tell(visit.t.flash.cableIn);
}

async function marked(visit: Visit, { hash }: ImageFile, options: FlashOptions): Promise<void> {
  await whenAllowed(visit, options, () => judged(visit, () => visit.granted(image.setState, { hash })));
}

async function restarted(visit: Visit, file: ImageFile, options: FlashOptions): Promise<void> {
  const { t } = visit;
  const { boot, phase } = await visit.state();
  await whenAllowed(visit, options, () => visit.granted(os.reset, {}));
  visit.standing = t.standing.restarting;
  options.tell(t.flash.restarting(file.version));
  visit.forget();
  const now = await visit.awaited(
    () => visit.quickState(),
    // Without a ledger, and without firmware, starts are not counted.
    (state) => state.boot !== boot || state.phase !== phase,
    options.patienceMs,
    options.tell,
  );
  if (now === undefined) throw failure(t, 'notBack', t.flash.withVersion(file.version), options.patienceMs / 1000);
}

/** Until the unit has judged the image that it runs on trial. */
async function watched(visit: Visit, file: ImageFile, options: FlashOptions): Promise<FlashOutcome> {
  const { t } = visit;
  options.tell(t.flash.onTrial(file.version));
  if (options.confirm && (await runningOf(visit))?.isFile(file) === true) await confirm(visit);
  const isJudged = (running: Running | undefined) =>
    running !== undefined && (!running.isFile(file) || running.confirmed);
  const judgedImage = await visit.awaited(() => runningOf(visit), isJudged, options.patienceMs, options.tell);
  if (judgedImage === undefined) throw failure(t, 'unconfirmed', file.version);
  visit.standing = t.standing.settled(judgedImage.version);
  if (!judgedImage.isFile(file)) throw failure(t, 'reverted', judgedImage.version);
  return 'confirmed';
}

interface Running {
  readonly version: string;
  readonly confirmed: boolean;
  isFile(file: ImageFile): boolean;
}

async function runningOf(visit: Visit): Promise<Running | undefined> {
  const active = (await imagesOf(visit)).find((one) => one.active === true);
  if (active === undefined) return undefined;
  return { version: active.version, confirmed: active.confirmed === true, isFile: (file) => isSame(active, file) };
}

/** A restart must not come between a citizen and a dose; the unit decides, we wait when asked to. */
async function whenAllowed(visit: Visit, { wait, tell }: FlashOptions, act: () => Promise<unknown>): Promise<void> {
  for (let told = ''; ; ) {
    try {
      await act();
      return;
    } catch (error) {
      if (!isNotNow(error)) throw error;
      const doses = visit.t.list(await dosesInTheWay(visit));
      if (!wait) throw failure(visit.t, 'notNow', doses);
      const sentence = visit.t.flash.waiting(doses);
      if (sentence !== told) tell(sentence);
      told = sentence;
      await delay(ASK_AGAIN_MS, undefined, { signal: visit.signal });
      await visit.freshen();
    }
  }
}

/** The unit's own word for why it refuses an image (`image/refusal`): SMP has fewer numbers than there are reasons. */
class ImageRefusal extends Error {
  override readonly name = 'ImageRefusal';
  readonly word: string;

  constructor(word: string, options: ErrorOptions) {
    super(`The unit refuses the image: ${word}.`, options);
    this.word = word;
  }
}

async function judged<T>(visit: Visit, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof SmpRefusal) || error.error.group !== smpGroup.image) throw error;
    const reply = await visit.ask(settings.read, { name: 'image/refusal' });
    const word = reply.ok ? Buffer.from(reply.value.val).toString('utf8') : '';
    if (word === 'not-now') throw new ImageRefusal(word, { cause: error });
    visit.standing = visit.t.standing.unaffected;
    const refusals: Readonly<Record<string, string>> = visit.t.image.refusals;
    throw failure(visit.t, 'imageRefused', refusals[word] ?? visit.t.image.unknown(error.message));
  }
}

function isNotNow(error: unknown): boolean {
  if (error instanceof ImageRefusal) return true;
  return error instanceof SmpRefusal && error.error.group === undefined && error.error.rc === smpRc.busy;
}

function isDenied(error: unknown): boolean {
  return error instanceof SmpRefusal && error.error.group === undefined && error.error.rc === smpRc.accessDenied;
}
