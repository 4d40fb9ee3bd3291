// Words of the command line → values: credits, `key=value` pairs, instants, whole numbers.
// A wrong word throws commander's own error, which names the option or argument and ends with exit code 64.

import { InvalidArgumentError } from 'commander';

import { parseCredits } from '../core/ledger.js';

export function typedCredits(text: string): number {
  const amountMilli = parseCredits(text);
  if (amountMilli === undefined) throw new InvalidArgumentError('Credits are written as 50 or 12.5.');
  return amountMilli;
}

/** Collects repeated words into one record. */
export function typedPair(text: string, pairs: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('A setting is written key=value.');
  return { ...pairs, [text.slice(0, at).trim()]: text.slice(at + 1) };
}

export function typedCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 to 999999 is expected.');
  return Number(text);
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2h`, `3d` ago, or a date with or without a time and an offset (without: the clocks of this machine). */
export function typedSince(text: string): number {
  const ago = /^(\d{1,4})([mhd])$/.exec(text);
  const unitMs = UNITS_MS[ago?.[2] ?? ''];
  if (ago && unitMs !== undefined) return Math.max(0, Date.now() - Number(ago[1]) * unitMs);
  const dated = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/.test(text);
  // A date alone is midnight on this machine, not in UTC as Date.parse has it.
  const instant = dated ? Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T')) : NaN;
  if (Number.isNaN(instant)) throw new InvalidArgumentError('Write 90m, 2h, 3d, 2026-11-24 or 2026-11-24T09:00:00Z.');
  return instant;
}
