// Posts JSON to a URL of an account. Follows no redirect, reads no answer, waits five seconds; anything but a success is worth
// another try later, since whoever runs the URL may mend it. Never throws.

import type { Clock } from './ports.js';
import type { Post } from './store-port.js';

const TIMEOUT_MS = 5_000;

export function createPost(clock: Clock): Post {
  return async (url, json) => {
    const abort = new AbortController();
    const cancel = clock.after(TIMEOUT_MS, () => abort.abort());
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'petitbleu' },
        body: json,
        redirect: 'manual',
        signal: abort.signal,
      });
      await answer.body?.cancel();
      return { kind: answer.ok ? 'sent' : 'deferred', detail: `HTTP ${answer.status}` };
    } catch (error) {
      if (abort.signal.aborted) return { kind: 'deferred', detail: 'no answer in time' };
      return { kind: 'deferred', detail: causeOf(error) };
    } finally {
      cancel();
    }
  };
}

/** What fetch throws says only that it failed; its cause says why. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
