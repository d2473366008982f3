const CODE_OF_CTRL_C = 130;

/** Resolves at Ctrl-C or a service manager's stop. Whoever presses a second time does not wait for what follows. */
export function untilInterrupted(): Promise<void> {
  return new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.on(signal, () => process.exit(CODE_OF_CTRL_C));
        resolve();
      });
    }
  });
}
