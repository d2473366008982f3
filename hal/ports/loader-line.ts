/** What the firmware tells the loader that started it. */
export interface LoaderLine {
  /** It is well; silence beyond the loader's patience ends it. */
  alive(): void;
  /** The running image was confirmed, and that is durable. */
  confirmed(): void;
}
