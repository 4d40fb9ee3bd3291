// The database without a deep look: its version, its books in short, the size of its log; what waits, and for how long.

import { existsSync } from 'node:fs';

import { schemaOf, verifyFile } from '../../store/verify.js';
import { takeCensus, type Census } from '../../store/census.js';
import { counted, formatBytes } from '../table.js';
import { lookAtClock } from './clock.js';
import { bad, doubtful, good, type Finding, type Look } from './finding.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LATE_MS = 10 * MINUTE_MS;
const LARGE_WAL_BYTES = 200e6;
/** A larger one takes longer than a look should. */
const CHECKED_BYTES = 500e6;

export const lookAtDatabase: Look = ({ config, daemon }) => {
  const { file } = config.store;
  const nowMs = Date.now();
  if (!existsSync(file)) {
    const none = good('database', `none yet: petitbleu start makes ${file}`);
    return Promise.resolve([none, ...lookAtClock(null, nowMs)]);
  }
  const { version, current } = schemaOf(file);
  if (version !== current) {
    const advice =
      version < current ? 'petitbleu start brings it up' : 'use the newer version of the program that made it';
    const level = version < current ? doubtful : bad;
    return Promise.resolve([
      level('database', `schema ${version}, this program ${current}`, advice),
      ...lookAtClock(null, nowMs),
    ]);
  }
  const census = takeCensus(file, nowMs);
  return Promise.resolve([
    lookAtBooks(file, census),
    ...lookAtLog(census),
    ...lookAtQueue(census, nowMs, daemon !== null),
    ...lookAtClock(census.newestMs, nowMs),
  ]);
};

function lookAtBooks(file: string, { fileBytes }: Census): Finding {
  const size = formatBytes(fileBytes);
  if (fileBytes > CHECKED_BYTES)
    return doubtful('database', `${size}: too large for a short look`, 'petitbleu verify checks it');
  const { faults } = verifyFile(file, { quick: true });
  if (faults.length === 0)
    return good('database', `${size}, schema and books are right (petitbleu verify looks at all)`);
  return bad(
    'database',
    `${counted(faults.length, 'fault')}: ${faults[0] ?? ''}`,
    'petitbleu verify tells all of them',
  );
}

function lookAtLog({ walBytes }: Census): Finding[] {
  if (walBytes < LARGE_WAL_BYTES) return [];
  const advice = 'something reads for very long; a restart of the daemon makes it small again';
  return [doubtful('log of the database', formatBytes(walBytes), advice)];
}

function lookAtQueue(census: Census, nowMs: number, runs: boolean): Finding[] {
  const { inDoubt, oldestDueMs, expiringSoon, noticesWaiting, oldestNoticeMs } = census;
  const found: Finding[] = [];
  const wait = oldestDueMs === null ? 0 : nowMs - oldestDueMs;
  if (!runs) found.push(doubtful('daemon', 'none runs on this data folder', 'petitbleu start'));
  if (wait > LATE_MS)
    found.push(
      doubtful(
        'queue',
        `the oldest message is due since ${Math.round(wait / MINUTE_MS)} minutes`,
        'petitbleu carriers tells why',
      ),
    );
  if (expiringSoon > 0)
    found.push(
      doubtful(
        'lifetime',
        `${counted(expiringSoon, 'message')} will expire within the hour`,
        'petitbleu queue shows them',
      ),
    );
  if (inDoubt > 0)
    found.push(
      doubtful('in doubt', counted(inDoubt, 'message'), 'ask the carrier, then petitbleu queue settle ID STATE'),
    );
  if (oldestNoticeMs !== null && nowMs - oldestNoticeMs > HOUR_MS)
    found.push(
      doubtful(
        'outcome mails',
        `${counted(noticesWaiting, 'mail')} waiting, some for more than an hour`,
        'see smarthost',
      ),
    );
  return found.length > 0 ? found : [good('queue', 'nothing is late')];
}
