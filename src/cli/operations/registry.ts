// Every operation by its name, with the form of its params: what the control socket and the commands call.
// Takes a name and JSON from anyone; a bad name or bad params are a told mistake, never a throw.

import type { z } from 'zod';

import { mistake, type Told } from '../../control/protocol.js';
import { troubleOf } from '../../parts.js';
import * as account from './account.js';
import * as apiKeys from './api-keys.js';
import * as blacklist from './blacklist.js';
import { listCarriers } from './carriers.js';
import * as contacts from './contacts.js';
import type { OperationContext } from './context.js';
import { daemonStatus } from './daemon.js';
import * as credit from './credit.js';
import * as domain from './domain.js';
import * as erase from './erase.js';
import * as explain from './explain.js';
import * as messages from './messages.js';
import { reload } from './reload.js';
import * as replies from './replies.js';
import * as retention from './retention.js';
import * as send from './send.js';
import * as subjects from './subjects.js';

interface Operation<Params, Answer> {
  /** Params as JSON brings them, checked. */
  readonly schema: z.ZodType<Params>;
  readonly run: (context: OperationContext, params: Params) => Promise<Told<Answer>>;
}

function operation<Schema extends z.ZodType, Answer>(
  schema: Schema,
  run: (context: OperationContext, params: z.output<Schema>) => Promise<Told<Answer>>,
) {
  return { schema, run };
}

export const operations = {
  'account.create': operation(account.createAccountParams, account.createAccount),
  'account.list': operation(account.listAccountsParams, account.listAccounts),
  'account.show': operation(account.accountParams, account.showAccount),
  'account.set': operation(account.setAccountParams, account.setAccount),
  'account.new-code': operation(account.newCodeParams, account.newCode),
  'account.add-sender': operation(account.addSenderParams, account.addSender),
  'account.close': operation(account.accountParams, account.closeAccount),
  'api-key.create': operation(apiKeys.createApiKeyParams, apiKeys.createApiKey),
  'api-key.list': operation(apiKeys.apiKeysParams, apiKeys.listApiKeys),
  'api-key.revoke': operation(apiKeys.revokeApiKeyParams, apiKeys.revokeApiKey),
  'credit.add': operation(credit.addCreditParams, credit.addCredit),
  'credit.transfer': operation(credit.transferCreditParams, credit.transferCredit),
  'credit.statement': operation(credit.statementParams, credit.statement),
  'contacts.import': operation(contacts.importContactsParams, contacts.importContacts),
  'group.list': operation(contacts.groupsParams, contacts.listGroups),
  'group.show': operation(contacts.groupParams, contacts.showGroup),
  'group.delete': operation(contacts.groupParams, contacts.deleteGroup),
  'blacklist.add': operation(blacklist.changeBlacklistParams, blacklist.addToBlacklist),
  'blacklist.remove': operation(blacklist.changeBlacklistParams, blacklist.removeFromBlacklist),
  'blacklist.list': operation(blacklist.blacklistParams, blacklist.listBlacklist),
  'domain.list': operation(messages.noParams, domain.listDomains),
  'domain.show': operation(domain.domainParams, domain.showDomain),
  'domain.usage': operation(domain.usageParams, domain.domainUsage),
  'domain.set-code': operation(domain.setCodeParams, domain.setDomainCode),
  'domain.check': operation(domain.checkParams, domain.checkDomains),
  'replies.list': operation(replies.repliesParams, replies.listReplies),
  'replies.rules.list': operation(replies.rulesParams, replies.listRules),
  'replies.rules.add': operation(replies.addRuleParams, replies.addRule),
  'replies.rules.remove': operation(replies.removeRuleParams, replies.removeRule),
  carriers: operation(messages.noParams, listCarriers),
  send: operation(send.sendParams, send.send),
  explain: operation(explain.explainParams, explain.explain),
  messages: operation(messages.messagesParams, messages.listMessages),
  'order.show': operation(messages.showOrderParams, messages.showOrder),
  'queue.list': operation(messages.noParams, messages.listQueue),
  'queue.cancel': operation(messages.idParams, messages.cancelQueued),
  'queue.retry': operation(messages.idParams, messages.retryQueued),
  'queue.settle': operation(messages.settleParams, messages.settleUnknown),
  subject: operation(subjects.requestParams, subjects.findSubject),
  'subject.find': operation(subjects.findParams, subjects.findKept),
  'erase.begin': operation(erase.beginParams, erase.beginErasure),
  'erase.slices': operation(erase.sliceParams, erase.eraseSlices),
  'erase.end': operation(erase.endParams, erase.endErasure),
  'erase.pending': operation(messages.noParams, erase.listPending),
  'erase.settle': operation(erase.settleParams, erase.settlePending),
  prune: operation(retention.pruneParams, retention.prune),
  'give-back': operation(retention.giveBackParams, retention.giveBack),
  reload: operation(messages.noParams, reload),
  daemon: operation(messages.noParams, daemonStatus),
};

export type OperationName = keyof typeof operations;
type Entry<Name extends OperationName> = (typeof operations)[Name];
export type ParamsOf<Name extends OperationName> = z.input<Entry<Name>['schema']>;
export type AnswerOf<Name extends OperationName> =
  Awaited<ReturnType<Entry<Name>['run']>> extends Told<infer Answer> ? Answer : never;

function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

/** One mistake a line, with the param that it is about. */
function tellIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('\n');
}

/** Runs an operation by name with params from outside. Throws only for a fault of ours. */
export async function perform(context: OperationContext, name: string, params: unknown): Promise<Told<unknown>> {
  if (!isOperationName(name)) return mistake('usage', `there is no operation ${JSON.stringify(name.slice(0, 60))}`);
  // Each entry's `run` takes what its own schema gives; one call cannot say that of a union of them.
  const { schema, run } = operations[name] as unknown as Operation<unknown, unknown>;
  const checked = schema.safeParse(params);
  if (!checked.success) return mistake('usage', tellIssues(checked.error.issues));
  try {
    return await run(context, checked.data);
  } catch (fault) {
    const trouble = troubleOf(context.config.store.file, fault);
    if (trouble) return trouble;
    throw fault;
  }
}
