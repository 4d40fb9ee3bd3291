// A result of a benchmark, as short as it can be: two contests, three rounds.

import type { Metric, Series } from '../../bench/contest.js';
import type { Result } from '../../bench/result.js';

export function series(contest: string, peer: string, metric: Metric, ...rounds: (number | null)[]): Series {
  return { contest, peer, metric, rounds };
}

export const RESULT: Result = {
  measuredAt: '2026-11-22',
  machine: { cores: 4, memoryGiB: 8, node: 'v20.20.2', platform: 'linux x64', fileSystem: 'ext4' },
  rounds: 3,
  contests: [
    { name: 'accept-50', title: 'Mails', peers: ['smtp-server, bare', 'Postfix, queue only', 'petitbleu'] },
    { name: 'attachment', title: 'A large mail', peers: ['petitbleu'] },
  ],
  absent: ['Haraka, discarding'],
  series: [
    series('accept-50', 'smtp-server, bare', 'perSecond', 8000, 10_000, 9000),
    series('accept-50', 'petitbleu', 'perSecond', 6000, 9000, 7200),
    series('attachment', 'petitbleu', 'peakMegabytes', 40, 41, 50),
  ],
};
