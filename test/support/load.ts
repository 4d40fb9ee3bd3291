// Many SMTP clients at once, each sending mail after mail until the server is gone. Remembers which were acknowledged:
// those are the ones that must never be lost.

import { sendMail, type TestMail } from './daemon.js';

export interface Load {
  /** Texts whose mail got its 250. */
  readonly acknowledged: readonly string[];
  /** What ended each client. */
  readonly errors: readonly string[];
  /** Resolves when every client has met its first error. */
  readonly ended: Promise<unknown>;
}

export function startLoad(port: number, clients: number, mail: Omit<TestMail, 'text'>): Load {
  const acknowledged: string[] = [];
  const errors: string[] = [];
  const client = async (name: number): Promise<void> => {
    for (let sent = 1; ; sent += 1) {
      const text = `client ${name}, mail ${sent}`;
      try {
        await sendMail(port, { ...mail, text });
        acknowledged.push(text);
      } catch (error) {
        errors.push(String(error));
        return;
      }
    }
  };
  const ended = Promise.all(Array.from({ length: clients }, (_, index) => client(index + 1)));
  return { acknowledged, errors, ended };
}
