// The way out for outcome mails: a smarthost that is greeted, asked for TLS and logged in to, and never given a mail; or the
// folder. And the mails that sendmail has put down while no daemon ran.

import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { checkSmarthost } from '../../mail/send.js';
import { SPOOL_NAME } from '../../sendmail/folder.js';
import { counted } from '../table.js';
import { bad, doubtful, good, sentenceOf, type Finding, type Look } from './finding.js';

const WITHIN_MS = 4000;

export const lookAtSmarthost: Look = async ({ config: { mail }, daemon }) => {
  const { url, requireTls, folder } = mail.out;
  const hostname = mail.domains[0] ?? 'localhost';
  const way = url === null ? lookAtOutbox(folder) : await lookAtUrl({ url, requireTls, hostname });
  return [way, ...lookAtSpool(path.join(path.dirname(mail.sendmail.socket), SPOOL_NAME), daemon !== null)];
};

async function lookAtUrl(smarthost: {
  readonly url: string;
  readonly requireTls: boolean;
  readonly hostname: string;
}): Promise<Finding> {
  const what = `smarthost ${new URL(smarthost.url).host}`;
  try {
    await checkSmarthost({ ...smarthost, silenceMs: WITHIN_MS });
    return good(what, new URL(smarthost.url).username === '' ? 'answers' : 'answers, and takes the login');
  } catch (fault) {
    return bad(what, sentenceOf(fault), 'look at mail.out.url: host, port, login; outcome mails wait till then');
  }
}

function lookAtOutbox(folder: string): Finding {
  const what = 'outcome mails';
  try {
    // It is made with the first mail.
    accessSync(existsSync(folder) ? folder : path.dirname(folder), constants.W_OK);
    return doubtful(what, `files in ${folder}: nobody gets them`, 'set mail.out.url to a smarthost');
  } catch (fault) {
    return bad(what, `cannot be written: ${sentenceOf(fault)}`, `give the daemon the right to write to ${folder}`);
  }
}

function lookAtSpool(spool: string, runs: boolean): Finding[] {
  const waiting = existsSync(spool)
    ? readdirSync(spool, { withFileTypes: true }).filter((entry) => entry.isFile()).length
    : 0;
  if (waiting === 0) return [];
  const advice = runs
    ? 'the daemon takes them within a minute; its log says why if it does not'
    : 'petitbleu start takes them';
  return [doubtful('spool', `${counted(waiting, 'mail')} of sendmail waiting`, advice)];
}
