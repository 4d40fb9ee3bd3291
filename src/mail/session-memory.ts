// How many bytes of mails all sessions hold together: a bound that no number of connections can pass. Takes and gives back
// bytes. The first bytes of each mail are always let in: they are few, and large mails of strangers must not keep the
// usual small ones out.

/** Of each mail. Most mails that become an SMS are smaller. */
const ALWAYS_LET_IN_BYTES = 64 * 1024;

export class SessionMemory {
  #held = 0;

  constructor(readonly maxBytes: number) {}

  get held(): number {
    return this.#held;
  }

  /** What one mail holds, which it gives back at its end. */
  forMail(): MailMemory {
    let held = 0;
    return {
      grow: (bytes) => {
        const fits = held + bytes <= ALWAYS_LET_IN_BYTES || this.#held + bytes <= this.maxBytes;
        if (!fits) return false;

        held += bytes;
        this.#held += bytes;
        return true;
      },
      free: () => {
        this.#held -= held;
        held = 0;
      },
    };
  }
}

export interface MailMemory {
  /** False: there is no room. */
  grow(bytes: number): boolean;
  free(): void;
}
