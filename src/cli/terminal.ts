// Where a command writes: answers to stdout, mistakes and progress to stderr.
// A reader that goes away (`| head`) is no mistake: writing becomes a no-op, and `closed` tells those who wait for more.

export interface Terminal {
  write(text: string): void;
  warn(text: string): void;
  /** Over what was there last; nothing where no person looks. An empty text clears it. */
  progress(text: string): void;
  readonly closed: AbortSignal;
}

export function processTerminal(): Terminal {
  const closing = new AbortController();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') closing.abort();
      // An answer that cannot be written is a failed command; of what stderr cannot take (a full disk) nobody can be told.
      else if (stream === process.stdout) throw error;
    });
  }
  return {
    write: (text) => {
      if (!closing.signal.aborted) process.stdout.write(text);
    },
    warn: (text) => {
      process.stderr.write(text);
    },
    progress: (text) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
    },
    closed: closing.signal,
  };
}

const BAR_LENGTH = 30;

/** `[#####-----] 50 %  500 of 1000 contacts` */
export function progressBar(done: number, total: number, what: string): string {
  const filled = total === 0 ? BAR_LENGTH : Math.floor((done / total) * BAR_LENGTH);
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_LENGTH - filled)}] ${percent} %  ${done} of ${total} ${what}`;
}
