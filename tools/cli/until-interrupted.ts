const CODE_OF_CTRL_C = 130;

/** Waits for Ctrl-C or a service manager's stop, then closes. Whoever presses a second time does not wait for that. */
export async function untilInterrupted(close: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.on(signal, () => process.exit(CODE_OF_CTRL_C));
        resolve();
      });
    }
  });
  await close();
}
