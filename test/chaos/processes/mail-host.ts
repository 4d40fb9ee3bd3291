// The smarthost of a world, in a process of its own. Writes each mail down before it says that it has taken it.

import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

import { Recorder } from '../records.js';
import { GOOD_SMARTHOST, type SmarthostBehaviour, type SmarthostRecord } from '../smarthost.js';
import { serve } from './service.js';

type Answer = (error?: Error | null) => void;

const record = new Recorder<SmarthostRecord>(process.argv[2] ?? 'smarthost.jsonl');
const sockets = new Set<Socket>();
let behaviour: SmarthostBehaviour = GOOD_SMARTHOST;

function makeServer(): SMTPServer {
  const server = new SMTPServer({
    ...{ disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true, logger: false, closeTimeout: 1 },
    onData: (stream, session, answer) => void take(stream, session, answer),
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return server;
}

async function take(stream: SMTPServerDataStream, session: SMTPServerSession, answer: Answer): Promise<void> {
  const { hangsUp, silent, latencyMs, refuseWith } = behaviour;
  if (hangsUp === 'in-data') hangUp(session);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch {
    // The daemon died in the middle of its mail.
    return;
  }
  if (hangsUp === 'in-data' || silent) return;
  await pause(latencyMs);
  const raw = Buffer.concat(chunks).toString('latin1');
  const to = session.envelope.rcptTo[0]?.address ?? '';
  const said = hangsUp === 'after-dot' ? null : (refuseWith ?? 250);
  record.add({ to, id: field(raw, 'Message-ID'), inReplyTo: field(raw, 'In-Reply-To'), answer: said, raw });
  if (said === null) hangUp(session);
  else answer(said === 250 ? null : Object.assign(new Error('not this one'), { responseCode: said }));
}

function hangUp({ remotePort }: SMTPServerSession): void {
  sockets.forEach((socket) => socket.remotePort === remotePort && socket.destroy());
}

function field(raw: string, name: string): string {
  return new RegExp(`^${name}:\\s*(<[^>]*>)`, 'im').exec(raw)?.[1] ?? '';
}

async function behave(wanted: SmarthostBehaviour): Promise<null> {
  const wasListening = behaviour.listening;
  behaviour = wanted;
  if (wasListening && !wanted.listening) {
    server.server.close();
    for (const socket of sockets) socket.destroy();
  } else if (!wasListening && wanted.listening) {
    server = makeServer();
    await listen(port);
  }
  return null;
}

function listen(wanted: number): Promise<void> {
  return new Promise((resolve) => server.listen(wanted, '127.0.0.1', resolve));
}

let server = makeServer();
await listen(0);
const { port } = server.server.address() as AddressInfo;
serve({ port: () => port, behave });
