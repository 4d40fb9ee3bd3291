// The price table: start of a number → thousandths of a credit for one part. The longest prefix wins, and a number
// without a price is not sent to. Takes the value that a YAML parser made of `data/zones.yaml`; reads no file itself.

import { err, ok, type Result } from './result.js';

export interface ZoneTable {
  /** By digits of E.164 without `+`; null: refused on purpose, although a shorter prefix has a price. */
  readonly prices: ReadonlyMap<string, number | null>;
}

/** E.164 */
const MAX_DIGITS = 15;
const MAX_CREDITS = 1000;
const ALLOWED = `a number of credits above 0 and up to ${MAX_CREDITS} with at most three decimals, or none`;
const MAX_SHOWN = 40;

/** All mistakes at once, each as `path: what was found, what is allowed`. */
export function parseZones(data: unknown): Result<ZoneTable, string[]> {
  if (!isMapping(data)) return err(['zones: a mapping with the key `prices` is expected']);
  const mistakes = Object.keys(data)
    .filter((key) => key !== 'prices')
    .map((key) => `${key}: unknown key; allowed is prices`);
  const entries = data['prices'];
  if (!isMapping(entries) || Object.keys(entries).length === 0) {
    return err([...mistakes, "prices: a mapping of prefixes to prices is expected, as in '+33': 1"]);
  }
  const prices = new Map<string, number | null>();
  for (const [prefix, price] of Object.entries(entries)) {
    const digits = parsePrefix(prefix);
    const priceMilli = parsePrice(price);
    if (digits === undefined) {
      mistakes.push(`prices.${prefix}: not a prefix; allowed is + and 1 to ${MAX_DIGITS} digits, as in '+33'`);
    } else if (prices.has(digits)) {
      mistakes.push(`prices.${prefix}: stands there twice, with and without +`);
    } else if (priceMilli !== undefined) {
      prices.set(digits, priceMilli);
    }
    if (priceMilli === undefined) mistakes.push(`prices.${prefix}: ${show(price)} is no price; allowed is ${ALLOWED}`);
  }
  return mistakes.length > 0 ? err(mistakes) : ok({ prices });
}

/** Thousandths of a credit for one part to that number; null: there is no price, nothing may be sent. */
export function priceOf(table: ZoneTable, e164: string): number | null {
  if (!/^\+\d+$/.test(e164)) return null;
  for (let end = Math.min(e164.length, 1 + MAX_DIGITS); end > 1; end -= 1) {
    const price = table.prices.get(e164.slice(1, end));
    if (price !== undefined) return price;
  }
  return null;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without quotes YAML makes 33 of +33, which is as clear. */
function parsePrefix(prefix: string): string | undefined {
  return /^\+?([1-9]\d{0,14})$/.exec(prefix)?.[1];
}

/** Undefined where it is no price. Nought is none: a free SMS would be a slip more often than a wish. */
function parsePrice(price: unknown): number | null | undefined {
  if (price === 'none') return null;
  if (typeof price !== 'number' || !(price <= MAX_CREDITS)) return undefined;
  const milli = Math.round(price * 1000);
  return milli > 0 && Math.abs(milli - price * 1000) < 1e-6 ? milli : undefined;
}

function show(value: unknown): string {
  return value === null || value === undefined ? 'nothing' : JSON.stringify(value).slice(0, MAX_SHOWN);
}
