// The CPU time of processes and of all their descendants, from /proc: user and system, of those that run and of those that
// have ended and were waited for (a mail server that starts a program for each mail has most of its time there). Linux.

import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which Linux has had at 100 on every architecture of today. */
const TICKS_A_SECOND = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/** Seconds. */
export function processorSeconds(pids: readonly number[]): number {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? statOf(name) : []));
  const tree = all.filter(({ pid }) => pids.includes(pid));
  for (const { pid: parent } of tree) tree.push(...all.filter((one) => one.parent === parent));
  return tree.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_A_SECOND;
}

/** Nothing for one that has just ended. Fields as in proc_pid_stat(5): the name may hold spaces and brackets. */
function statOf(pid: string): Stat[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, times] = [fields[1], fields.slice(11, 15)];
    return [{ pid: Number(pid), parent, ticks: times.reduce((sum, ticks) => sum + ticks, 0) }];
  } catch {
    return [];
  }
}
