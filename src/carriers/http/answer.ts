// What an exchange means for the message: Exchanged → Outcome, by the configured rules and then by the status alone.
// What was sent and not understood is `unknown`: it is never sent again. Never throws.

import {
  judge,
  locate,
  outcomeOf,
  shortCode,
  verdictOfStatus,
  type Said,
  type Verdict,
} from '../../core/provider-rules.js';
import type { Outcome } from '../../core/carriage.js';
import { decodeText } from './escape.js';
import type { Answer, Exchanged } from './exchange.js';
import type { AnswerSettings } from './options.js';

const MOST_IDS = 255;
const ID = /^[ -~]{1,200}$/;
const [LEAST_WAIT_MS, MOST_WAIT_MS] = [1_000, 3_600_000];

/** `reference`: what the provider knows the message by, where it gives no id of its own. */
export function outcomeFrom(
  exchanged: Exchanged,
  settings: AnswerSettings,
  { reference, nowMs }: { readonly reference: string; readonly nowMs: number },
): Outcome {
  if (exchanged.kind !== 'answered') {
    const { kind, code } = exchanged;
    return kind === 'unsent' ? { kind: 'deferred', code, scope: 'carrier' } : { kind: 'unknown', code };
  }
  const said = saidIn(exchanged.answer);
  const afterMs = retryAfterMs(said.headers['retry-after'], nowMs);
  const verdict = verdictOf(said, settings, afterMs !== undefined);
  if (verdict.kind !== 'accepted') return outcomeOf(verdict, codeIn(said, settings), afterMs);
  const carrierIds = settings.id.at === 'reference' ? [reference] : idsIn(said, settings);
  return carrierIds.length > 0 ? { kind: 'accepted', carrierIds } : { kind: 'unknown', code: 'answer-without-id' };
}

function saidIn({ status, headers, body }: Answer): Said {
  const text = decodeText(body);
  return { status, text, json: parseJson(text), headers };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Who has rules has said what a good answer looks like: another 2xx is in doubt. */
function verdictOf(said: Said, { outcomes }: AnswerSettings, hasRetryAfter: boolean): Verdict {
  const byRule = judge(outcomes, said);
  if (byRule) return byRule;
  const byStatus = verdictOfStatus(said.status, hasRetryAfter);
  return byStatus.kind === 'accepted' && outcomes.length > 0 ? { kind: 'unknown' } : byStatus;
}

function idsIn(said: Said, { id }: AnswerSettings): string[] {
  const ids = locate(id, said).map((one) => one.trim());
  return ids.length <= MOST_IDS && ids.every((one) => ID.test(one)) ? [...new Set(ids)] : [];
}

function codeIn(said: Said, { code }: AnswerSettings): string {
  const [word = ''] = code ? locate(code, said) : [];
  const short = shortCode(word);
  return short === '' ? `http-${said.status}` : short;
}

/** Seconds or a date (RFC 9110 §10.2.3), within bounds; undefined where there is none. */
function retryAfterMs(field: string | readonly string[] | undefined, nowMs: number): number | undefined {
  const [word = ''] = [field ?? []].flat();
  const ms = /^\d{1,9}$/.test(word) ? Number(word) * 1000 : Date.parse(word) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, LEAST_WAIT_MS), MOST_WAIT_MS) : undefined;
}
