// A mail server on a free port with a fake clock, which remembers what it received and can be stopped after the test.

import { err, ok } from '../../src/core/result.js';
import { rejection } from '../../src/core/rejection.js';
import { createMailServer, type MailServer, type MailServerOptions } from '../../src/mail/server.js';
import { SessionMemory } from '../../src/mail/session-memory.js';
import type { InboundMail, MailReply } from '../../src/mail/smtp-transaction.js';
import { Turns } from '../../src/mail/turns.js';
import { FakeClock } from './fake-clock.js';
import { RecordingLog } from './recording-log.js';

export interface TestServer {
  readonly server: MailServer;
  readonly port: number;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  readonly received: InboundMail[];
}

type Changes = Partial<Omit<MailServerOptions, 'limits'>> & { readonly limits?: Partial<MailServerOptions['limits']> };

const started: MailServer[] = [];

export async function startServer(changes: Changes = {}): Promise<TestServer> {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const received: InboundMail[] = [];
  const receive = changes.receive ?? ((): Promise<MailReply> => Promise.resolve({ ok: true, text: 'recorded' }));
  const server = createMailServer({
    turns: new Turns(),
    mode: 'smtp',
    listen: [{ host: '127.0.0.1', port: 0 }],
    hostname: 'gate.example',
    tls: null,
    sizeBytes: 10_000,
    memory: new SessionMemory(1e6),
    clock,
    log,
    authenticate: () => Promise.resolve(err(rejection('auth-failed'))),
    checkRecipient: (address) =>
      address.endsWith('@sms.example')
        ? ok(undefined)
        : err(rejection('relay-denied', { domain: 'elsewhere.example' })),
    ...changes,
    receive: (inbound) => {
      received.push(inbound);
      return receive(inbound);
    },
    limits: {
      connections: 20,
      perIp: 20,
      recipients: 3,
      sessionMs: 600_000,
      idleMs: 30_000,
      bytesPerSecond: 0,
      errors: 20,
      ...changes.limits,
    },
  });
  started.push(server);
  await server.start();
  return { server, port: server.addresses()[0]?.port ?? 0, clock, log, received };
}

/** For afterEach: a client that a test left open must not hold it up. */
export async function stopServers(): Promise<void> {
  await Promise.all(started.splice(0).map((server) => server.stop(0)));
}
