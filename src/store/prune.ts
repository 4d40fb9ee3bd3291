// Forgets what is older than it may be, a bounded slice in each transaction, so that accepting never waits for more than
// one slice. What is forgotten, and in which order, stands in prune-steps.ts. Movements are never touched.

import { addCounts, type ForgottenCounts, type RetentionRule } from '../core/retention.js';
import type { PruneReport } from '../store-port.js';
import type { StoreContext } from './context.js';
import { PRUNE_STEPS } from './prune-steps.js';

/** Rows that one transaction touches. */
const SLICE_ROWS = 200;

export async function prune(context: StoreContext, rule: RetentionRule): Promise<PruneReport> {
  let counts: ForgottenCounts = {};
  let left = SLICE_ROWS;
  for (const step of PRUNE_STEPS) {
    const done = await step.forget(context, rule, left);
    counts = addCounts(counts, done.counts);
    left -= done.looked;
    if (left <= 0) return { counts, more: true };
  }
  return { counts, more: false };
}

/** How much `prune` would forget. Changes nothing. */
export async function prunable({ session }: StoreContext, rule: RetentionRule): Promise<ForgottenCounts> {
  let counts: ForgottenCounts = {};
  for (const step of PRUNE_STEPS) counts = addCounts(counts, await step.count(session, rule));
  return counts;
}
