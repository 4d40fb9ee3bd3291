// A command that is stopped half-way (Ctrl-C, a closed terminal, systemd) leaves nothing of itself: takes what undoes it and
// what is to be done; undoes after the task as well, and ends by the signal that came, as the shell expects.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `undo` is called once the task has ended, however it did: what shall stay must not be its business any more. */
export async function undoneAtLast<T>(undo: () => void, task: () => Promise<T>): Promise<T> {
  const die = (signal: NodeJS.Signals): void => {
    // First: a second signal would find nobody listening.
    undo();
    stopListening();
    process.kill(process.pid, signal);
  };
  const stopListening = (): void => SIGNALS.forEach((signal) => process.removeListener(signal, die));
  for (const signal of SIGNALS) process.on(signal, die);
  try {
    return await task();
  } finally {
    stopListening();
    undo();
  }
}
