/** A verified program to start, and what it is told. */
export interface Program {
  /** The image's hash in lower-case hex; names the folder it is unpacked into. */
  readonly hash: string;
  /** The body of the image: a tar.gz with a manifest. */
  readonly body: Uint8Array;
  /**
   * On a first trial the path of a fresh copy of the ledger. The program opens, migrates and reads that copy before it
   * touches the ledger itself, and ends when it cannot. Null otherwise.
   */
  readonly rehearsal: string | null;
}

/** What becomes of the one program. After `child.ended` nothing more is told of it. */
export type ChildEvent =
  | { readonly type: 'child.alive' }
  /** It has passed its self-test and written that it stays. */
  | { readonly type: 'child.confirmed' }
  /**
   * It runs no more, or could not be started at all. `asked`: it ended in order to be started again. `reason`: a clause
   * for the log.
   */
  | { readonly type: 'child.ended'; readonly asked: boolean; readonly reason: string };

/** The firmware as a process of the loader: at most one at a time. */
export interface Child {
  /** One listener; a later one takes its place. */
  listen(listener: (event: ChildEvent) => void): void;
  /** Unpacks what is not there, checks every file, and starts it. Failures come as `child.ended`. */
  start(program: Program): void;
  /** Asks it to end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}
