// swaks: subject and body as a person types them in a shell, not encoded (its own default has no MIME header).

import { run } from '../support/program.js';
import { CERTIFICATE, describePeer, SENDER, type PeerGateway, type PeerMail } from './peer.js';

function swaks({ to, subject, body }: PeerMail, gateway: PeerGateway, ...more: readonly string[]) {
  const server = ['--server', 'localhost', '--port', String(gateway.port), '-4'];
  const mail = ['--from', SENDER, '--to', to, '--header', `Subject: ${subject}`, '--body', body];
  return run('swaks', [...server, ...mail, ...more]);
}

describePeer('swaks', swaks, {
  STARTTLS: (mail, gateway) => swaks(mail, gateway, '--tls', '--tls-verify', '--tls-ca-path', CERTIFICATE),
  'latin-9 body': (mail, gateway) =>
    swaks(
      { ...mail, body: latin9QuotedPrintable(mail.body) },
      gateway,
      ...['--add-header', 'MIME-Version: 1.0'],
      ...['--add-header', 'Content-Type: text/plain; charset=ISO-8859-15'],
      ...['--add-header', 'Content-Transfer-Encoding: quoted-printable'],
    ),
});

/** ISO-8859-15 is Latin-1 with the euro sign at A4 (and seven other letters that are not used here). */
function latin9QuotedPrintable(text: string): string {
  return Array.from(text, (letter) => {
    const code = letter === '€' ? 0xa4 : (letter.codePointAt(0) ?? 0);
    return code < 0x7f && letter !== '=' ? letter : `=${code.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
