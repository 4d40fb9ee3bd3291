// What an HTTP provider says, read as a person describes it: where the id stands (`json messages.*.id`), what an answer
// means (`2xx text ^0: -> accepted`), what a state means (`21|22 -> undelivered`). Takes texts and gives rules; applies
// rules to answers. Never throws on what a provider sends; the first rule that fits counts.

import type { Outcome, Receipt } from './carriage.js';

/** An answer of the provider, or a callback: what rules look at. */
export interface Said {
  readonly status: number;
  readonly text: string;
  /** Undefined where the text is not JSON. */
  readonly json: unknown;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export type Locator =
  /** The id is the reference that we gave. */
  | { readonly written: string; readonly at: 'reference' }
  | { readonly written: string; readonly at: 'json'; readonly path: readonly string[] }
  | { readonly written: string; readonly at: 'text'; readonly pattern: RegExp }
  | { readonly written: string; readonly at: 'header'; readonly name: string };

export type Verdict = { readonly kind: 'accepted' } | Setback;
type Setback = { readonly kind: 'refused' } | { readonly kind: 'unknown' } | Deferral;
interface Deferral {
  readonly kind: 'deferred';
  readonly scope: 'message' | 'carrier';
  readonly lasting?: boolean;
}

export interface OutcomeRule {
  readonly written: string;
  /** `2xx`, `429`; empty: any. */
  readonly statuses: readonly string[];
  readonly test: { readonly where: Locator; readonly values: readonly string[] | null } | null;
  readonly verdict: Verdict;
}

export interface StateRule {
  readonly written: string;
  readonly values: readonly string[];
  readonly state: Receipt['state'];
}

const VERDICTS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['accepted', { kind: 'accepted' }],
  ['refused', { kind: 'refused' }],
  ['unknown', { kind: 'unknown' }],
  ['deferred message', { kind: 'deferred', scope: 'message' }],
  ['deferred carrier', { kind: 'deferred', scope: 'carrier' }],
  ['lasting', { kind: 'deferred', scope: 'carrier', lasting: true }],
]);

const STATES = ['delivered', 'undelivered', 'expired', 'refused', 'pending'] as const;
const MOST_VALUES = 1000;
/** Of a state or a code, as it is kept. */
const CODE_LENGTH = 60;

export function parsePath(written: string): readonly string[] | undefined {
  return /^[^\s.]+(\.[^\s.]+)*$/.test(written) ? written.split('.') : undefined;
}

export function parseLocator(written: string): Locator | undefined {
  const [, word = '', rest = ''] = /^(\S+)(?:\s+(.*))?$/s.exec(written) ?? [];
  if (written === 'reference') return { written, at: 'reference' };
  if (word === 'json') {
    const path = parsePath(rest);
    return path && { written, at: 'json', path };
  }
  if (word === 'header') return /^[\w-]+$/.test(rest) ? { written, at: 'header', name: rest.toLowerCase() } : undefined;
  const pattern = word === 'text' && rest !== '' ? patternOf(rest) : undefined;
  return pattern && { written, at: 'text', pattern };
}

function patternOf(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 's');
  } catch {
    return undefined;
  }
}

/** `STATUSES [json PATH is A|B | header NAME is A|B | text PATTERN] -> VERDICT` */
export function parseOutcomeRule(written: string): OutcomeRule | undefined {
  const [, statuses = '', condition, word = ''] = /^(\S+)(?:\s+(.+))?\s+->\s+([a-z ]+)$/s.exec(written) ?? [];
  const verdict = VERDICTS.get(word);
  const list = statuses === '*' ? [] : statuses.split('|');
  if (!verdict || !list.every((one) => /^[1-5](xx|\d\d)$/.test(one))) return undefined;
  if (condition === undefined) return { written, statuses: list, test: null, verdict };
  const [, place = condition, values] = /^((?:json|header)\s+\S+)\s+is\s+(.+)$/s.exec(condition) ?? [];
  const where = parseLocator(place);
  if (!where || where.at === 'reference' || (where.at === 'text') === (values !== undefined)) return undefined;
  return { written, statuses: list, test: { where, values: values?.split('|') ?? null }, verdict };
}

