// The last steps of `explain`: a dry run of story 1 for the requests of a mail, and the reply that the session would get.

import { extractText } from '../../core/body.js';
import { rejectionRow, rejectionText, type Rejection } from '../../core/rejection.js';
import type { MailContext, SmsRequest, TextOrigin } from '../../core/types.js';
import { findSender } from '../../prove.js';
import type { Acceptance, Cancelled } from '../../ports.js';
import type { OperationContext } from './context.js';
import { refusedDecision, viewDecision, viewRefused } from './decision-view.js';
import type { CancellationView, DecisionStep, ExplainView } from './explain-view.js';
import { isoTime } from './message-view.js';

type Decided = Pick<ExplainView, 'decisions' | 'cancellations' | 'reply' | 'zone'>;

export async function explainDecisions(
  context: OperationContext,
  requests: readonly SmsRequest[],
  mail: MailContext,
): Promise<Decided> {
  const { outcomes, cancelled } = await context.accept({ requests, mail, client: null, dryRun: true });
  const found = await claimant(context, requests);
  const decisions = outcomes.map((outcome) =>
    stepOf(outcome, { requests, found, byReply: mail.silent || mail.refusalByReply }),
  );
  const zone = found?.account.settings.zone ?? context.config.defaults.zone;
  const cancellations = cancelled.map(cancellationOf);
  const reply = cancelled.length > 0 ? ACCEPTED : replyOf(outcomes, decisions);
  return { decisions, cancellations, reply, zone };
}

/** A mail that is refused before anyone looks who sends it. */
export function wholeRefusal(why: Rejection): Pick<ExplainView, 'decisions' | 'cancellations' | 'reply'> {
  return { decisions: [{ ...NOTHING, decision: refusedDecision(why) }], cancellations: [], reply: replyLine(why) };
}

const ACCEPTED = '250 2.0.0 recorded';

function cancellationOf({ numbers, atMs, refused }: Cancelled): CancellationView {
  return { cancelled: numbers, dueAt: isoTime(atMs), refused: viewRefused(refused) };
}

const NOTHING = {
  syntax: null,
  requester: null,
  balanceMilli: null,
  fromHtml: false,
  cut: null,
  savedParts: 0,
  truncated: false,
  scheduledFor: null,
  mailed: false,
  cause: null,
} as const;

type Found = Awaited<ReturnType<typeof findSender>>;

/** As story 1 finds who sends. All requests of one mail claim the same sender. */
export function claimant({ store, live }: OperationContext, [request]: readonly SmsRequest[]): Promise<Found> {
  if (!request) return Promise.resolve(null);
  const { claim } = request;
  return findSender({ store, shares: () => live.shares }, claim.by === 'code' ? claim.addresses : [claim.email]);
}

interface Asked {
  readonly requests: readonly SmsRequest[];
  readonly found: Found;
  /** Nothing is told by mail. */
  readonly byReply: boolean;
}

function stepOf(outcome: Acceptance, asked: Asked): DecisionStep {
  const { requests, found } = asked;
  const decision = viewDecision(outcome, null);
  const { plan } = outcome;
  const mailed = !outcome.accepted && isMailed(outcome.rejection, asked);
  const cause = outcome.accepted ? null : causeOf(outcome.rejection, found);
  if (!plan)
    return { ...NOTHING, ...originOf(cause === null ? textOrigin(requests, found) : null), decision, mailed, cause };
  return {
    decision,
    mailed,
    cause,
    ...originOf(plan.origin),
    syntax: plan.syntax,
    requester: plan.requester,
    balanceMilli: plan.account.balanceMilli,
    savedParts: plan.content.savedParts,
    truncated: plan.content.truncated,
    scheduledFor: plan.scheduledForMs === null ? null : isoTime(plan.scheduledForMs),
  };
}

/** An order that was refused for its text has no plan; where the text was cut is still worth showing. */
function textOrigin([request]: readonly SmsRequest[], found: Found): TextOrigin | null {
  if (!request || !found) return null;
  const text = extractText(request.body, found.account.settings.cut);
  return text.ok ? text.value.origin : null;
}

function originOf(origin: TextOrigin | null): Pick<DecisionStep, 'fromHtml' | 'cut'> {
  return { fromHtml: origin?.fromHtml ?? false, cut: origin?.cut ?? null };
}

/** A dry run queues no mail; the daemon would where the code was right and neither side is silent. */
function isMailed(why: Rejection, { requests, found, byReply }: Asked): boolean {
  if (byReply || why.reason === 'not-accepted' || found?.account.settings['notify.refused'] !== true) return false;
  // A form without any code is refused before anyone has proved who sends.
  return !requests.some(({ candidates }) =>
    candidates.some(({ code, form }) => code === null && !form.ok && form.error === why),
  );
}

/** The one refusal that has three causes. */
function causeOf({ reason }: Rejection, found: Found): string | null {
  if (reason !== 'not-accepted') return null;
  if (!found) return 'no account knows any of the addresses';
  if (found.codeHash === null)
    return `the share of ${found.share?.domain ?? ''} has no code yet (petitbleu domain set-code)`;
  return found.account.closed ? `the account ${found.account.email} is closed` : 'the code in the mail is not right';
}

/** As the SMTP session would end; the true reply also holds the order ids. */
function replyOf(outcomes: readonly Acceptance[], steps: readonly DecisionStep[]): string {
  const untold = outcomes.flatMap((outcome, at) =>
    outcome.accepted || steps[at]?.mailed === true ? [] : [outcome.rejection],
  );
  const [first] = untold;
  if (first && untold.length === outcomes.length) return replyLine(first);
  return outcomes.some(({ accepted }) => accepted) ? ACCEPTED : '250 2.0.0 refused, a mail says why';
}

function replyLine(why: Rejection): string {
  const { smtp, enhanced } = rejectionRow(why);
  return `${smtp} ${enhanced} ${rejectionText(why, 'en')}`;
}
