// The methods of the store port, each by its name: those that write share group commits, those that only read never
// wait for one.

import type { Store } from '../store-port.js';
import * as accounts from './accounts.js';
import * as apiKeys from './api-keys.js';
import { beginErasure, subjectOf } from './begin-erasure.js';
import * as byHand from './by-hand.js';
import { believeClock } from './clock-marks.js';
import * as contacts from './contacts.js';
import { damage } from './damage.js';
import type { StoreContext } from './context.js';
import * as credit from './credit.js';
import * as dispatch from './dispatch.js';
import * as erase from './erase.js';
import { findSlice } from './find-subject.js';
import * as followUps from './follow-ups.js';
import * as inspect from './inspect.js';
import * as notices from './notices.js';
import { acceptOrders } from './orders.js';
import * as outcomes from './outcomes.js';
import { prunable, prune } from './prune.js';
import { resolveErasures } from './resolve-erasures.js';
import { recordReceipt } from './receipts.js';
import * as replies from './replies.js';
import * as replyRules from './reply-rules.js';
import { holdRestored } from './restored.js';
import { moveRetries } from './retries.js';
import * as routes from './routes.js';
import * as reminders from './reminders.js';
import * as shares from './shares.js';
import * as unanswered from './unanswered.js';

type MethodName = Exclude<keyof Store, 'stop' | 'configure' | 'giveBack' | 'verify'>;

/** The port's method with the transaction in front. */
type Method<Name extends MethodName> = (
  context: StoreContext,
  ...args: Parameters<Store[Name]>
) => ReturnType<Store[Name]>;

export const WRITES = {
  createAccount: accounts.createAccount,
  changeSettings: accounts.changeSettings,
  changeCode: accounts.changeCode,
  addSender: accounts.addSender,
  closeAccount: accounts.closeAccount,
  createApiKey: apiKeys.createApiKey,
  revokeApiKey: apiKeys.revokeApiKey,
  recordApiKeyUse: apiKeys.recordApiKeyUse,
  changeShareCode: shares.changeShareCode,
  addCredit: credit.addCredit,
  transferCredit: credit.transferCredit,
  importContacts: contacts.importContacts,
  deleteGroup: contacts.deleteGroup,
  changeBlacklist: contacts.changeBlacklist,
  acceptOrders,
  claimDue: dispatch.claimDue,
  reroute: routes.reroute,
  adoptStranded: routes.adoptStranded,
  recordOutcome: outcomes.recordOutcome,
  exchange: outcomes.exchange,
  settleUnanswered: unanswered.settleUnanswered,
  recoverInFlight: outcomes.recoverInFlight,
  holdRestored,
  recordReceipt,
  recordNotice: notices.recordNotice,
  recordReply: replies.recordReply,
  recordFollowUp: followUps.recordFollowUp,
  addReplyRule: replyRules.addReplyRule,
  removeReplyRule: replyRules.removeReplyRule,
  recordLook: reminders.recordLook,
  cancel: byHand.cancel,
  retry: byHand.retry,
  moveRetries,
  settle: byHand.settle,
  believeClock,
  prune,
  beginErasure,
  eraseSlice: erase.eraseSlice,
  endErasure: erase.endErasure,
  recordErasure: erase.recordErasure,
} satisfies Partial<{ [Name in MethodName]: Method<Name> }>;

export type WriteName = keyof typeof WRITES;

export const READS = {
  findAccount: accounts.findAccount,
  accountByEmail: accounts.accountByEmail,
  listAccounts: accounts.listAccounts,
  listApiKeys: apiKeys.listApiKeys,
  findApiKey: apiKeys.findApiKey,
  shareCode: shares.shareCode,
  shareUsage: shares.shareUsage,
  statement: credit.statement,
  groups: contacts.groups,
  groupMembers: contacts.groupMembers,
  blacklist: contacts.blacklist,
  oldestUnansweredMs: unanswered.oldestUnansweredMs,
  nextDueMs: dispatch.nextDueMs,
  dueNotices: notices.dueNotices,
  nextNoticeMs: notices.nextNoticeMs,
  dueFollowUps: followUps.dueFollowUps,
  nextFollowUpMs: followUps.nextFollowUpMs,
  replyToAnswer: replies.replyToAnswer,
  replies: replies.replies,
  replyRules: replyRules.replyRules,
  balanceWatches: reminders.balanceWatches,
  messages: inspect.messages,
  queue: inspect.queue,
  prunable,
  damage,
  subjectOf,
  findSlice,
  erasures: erase.erasures,
  resolveErasures,
} satisfies { [Name in Exclude<MethodName, WriteName>]: Method<Name> };
