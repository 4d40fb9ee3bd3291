// A message as `messages --json` prints it, one object a line: the names that scripts rely on, times ISO 8601 UTC.

import type { Message, Order } from '../../core/types.js';

export interface MessageView {
  readonly id: string;
  readonly order: string;
  readonly account: string;
  /** E.164. */
  readonly to: string;
  readonly sender: string | null;
  readonly text: string;
  readonly encoding: string;
  readonly parts: number;
  readonly state: string;
  readonly reason: string | null;
  readonly dueAt: string;
  readonly createdAt: string;
  readonly submittedAt: string | null;
  readonly finalAt: string | null;
  readonly carrier: string | null;
  readonly carrierIds: readonly string[];
  readonly priceMilli: number;
  readonly source: string;
  readonly zone: string;
}

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}

export function viewMessage({ message, order }: { readonly message: Message; readonly order: Order }): MessageView {
  return {
    id: message.id,
    order: message.orderId,
    account: order.accountEmail,
    to: message.to,
    sender: order.sender,
    text: order.text,
    encoding: order.encoding,
    parts: order.parts,
    state: message.state,
    reason: message.reason,
    dueAt: isoTime(message.dueAtMs),
    createdAt: isoTime(message.createdAtMs),
    submittedAt: isoOrNull(message.submittedAtMs),
    finalAt: isoOrNull(message.finalAtMs),
    carrier: message.carrier,
    carrierIds: message.carrierIds,
    priceMilli: message.priceMilli,
    source: order.source,
    zone: message.zone,
  };
}
