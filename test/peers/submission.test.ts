// Mail programs that authenticate: STARTTLS and TLS from the start, the sending code and an API key, and no code in the
// mail. The programs check the certificate; the daemon refuses what is not authenticated.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DaemonProcess } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { run, type Ran } from '../support/program.js';
import { CERTIFICATE, KEY, readyMade, SENDER } from './peer.js';

const CODE = 'FGB45L';
const DOMAIN = 'sms.example.fr';
const YAML = `
mail:
  domains: [${DOMAIN}]
  submission:
    listen: ["127.0.0.1:0"]
    listenTls: ["127.0.0.1:0"]
    tls: {key: '${KEY}', cert: '${CERTIFICATE}'}
`;

describe('submission', () => {
  let daemon: DaemonProcess;
  let key: string;

  beforeAll(async () => {
    daemon = await DaemonProcess.start({ yaml: YAML });
    await daemon.must('account', 'create', SENDER, '--code', CODE, '--credits', '100', '--no-mail');
    const made = await daemon.must('api-key', 'create', SENDER, '--name', 'monitoring', '--json');
    key = (JSON.parse(made.stdout) as { key: string }).key;
  });
  afterAll(() => daemon.dispose());

  /** Of the start lines. */
  const portOf = (way: RegExp): string => way.exec(daemon.stdout)?.[1] ?? 'none';
  const starttls = () => portOf(/^submission +127\.0\.0\.1:(\d+)/m);
  const implicit = () => portOf(/^submission \(TLS\) +127\.0\.0\.1:(\d+)/m);

  const swaks = (port: string, password: string, ...more: readonly string[]): Promise<Ran> =>
    run('swaks', [
      ...['--server', 'localhost', '-4', '--port', port, '--tls-verify', '--tls-ca-path', CERTIFICATE],
      ...['--from', SENDER, '--auth-user', SENDER, '--auth-password', password, ...more],
    ]);
  const arrives = async (text: string, ...numbers: readonly string[]) => {
    const shown = () => daemon.phone.filter((entry) => entry.text === text).map(({ to }) => to);
    await eventually(text, () => shown().length >= numbers.length);
    expect(shown().toSorted()).toEqual(numbers);
  };
  const done = (ran: Ran) => expect(ran, ran.stderr + ran.stdout).toMatchObject({ code: 0 });

  test('swaks: STARTTLS, AUTH PLAIN with the code, a number for an address', async () => {
    const to = ['--to', `0684843556@${DOMAIN}`, '--body', 'starttls plain'];
    done(await swaks(starttls(), CODE, '--tls', '--auth', 'PLAIN', ...to));
    await arrives('starttls plain', '+33684843556');
  });

  test('swaks: TLS from the start, AUTH LOGIN with an API key, two recipients', async () => {
    const to = ['--to', `0684843556@${DOMAIN},+33660919010@${DOMAIN}`, '--body', 'tls login'];
    done(await swaks(implicit(), key, '--tlsc', '--auth', 'LOGIN', ...to));
    await arrives('tls login', '+33660919010', '+33684843556');
  });

  test('swaks: a wrong password, AUTH before TLS, no AUTH at all', async () => {
    const to = ['--to', `0684843556@${DOMAIN}`, '--body', 'never'];
    const wrong = await swaks(starttls(), 'WR0NG1', '--tls', '--auth', 'PLAIN', ...to);
    expect(wrong.stdout).toContain('535 5.7.8');
    const open = await run('swaks', ['--server', 'localhost', '-4', '--port', starttls(), '--from', SENDER, ...to]);
    expect(open.stdout).toMatch(/53[08] 5\.7\./);
    expect(daemon.phone.filter((entry) => entry.text === 'never')).toEqual([]);
  });

  test('msmtp: numbers in the subject of a mail to sms@', async () => {
    const tls = ['--tls=on', '--tls-starttls=on', `--tls-trust-file=${CERTIFICATE}`];
    const auth = ['--auth=plain', `--user=${SENDER}`, `--passwordeval=printf %s ${CODE}`];
    const where = ['--host=localhost', `--port=${starttls()}`, `--from=${SENDER}`];
    const to = `sms@${DOMAIN}`;
    const input = readyMade({ to, subject: '0684843556-0660919010', body: 'msmtp\n' });
    done(await run('msmtp', [...where, ...tls, ...auth, to], { input }));
    await arrives('msmtp', '+33660919010', '+33684843556');
  });
});
