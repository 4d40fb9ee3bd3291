// msmtp: a sendmail(8) for programs and mutt; the mail comes whole, the envelope by options or from the header (-t).

import { run } from '../support/program.js';
import { CERTIFICATE, describePeer, readyMade, SENDER, type PeerGateway, type PeerMail } from './peer.js';

/** With --host no configuration file is read. */
function server(gateway: PeerGateway): string[] {
  return ['--host=localhost', `--port=${gateway.port}`, `--from=${SENDER}`, '--auth=off'];
}

function msmtp(mail: PeerMail, gateway: PeerGateway) {
  return run('msmtp', [...server(gateway), '--tls=off', mail.to], { input: readyMade(mail) });
}

describePeer('msmtp', msmtp, {
  'recipients from the header (-t)': (mail, gateway) =>
    run('msmtp', [...server(gateway), '--tls=off', '-t'], { input: readyMade(mail) }),
  STARTTLS: (mail, gateway) => {
    const tls = ['--tls=on', '--tls-starttls=on', `--tls-trust-file=${CERTIFICATE}`];
    return run('msmtp', [...server(gateway), ...tls, mail.to], { input: readyMade(mail) });
  },
});
