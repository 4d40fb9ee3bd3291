// Programs that hand their mail to sendmail(8): PHP's mail(), s-nail, mutt and a script, each set to a link named sendmail.

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll } from 'vitest';

import { PROGRAM, run } from '../support/program.js';
import { describePeer, readyMade, SENDER, type PeerGateway, type PeerMail } from './peer.js';

const HOME = mkdtempSync(path.join(tmpdir(), 'petitbleu-peer-'));
const SENDMAIL = path.join(HOME, 'sendmail');
const PHP_SCRIPT = fileURLToPath(new URL('send_mail.php', import.meta.url));

symlinkSync(PROGRAM, SENDMAIL);
afterAll(() => rmSync(HOME, { recursive: true, force: true }));

function environment({ daemon }: PeerGateway): Record<string, string> {
  return { PETITBLEU_SENDMAIL: path.join(daemon.folder, 'sendmail'), HOME, LC_ALL: 'C.UTF-8', DEAD: '/dev/null' };
}

function php({ to, subject, body }: PeerMail, gateway: PeerGateway, ...options: readonly string[]) {
  const settings = ['-n', '-d', `sendmail_path=${[SENDMAIL, '-t', '-i', ...options].join(' ')}`];
  return run('php', [...settings, PHP_SCRIPT, SENDER, to, subject, body], { env: environment(gateway) });
}

describePeer("PHP's mail()", php, {
  // The envelope sender as a fifth argument of mail() gives it.
  '-f': (mail, gateway) => php(mail, gateway, `-f${SENDER}`),
});

function sNail({ to, subject, body }: PeerMail, gateway: PeerGateway, ...more: readonly string[]) {
  // Without `sendwait` nobody hears what became of it.
  const settings = [`from=${SENDER}`, 'sendcharsets=utf-8', 'nosave', 'sendwait', `mta=${SENDMAIL}`];
  const about = subject === '' ? [] : ['-s', subject];
  const words = ['-:/', ...settings.flatMap((one) => ['-S', one]), ...more, ...about, '-.', to];
  return run('s-nail', words, { input: body, env: environment(gateway) });
}

describePeer('s-nail with sendmail', sNail, {
  'quoted-printable': (mail, gateway) => sNail(mail, gateway, '-S', 'mime-encoding=quoted-printable'),
});

function mutt({ to, subject, body }: PeerMail, gateway: PeerGateway, ...more: readonly string[]) {
  const settings = [
    `set sendmail="${SENDMAIL} -oem -oi"`,
    `set from=${SENDER} use_from=yes envelope_from=yes realname=Alice`,
    'set charset=utf-8 send_charset=utf-8 copy=no sendmail_wait=0',
    ...more,
  ];
  const words = ['-n', '-F', '/dev/null', ...settings.flatMap((one) => ['-e', one]), '-s', subject, '--', to];
  return run('mutt', words, { input: body, env: environment(gateway) });
}

describePeer('mutt', mutt, { 'allow_8bit=no': (mail, gateway) => mutt(mail, gateway, 'set allow_8bit=no') });

describePeer(
  'a script with sendmail',
  (mail, gateway) => run(SENDMAIL, ['-f', SENDER, mail.to], { input: readyMade(mail), env: environment(gateway) }),
  {
    'the words that cron uses': (mail, gateway) => {
      const words = ['-FCronDaemon', '-i', '-odi', '-oem', '-oi', '-t'];
      return run(SENDMAIL, words, { input: readyMade(mail).replaceAll('\r\n', '\n'), env: environment(gateway) });
    },
    '-bs': (mail, gateway) => {
      const session = [
        'EHLO script',
        `MAIL FROM:<${SENDER}>`,
        `RCPT TO:<${mail.to}>`,
        'DATA',
        readyMade(mail),
        '.',
        'QUIT',
      ];
      return run(SENDMAIL, ['-bs'], { input: `${session.join('\r\n')}\r\n`, env: environment(gateway) });
    },
    '--config in place of the environment': (mail, gateway) => {
      const where = ['--config', gateway.daemon.configFile, '--data', gateway.daemon.folder];
      return run(process.execPath, [PROGRAM, 'sendmail', ...where, '-t'], { input: readyMade(mail) });
    },
  },
);
