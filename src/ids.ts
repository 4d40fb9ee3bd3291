// Order ids: 14 lower-case characters of Crockford's base 32, nine of milliseconds and five of chance.
// Within a process each is greater than the last, even when the clock goes back; between processes chance keeps
// them apart, and the store's unique key is the last word. They are no secret.

import { randomInt } from 'node:crypto';

import type { Ids } from './ports.js';

/** Without i, l, o and u: nothing to mistake on paper or on the phone. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_LENGTH = 9;
const TAIL_LENGTH = 5;
const TAIL_LIMIT = 32 ** TAIL_LENGTH;

/** `random(below)` gives an integer from 0 to below - 1. */
export function monotonicIds(random: (below: number) => number = randomInt): Ids {
  let lastMs = -1;
  let tail = 0;
  return {
    order(nowMs) {
      const ms = Math.floor(nowMs);
      if (ms > lastMs) {
        lastMs = ms;
        tail = random(TAIL_LIMIT);
      } else if (tail + 1 < TAIL_LIMIT) {
        tail += 1;
      } else {
        lastMs += 1;
        tail = random(TAIL_LIMIT);
      }
      return base32(lastMs, TIME_LENGTH) + base32(tail, TAIL_LENGTH);
    },
  };
}

function base32(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) {
    text = ALPHABET.charAt(rest % 32) + text;
  }
  return text;
}
