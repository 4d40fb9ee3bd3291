// Who may call back: the secret at the end of the path, the signature over the body, the address. Takes what a request
// shows, says yes or no, and takes the same time for every wrong secret. A carrier without any secret lets nobody in.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import { isListed } from '../../core/ip.js';
import type { CallbackSettings } from './options.js';

export interface Shown {
  readonly token: string;
  readonly address: string;
}

/** Before the body is read. Whether there is such a carrier at all does not show in the time. */
export function mayCall(settings: CallbackSettings | undefined, { token, address }: Shown): boolean {
  const right = isSame(token, settings?.token ?? '');
  if (!settings) return false;
  const hasSecret = settings.token !== '' || settings.hmacSecret !== '';
  return hasSecret && right && (settings.allow.length === 0 || isListed(address, settings.allow));
}

export function isSigned(settings: CallbackSettings, body: Uint8Array, signature: string | undefined): boolean {
  const { hmacSecret, hmacAlgorithm, hmacEncoding, hmacPrefix } = settings;
  if (hmacSecret === '') return true;
  const right = hmacPrefix + createHmac(hmacAlgorithm, hmacSecret).update(body).digest(hmacEncoding);
  const shown = signature ?? '';
  // Hexadecimal digits are written both ways.
  return hmacEncoding === 'hex' ? isSame(shown.toLowerCase(), right.toLowerCase()) : isSame(shown, right);
}

/** Of digests, so that neither length nor place of the first difference shows. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
