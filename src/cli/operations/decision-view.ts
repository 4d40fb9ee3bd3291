// What became of one request, as `send --json` and `explain --json` print it: the names that scripts rely on.

import { rejectionRow, rejectionText, type Rejection } from '../../core/rejection.js';
import type { PlannedMessage, RefusedRecipient, Replacement } from '../../core/types.js';
import type { Acceptance } from '../../ports.js';
import { isoTime } from './message-view.js';

export interface RefusedView {
  readonly to: string;
  /** The reason's name in the table of refusals. */
  readonly code: string;
  readonly text: string;
}

interface PlannedView {
  /** Null in a dry run. */
  readonly id: string | null;
  readonly to: string;
  readonly zone: string;
  readonly priceMilli: number;
  readonly dueAt: string;
}

export type DecisionView =
  | {
      readonly accepted: true;
      /** Null in a dry run. */
      readonly order: string | null;
      readonly messages: readonly PlannedView[];
      readonly refused: readonly RefusedView[];
      readonly text: string;
      readonly cutBy: string | null;
      readonly replaced: readonly Replacement[];
      readonly encoding: string;
      readonly parts: number;
      readonly priceMilli: number;
      /** The first of the messages. */
      readonly dueAt: string;
    }
  | {
      readonly accepted: false;
      readonly code: string;
      /** `550 5.7.1` */
      readonly smtp: string;
      readonly text: string;
      readonly refused: readonly RefusedView[];
    };

function viewRejection(rejected: Rejection): { readonly code: string; readonly text: string } {
  return { code: rejected.reason, text: rejectionText(rejected, 'en') };
}

export function viewRefused(refused: readonly RefusedRecipient[]): RefusedView[] {
  return refused.map(({ to, rejection }) => ({ to, ...viewRejection(rejection) }));
}

export function refusedDecision(rejected: Rejection, refused: readonly RefusedRecipient[] = []): DecisionView {
  const { smtp, enhanced } = rejectionRow(rejected);
  return { accepted: false, ...viewRejection(rejected), smtp: `${smtp} ${enhanced}`, refused: viewRefused(refused) };
}

/** `ids`: of the messages, by number; null in a dry run. */
export function viewDecision(outcome: Acceptance, ids: ReadonlyMap<string, string> | null): DecisionView {
  if (!outcome.accepted) return refusedDecision(outcome.rejection, outcome.refused);
  const { plan, decision } = outcome;
  const messages = decision.messages.map((message) => viewPlanned(message, ids?.get(message.to) ?? null));
  return {
    accepted: true,
    order: ids ? outcome.orderId : null,
    messages,
    refused: viewRefused(decision.refused),
    text: plan.content.text,
    cutBy: plan.origin.cut?.by ?? null,
    replaced: plan.content.replaced,
    encoding: plan.content.encoding,
    parts: plan.content.parts,
    priceMilli: decision.priceMilli,
    dueAt: isoTime(Math.min(...decision.messages.map(({ dueAtMs }) => dueAtMs))),
  };
}

function viewPlanned({ to, zone, priceMilli, dueAtMs }: PlannedMessage, id: string | null): PlannedView {
  return { id, to, zone, priceMilli, dueAt: isoTime(dueAtMs) };
}
