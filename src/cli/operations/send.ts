// A text typed on the command line → the same request as a mail makes, by the same story; or a dry run of it.
// No code is asked for: whoever may run the command may do everything.

import { z } from 'zod';

import type { Told } from '../../control/protocol.js';
import { ok } from '../../core/result.js';
import type { MessagePlace, SmsRequest } from '../../core/types.js';
import { emailParam, ownerOf, type OperationContext } from './context.js';
import { parseDate } from './date.js';
import { viewDecision, type DecisionView } from './decision-view.js';
import { MAX_MESSAGES } from './messages.js';

/** Far above what one order may hold. */
const MAX_TEXT = 100_000;

export const sendParams = z.strictObject({
  from: emailParam,
  /** Numbers and names of groups. */
  to: z.array(z.string().min(1).max(200)).min(1).max(10_000),
  text: z.string().max(MAX_TEXT),
  at: z.string().max(40).optional(),
  dryRun: z.boolean().default(false),
});

export interface SendView {
  readonly decision: DecisionView;
  readonly dryRun: boolean;
  readonly zone: string;
}

export async function send(context: OperationContext, params: z.output<typeof sendParams>): Promise<Told<SendView>> {
  const owner = await ownerOf(context, params.from);
  if (!owner.ok) return owner;
  const { zone } = owner.value.settings;
  const at = params.at === undefined ? ok(null) : parseDate(params.at, zone);
  if (!at.ok) return at;
  const form = { destinations: params.to.join(';'), at: at.value, text: params.text };
  const request: SmsRequest = {
    source: 'cli',
    claim: { by: 'session', email: params.from },
    candidates: [{ syntax: null, code: null, form: ok(form) }],
    body: { kind: 'none' },
  };
  const { dryRun } = params;
  const { outcomes } = await context.accept({ requests: [request], mail: null, client: null, dryRun });
  const [outcome] = outcomes;
  if (!outcome) throw new Error('the request got no answer');
  const ids = outcome.accepted && !dryRun ? await idsOf(context, outcome.orderId) : null;
  return ok({ decision: viewDecision(outcome, ids), dryRun, zone });
}

async function idsOf(context: OperationContext, order: string): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (let after: MessagePlace | undefined, more = true; more;) {
    const found = await context.store.messages({ order, ...(after && { after }), limit: MAX_MESSAGES });
    for (const { message } of found) ids.set(message.to, message.id);
    after = { order, message: found.at(-1)?.message.id ?? '' };
    more = found.length === MAX_MESSAGES;
  }
  return ids;
}
