// petitbleu send: an SMS from the command line, on the same path as a mail; `--dry-run` shows what would be done.
// A refused order is exit code 65, or 75 where trying again later helps.

import { REJECTIONS, type RejectionReason } from '../core/rejection.js';
import type { MistakeKind } from '../control/protocol.js';
import type { Cli } from './cli.js';
import { showDecision } from './decision.js';
import type { DecisionView } from './operations/decision-view.js';

interface SendOptions {
  readonly from: string;
  readonly to: string[];
  readonly text: string;
  readonly at?: string;
  readonly dryRun?: boolean;
}

export function addSendCommand(cli: Cli): void {
  cli.program
    .command('send')
    .description('send an SMS, on the same path as a mail')
    .requiredOption('--from <email>', 'the account that pays')
    .requiredOption('--to <number...>', 'numbers, or groups of the account')
    .requiredOption('--text <text>', 'the text')
    .option('--at <date>', '"2026-11-24 09:00" (clocks of the account), 2026-11-24T09:00:00Z or HHmmddMMyyyy')
    .option('--dry-run', 'show what would be sent, cut, replaced and charged; send nothing')
    .addHelpText(
      'after',
      "\nExample:\n  petitbleu send --from alice@example.fr --to 0612345678 Parents --text 'School is closed today'\n",
    )
    .action(({ from, to, text, at, dryRun }: SendOptions) =>
      cli.ask({
        operation: 'send',
        params: { from, to, text, dryRun: dryRun === true, ...(at !== undefined && { at }) },
        show: ({ decision, zone, dryRun: dry }) => showDecision(decision, zone, dry),
        json: ({ decision }) => [decision],
        judge: ({ decision }) => judgeDecision(decision),
      }),
    );
}

export function judgeDecision(decision: DecisionView): MistakeKind | null {
  if (decision.accepted) return null;
  const reason = decision.code as RejectionReason;
  return REJECTIONS[reason].retry === 'later' ? 'temporary' : 'data';
}
