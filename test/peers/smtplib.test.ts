// Python's smtplib with EmailMessage: headers folded and encoded, the body as 8 bit, quoted-printable or base64, as the
// library chooses.

import { fileURLToPath } from 'node:url';

import { run } from '../support/program.js';
import { CERTIFICATE, describePeer, SENDER, type PeerGateway, type PeerMail } from './peer.js';

const SCRIPT = fileURLToPath(new URL('send_mail.py', import.meta.url));

function smtplib({ to, subject, body }: PeerMail, gateway: PeerGateway, how: string) {
  return run('python3', [SCRIPT, String(gateway.port), SENDER, to, subject, body, how]);
}

describePeer('smtplib', (mail, gateway) => smtplib(mail, gateway, 'plain'), {
  STARTTLS: (mail, gateway) => smtplib(mail, gateway, CERTIFICATE),
});
