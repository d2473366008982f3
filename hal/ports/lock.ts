/** The lock on the service door. Without power it is locked. */
export interface Lock {
  set(locked: boolean): void;
}
