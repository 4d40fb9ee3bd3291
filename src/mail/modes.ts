// What a listener speaks, as a table; everything else about a session is the same in every mode.
// Source: RFC 5321 (SMTP), RFC 6409 and RFC 8314 (submission), RFC 4954 (AUTH), RFC 2033 (LMTP).

import type { Envelope } from '../core/types.js';

export interface ModeRules {
  readonly channel: Envelope['channel'];
  /** `starttls`: where there is a certificate. `implicit`: from the first byte on. */
  readonly tls: 'none' | 'starttls' | 'implicit';
  /** AUTH is understood over TLS, and nothing is taken without it. Such a mode needs a certificate. */
  readonly auth: boolean;
  /** LHLO, and after DATA a reply for each recipient. */
  readonly lmtp: boolean;
}

export const MODES = {
  smtp: { channel: 'smtp', tls: 'starttls', auth: false, lmtp: false },
  submission: { channel: 'submission', tls: 'starttls', auth: true, lmtp: false },
  'submission-tls': { channel: 'submission', tls: 'implicit', auth: true, lmtp: false },
  lmtp: { channel: 'lmtp', tls: 'none', auth: false, lmtp: true },
} as const satisfies Record<string, ModeRules>;

export type Mode = keyof typeof MODES;
