// The processor time (ms) of this process that something takes: a bound on it means the same on a machine with other work.

export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
