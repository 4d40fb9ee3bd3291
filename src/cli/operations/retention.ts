// Forgetting now what is older than the configuration allows: slice by slice, so that mails are taken meanwhile.

import { z } from 'zod';

import { mistake, type Told } from '../../control/protocol.js';
import { addCounts, retentionRule, type ForgottenCounts } from '../../core/retention.js';
import { ok } from '../../core/result.js';
import { keptFiles } from '../../kept-files.js';
import type { OperationContext } from './context.js';

/** Of one request: short enough to show how far it is, and for a daemon to do other things in between. */
const SLICES = 50;

export const pruneParams = z.strictObject({ dryRun: z.boolean(), trustClock: z.boolean() });
export const giveBackParams = z.strictObject({ how: z.enum(['slice', 'whole']) });

export interface PruneView {
  readonly counts: ForgottenCounts;
  /** Ask again: it was not all. */
  readonly more: boolean;
  /** Files and entries beside the database; not counted in advance. */
  readonly files: number;
}

export async function prune(
  { store, clock, config }: OperationContext,
  { dryRun, trustClock }: z.output<typeof pruneParams>,
): Promise<Told<PruneView>> {
  const nowMs = clock.now();
  const rule = retentionRule(config.retention, nowMs);
  if (dryRun) return ok({ counts: await store.prunable(rule), more: false, files: 0 });
  const verdict = await store.believeClock(nowMs, trustClock);
  if (!verdict.believed) return mistake('temporary', heldText(nowMs, verdict.sinceMs));
  let counts: ForgottenCounts = {};
  for (let slice = 0; slice < SLICES; slice += 1) {
    const pruned = await store.prune(rule);
    counts = addCounts(counts, pruned.counts);
    if (!pruned.more) return ok({ counts, more: false, files: await keptFiles(config).forget(rule.textsBeforeMs) });
  }
  return ok({ counts, more: true, files: 0 });
}

function heldText(nowMs: number, lastMs: number): string {
  const [now, last] = [nowMs, lastMs].map((ms) => new Date(ms).toISOString());
  return `the clock says ${now}, and was last known to be right at ${last}: nothing is forgotten by it. Set it right; where it is right: petitbleu prune --trust-clock`;
}

export async function giveBack(
  { store }: OperationContext,
  { how }: z.output<typeof giveBackParams>,
): Promise<Told<{ readonly more: boolean }>> {
  return ok({ more: await store.giveBack(how) });
}
