// The account and the configuration that the daemon tests have in common.

import { onTestFinished, vi } from 'vitest';

import { DaemonProcess, type DaemonWish } from '../support/daemon.js';

// Each test starts processes by the dozen; a busy machine takes its time for that.
vi.setConfig({ testTimeout: 120_000 });

export const SENDER = 'alice@example.fr';
export const CODE = 'FGB45L';
const DOMAIN = 'sms.example.fr';

export const TO_ONE = { from: SENDER, to: `${CODE}.0684843556@${DOMAIN}` };
export const TO_SUBJECT = { from: SENDER, to: `sms.${CODE}@${DOMAIN}` };

/** YAML in flow form is fine for the sections; `more` stands at the top level. */
export function configuration(more = ''): string {
  return `mail: {domains: [${DOMAIN}], smtp: {limits: {perIp: 100, mailsPerMinute: 100000, accountMailsPerMinute: 100000, accountMessagesPerMinute: 100000}}}\n${more}\n`;
}

/** Ended and removed when the test is over. */
export async function startForTest(wish: DaemonWish = {}): Promise<DaemonProcess> {
  const daemon = await DaemonProcess.start(wish);
  onTestFinished(() => daemon.dispose());
  return daemon;
}

export async function startWithAccount(more = ''): Promise<DaemonProcess> {
  const daemon = await startForTest({ yaml: configuration(more) });
  await daemon.must('account', 'create', SENDER, '--code', CODE, '--credits', '100000', '--no-mail');
  return daemon;
}