/** `VALUE|VALUE* -> STATE`; a `*` at the end stands for any rest. */
export function parseStateRule(written: string): StateRule | undefined {
  const [, values = '', word = ''] = /^(.+?)\s+->\s+([a-z]+)$/s.exec(written) ?? [];
  const state = STATES.find((one) => one === word);
  return state && values !== '' ? { written, values: values.toLowerCase().split('|'), state } : undefined;
}

/** Every text or number at that path; a `*` is each item. Own properties only. */
export function valuesAt(json: unknown, path: readonly string[]): string[] {
  let nodes: unknown[] = [json];
  for (const step of path) nodes = nodes.flatMap((node) => stepInto(node, step)).slice(0, MOST_VALUES);
  return nodes.flatMap((node) => {
    const isScalar = typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean';
    return isScalar ? [String(node)] : [];
  });
}

function stepInto(node: unknown, step: string): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  // Of a list its items only: its length is nothing that a provider has said.
  if (Array.isArray(node))
    return step === '*' ? node : /^\d{1,9}$/.test(step) ? node.slice(Number(step), Number(step) + 1) : [];
  if (step === '*') return Object.values(node);
  return Object.hasOwn(node, step) ? [(node as Readonly<Record<string, unknown>>)[step]] : [];
}

/** What stands there; of a pattern its first group, else all of it. */
export function locate(where: Locator, said: Said): string[] {
  switch (where.at) {
    case 'reference':
      return [];
    case 'json':
      return valuesAt(said.json, where.path);
    case 'header':
      return [said.headers[where.name] ?? []].flat();
    case 'text': {
      const match = where.pattern.exec(said.text);
      return match ? [match[1] ?? match[0]] : [];
    }
  }
}

/** Undefined: no rule fits. */
export function judge(rules: readonly OutcomeRule[], said: Said): Verdict | undefined {
  return rules.find((rule) => fits(rule, said))?.verdict;
}

function fits({ statuses, test }: OutcomeRule, said: Said): boolean {
  const status = String(said.status);
  const right = statuses.some((one) => one === status || one === `${status.charAt(0)}xx`);
  if (statuses.length > 0 && !right) return false;
  if (!test) return true;
  const found = locate(test.where, said);
  const { values } = test;
  return found.length > 0 && (values === null || found.every((one) => values.includes(one)));
}

/** A state that no rule names is under way: it decides nothing. */
export function stateOf(rules: readonly StateRule[], said: string): Receipt['state'] {
  const word = said.trim().toLowerCase();
  const rule = rules.find(({ values }) =>
    values.some((one) => (one.endsWith('*') ? word.startsWith(one.slice(0, -1)) : word === one)),
  );
  return rule?.state ?? 'pending';
}

/** What is kept of a provider's code: short, printable. */
export function shortCode(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, CODE_LENGTH);
}

/**
 * Without a rule, by the status alone (RFC 9110 §15). Deferred is only what a server says before it acts: who am I (401),
 * where is it (404), too many (429), come back then (503 with Retry-After). A redirect is never followed; 302 and 303
 * often answer what was done. Other 5xx may have been done before the fault: unknown, never sent again.
 */
export function verdictOfStatus(status: number, hasRetryAfter: boolean): Verdict {
  const lasting: Verdict = { kind: 'deferred', scope: 'carrier', lasting: true };
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  if ([301, 307, 308, 401, 402, 403, 404, 405, 407, 410, 421, 426, 451, 501, 505].includes(status)) return lasting;
  if ([408, 425].includes(status)) return { kind: 'deferred', scope: 'message' };
  if (status === 429 || (status === 503 && hasRetryAfter)) return { kind: 'deferred', scope: 'carrier' };
  return status >= 400 && status < 500 ? { kind: 'refused' } : { kind: 'unknown' };
}

/** The outcome that a verdict is, with the provider's code. */
export function outcomeOf(verdict: Setback, code: string, afterMs?: number): Outcome {
  return verdict.kind === 'deferred' && afterMs !== undefined ? { ...verdict, code, afterMs } : { ...verdict, code };
}
