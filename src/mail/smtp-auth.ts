// SMTP AUTH: takes smtp-server's callback (PLAIN and LOGIN, over TLS only: see smtp-session.ts), has the login checked, and
// answers from the table of refusals. Unknown and wrong get the same words; a fault of ours is temporary.
// Never logs a user name: people type their password into the wrong field. Source: RFC 4954, RFC 4616.

import type { SMTPServerAuthentication, SMTPServerAuthenticationResponse, SMTPServerSession } from 'smtp-server';

import { rejection, type Rejection } from '../core/rejection.js';
import { err, type Result } from '../core/result.js';
import type { Log } from '../ports.js';
import { describeFault } from './redact.js';
import { RefusedError } from './smtp-reply.js';

export interface Login {
  readonly username: string;
  readonly password: string;
  readonly remoteAddress: string;
}

/** Gives the address that was proved, lower case. */
export type Authenticate = (login: Login) => Promise<Result<string, Rejection>>;

type Answer = (error: Error | null, response?: SMTPServerAuthenticationResponse) => void;

export function authHandler(authenticate: Authenticate, log: Log) {
  return (auth: SMTPServerAuthentication, session: SMTPServerSession, answer: Answer): void => {
    void check(auth, session).then((proved) => {
      if (proved.ok) {
        answer(null, { user: proved.value });
        return;
      }
      const { reason } = proved.error;
      log.info('auth.refused', { session: session.id, remote: session.remoteAddress, reason });
      answer(new RefusedError(proved.error));
    });
  };

  async function check(auth: SMTPServerAuthentication, session: SMTPServerSession): Promise<Result<string, Rejection>> {
    const { username, password } = auth;
    // To act for somebody else is nobody's right here.
    if (actsForAnother(auth)) return err(rejection('auth-failed'));
    try {
      const { remoteAddress } = session;
      return await authenticate({ username: username ?? '', password: password ?? '', remoteAddress });
    } catch (thrown) {
      log.error('auth.fault', { session: session.id, ...describeFault(thrown) });
      return err(rejection('auth-unavailable'));
    }
  }
}

/** RFC 4616: `authzid` may be left out or be the user name itself. */
function actsForAnother({ username, authzid }: SMTPServerAuthentication): boolean {
  return authzid !== undefined && authzid !== '' && authzid.toLowerCase() !== username?.toLowerCase();
}
