// The process of the load: takes a LoadWish as its one argument, prints a LoadReport.

import { percentile } from '../statistics.js';
import { Mail } from './mails.js';
import { LoadSession } from './session.js';
import type { LoadReport, LoadWish } from './wish.js';

async function run(wish: LoadWish): Promise<LoadReport> {
  const latenciesMs: number[] = [];
  let [given, sent] = [0, 0];
  let trouble: string | null = null;
  const startMs = performance.now();
  const beginMs = startMs + wish.warmMs;
  const endMs = beginMs + wish.measureMs;
  let [lastMs, lastDataMs] = [beginMs, beginMs];
  const isOver = (): boolean => performance.now() > endMs || given === wish.mails || trouble !== null;
  const options = {
    ...wish,
    next: () => (isOver() ? null : wish.first + given++),
    onTaken: (latencyMs: number) => {
      sent += 1;
      const nowMs = performance.now();
      lastDataMs = nowMs - latencyMs;
      if (nowMs < beginMs || (wish.mails === undefined && nowMs > endMs)) return;
      lastMs = nowMs;
      latenciesMs.push(latencyMs);
    },
    onTrouble: (what: string) => (trouble ??= what),
  };
  const sessions = Array.from({ length: wish.sessions }, () => {
    return new LoadSession({ ...options, mail: new Mail(wish.mail) });
  });
  await Promise.all(sessions.map(({ ended }) => ended));
  const seconds = ((wish.mails === undefined ? endMs : lastMs) - beginMs) / 1000;
  const sorted = Float64Array.from(latenciesMs).sort();
  const { user, system } = process.cpuUsage();
  const onClock = (ms: number): number => performance.timeOrigin + ms;
  return {
    ...{ sent, measured: sorted.length, perSecond: sorted.length / seconds, trouble },
    ...{ p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99), maxMs: sorted.at(-1) ?? Number.NaN },
    ...{ beganAtMs: onClock(startMs), endedAtMs: onClock(lastMs), lastDataAtMs: onClock(lastDataMs) },
    ownCpuMicros: (user + system) / sent,
  };
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}') as LoadWish)));
