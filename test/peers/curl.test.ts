// curl smtp://, as the first minute shows it: the mail is given whole, on standard input.

import { run } from '../support/program.js';
import { CERTIFICATE, describePeer, readyMade, SENDER, type PeerGateway, type PeerMail } from './peer.js';

function curl(mail: PeerMail, gateway: PeerGateway, ...more: readonly string[]) {
  const words = [
    '-sS',
    `smtp://localhost:${gateway.port}`,
    '-4',
    '--mail-from',
    SENDER,
    '--mail-rcpt',
    mail.to,
    '-T',
    '-',
  ];
  return run('curl', [...words, ...more], { input: readyMade(mail) });
}

describePeer('curl', curl, {
  STARTTLS: (mail, gateway) => curl(mail, gateway, '--ssl-reqd', '--cacert', CERTIFICATE),
  // Bytes that the script has not encoded at all, and no MIME header.
  'no MIME': (mail, gateway) =>
    run('curl', ['-sS', `smtp://127.0.0.1:${gateway.port}`, '--mail-from', SENDER, '--mail-rcpt', mail.to, '-T', '-'], {
      input: `From: ${SENDER}\nSubject: ${mail.subject}\n\n${mail.body}`,
    }),
});
