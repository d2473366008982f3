/** A value SQLite can hold in one column. Integers must stay within ±2^53. */
export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqlStatement {
  run(...values: SqlValue[]): void;
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
}

/**
 * One durable SQLite database with one connection. When `transaction` returns, the change survives a power cut;
 * when it throws, nothing of it is kept.
 */
export interface Store {
  prepare(sql: string): SqlStatement;
  exec(sql: string): void;
  /** Runs `body` all-or-nothing and durable. @throws StoreError */
  transaction<T>(body: () => T): T;
  /** Empty when the file is sound, otherwise SQLite's own words about what is broken. */
  integrityProblems(): string[];
  /** The whole database as a SQLite file, as it stands now. @throws StoreError */
  image(): Uint8Array;
  close(): void;
}

/**
 * Why the store refused. `full` and `io`: the medium (stop dispensing, restart, read again); `corrupt`: the file;
 * `constraint`: the schema refused a change that breaks a safety rule.
 */
export type StoreFailure = 'full' | 'io' | 'corrupt' | 'constraint';

export class StoreError extends Error {
  readonly failure: StoreFailure;
  constructor(failure: StoreFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.failure = failure;
  }
}
