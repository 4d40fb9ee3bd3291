// `npm run demo`: an ephemeral daemon, the documented example mails by real SMTP, and what came of them. Exit code 0 only
// if all of it is as expected; nothing stays behind.

import { processTerminal } from '../cli/terminal.js';
import { credits } from '../cli/table.js';
import { judge } from './judge.js';
import { play } from './play.js';
import { painter, showMails, showTable } from './show.js';
import { onStage } from './stage.js';

const terminal = processTerminal();
const paint = painter(process.stdout.isTTY && process.env['NO_COLOR'] === undefined);

terminal.write(`\n${paint('bold', 'Petit Bleu: a mail goes in, an SMS comes out, the sender is told.')}\n\n`);
const played = await onStage((stage) => play(stage, (line) => terminal.write(`${line}\n`)));
if (played.ok) {
  const { acts, mails, balanceMilli } = played.value;
  terminal.write(
    `\n${showTable(acts, paint)}\nThe mails that the sender got (balance left: ${credits(balanceMilli)}):\n\n`,
  );
  terminal.write(`${showMails(mails, paint)}\n`);
}
const faults = played.ok ? judge(played.value) : [played.error];
for (const fault of faults) terminal.warn(`${paint('red', '✗')} ${fault}\n`);
if (faults.length === 0) terminal.write(`${paint('green', '✓')} All is as expected.\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
