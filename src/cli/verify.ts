// petitbleu verify: integrity of the database, sums of the ledger, states. Exit code 70 when something does not add up.

import type { Cli } from './cli.js';
import { counted } from './table.js';

export function addVerifyCommand(cli: Cli): void {
  cli.program
    .command('verify')
    .description('check the database, the sums of the ledger and the states')
    .addHelpText('after', '\nExample:\n  petitbleu verify --json\n')
    .action(() =>
      cli.ask({
        operation: 'verify',
        params: {},
        show: ({ messages, movements, faults }) => {
          const checked = `${counted(messages, 'message')} and ${counted(movements, 'movement')} checked: `;
          return faults.length === 0
            ? `${checked}all is right.\n`
            : `${checked}${counted(faults.length, 'fault')}\n${faults.join('\n')}\n`;
        },
        judge: ({ faults }) => (faults.length === 0 ? null : 'software'),
      }),
    );
}
