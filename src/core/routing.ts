// Which carriers may take a message, in which order: a table by start of the number and by zone. Takes rules as people
// write them (`+33 via main then backup`), gives names. Pure; what a carrier's state is, the dispatcher knows.

import { err, ok, type Result } from './result.js';

export interface Route {
  /** Digits of E.164 without `+`, a zone (`FR`, `overseas`), or `default`. */
  readonly match: string;
  readonly carriers: readonly string[];
}

export interface RoutingTable {
  readonly routes: readonly Route[];
  /** Every configured carrier, in the order of the file: what no rule speaks of goes to them. */
  readonly carriers: readonly string[];
}

const RULE = /^(\+[1-9]\d{0,14}|default|overseas|[A-Z]{2})\s+via\s+(.+)$/;
const CARRIER = /^[a-z][a-z0-9-]{0,31}$/;

/** One rule as it is written. The error says what is wrong with it. */
export function parseRoute(rule: string): Result<Route, string> {
  const [, match, list] = RULE.exec(rule.trim()) ?? [];
  if (match === undefined || list === undefined) return err('the form is `+33 via main then backup`');
  const carriers = list.trim().split(/\s+then\s+/);
  const bad = carriers.find((name) => !CARRIER.test(name));
  if (bad !== undefined) return err(`${JSON.stringify(bad)} is not the name of a carrier`);
  return ok({ match: match.replace('+', ''), carriers });
}

export function formatRoute({ match, carriers }: Route): string {
  return `${/^\d/.test(match) ? '+' : ''}${match} via ${carriers.join(' then ')}`;
}

/** The longest start of the number wins, then the zone, then `default`, then all carriers. Never empty. */
export function carriersFor(table: RoutingTable, e164: string, zone: string): readonly string[] {
  const digits = e164.slice(1);
  let best: Route | undefined;
  for (const route of table.routes) {
    const longer = best === undefined || route.match.length > best.match.length;
    if (/^\d/.test(route.match) && digits.startsWith(route.match) && longer) best = route;
  }
  best ??= table.routes.find(({ match }) => match === zone) ?? table.routes.find(({ match }) => match === 'default');
  return best?.carriers ?? table.carriers;
}

/** The carrier after that one in the list of the message; the first where that one is not in the list; else null. */
export function nextCarrier(carriers: readonly string[], current: string): string | null {
  return carriers[carriers.indexOf(current) + 1] ?? null;
}
