// Tells systemd how far the daemon is (sd_notify(3)), where it asks: $NOTIFY_SOCKET is set.
// Node has no unix datagrams, so the program `systemd-notify` says it; the unit needs NotifyAccess=all for that.
// Where the program is missing nothing happens, as with any service that does not notify.

import { execFile } from 'node:child_process';

export type ServiceState = 'READY=1' | 'STOPPING=1' | 'RELOADING=1';

const LONGEST_MS = 2000;

export function notifyService(state: ServiceState): Promise<void> {
  if (process.env['NOTIFY_SOCKET'] === undefined) return Promise.resolve();
  // systemd asks for the instant at which the reload began (microseconds of the monotonic clock).
  const words = state === 'RELOADING=1' ? [state, `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`] : [state];
  return new Promise((resolve) => {
    execFile('systemd-notify', words, { timeout: LONGEST_MS }, () => {
      resolve();
    });
  });
}
