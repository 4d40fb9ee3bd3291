// petitbleu explain: why a mail becomes the SMS that it becomes, or none; step by step, and nothing is sent.

import type { Cli } from './cli.js';
import { showExplanation } from './explanation.js';
import { readInput } from './input.js';
import { judgeDecision } from './send.js';
import { ok } from '../core/result.js';

interface ExplainOptions {
  readonly rcpt?: string[];
  readonly from?: string;
}

export function addExplainCommand(cli: Cli): void {
  cli.program
    .command('explain <file>')
    .description('show the whole decision about a mail (a .eml file, - for stdin), step by step, without sending')
    .option('--rcpt <address...>', 'envelope recipients; without: To and Cc of the mail in the served domains')
    .option('--from <address>', 'envelope sender; without: Return-Path, else From')
    .addHelpText('after', '\nExample:\n  petitbleu explain mail.eml --rcpt sms@localhost --from alice@example.fr\n')
    .action((file: string, { rcpt, from }: ExplainOptions) =>
      cli.operate(async (call, { json }) => {
        const bytes = await readInput(file);
        if (!bytes.ok) return bytes;
        const raw = Buffer.from(bytes.value).toString('base64');
        const params = { raw, ...(rcpt && { rcpt }), ...(from !== undefined && { from }) };
        const answer = await call('explain', params);
        if (!answer.ok) return answer;
        const decisions = answer.value.decisions.map(({ decision }) => decision);
        if (json === true) cli.printJson([...decisions, ...answer.value.cancellations]);
        else cli.terminal.write(showExplanation(answer.value));
        const kinds = decisions.map(judgeDecision);
        const [first] = kinds;
        const nothing = answer.value.cancellations.length === 0;
        if (nothing && first && kinds.every((kind) => kind !== null)) cli.fail(first, '');
        return ok(undefined);
      }),
    );
}
