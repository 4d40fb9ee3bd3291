// Dates as people type them on the command line → `HHmmddMMyyyy`, the one form that the core reads.
// A date without an offset is on the clocks of the account; whether it is past or too far is not asked here.

import { localTime } from '../../core/local-time.js';
import { mistake, type Told } from '../../control/protocol.js';
import { ok } from '../../core/result.js';

const FORMS = 'HHmmddMMyyyy, "2026-11-24 09:00" (on the clocks of the account) or 2026-11-24T09:00:00Z';

export function parseDate(typed: string, zone: string): Told<string> {
  const text = typed.trim();
  if (/^\d{12}$/.test(text)) return ok(text);
  const local = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d)?$/.exec(text);
  if (local) return ok(compact(local));
  const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/i.test(text)
    ? Date.parse(text)
    : NaN;
  if (Number.isNaN(instant)) return mistake('usage', `"${typed}" is no date; write ${FORMS}`);
  const shown = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(new Date(localTime(instant, zone)).toISOString());
  return shown ? ok(compact(shown)) : mistake('usage', `"${typed}" is no date; write ${FORMS}`);
}

function compact([, year = '', month = '', day = '', hour = '', minute = '']: RegExpExecArray): string {
  return hour + minute + day + month + year;
}
