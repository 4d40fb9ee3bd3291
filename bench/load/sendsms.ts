// The load for Kannel: as many HTTP connections as are asked for, kept open, each with one request for one SMS under way.
// Takes the port of `sendsms` and how many SMS, as JSON; ends when each was accepted, or says which was not.

import { connect } from 'node:net';

export interface SendSmsWish {
  readonly port: number;
  readonly connections: number;
  readonly messages: number;
  /** Number of the first. */
  readonly first: number;
}

const wish = JSON.parse(process.argv[2] ?? '{}') as SendSmsWish;
let given = 0;

function request(): string {
  const number = wish.first + given++;
  const text = `Bonjour,+votre+rendez-vous+n.+${number}+est+pour+demain+a+14+h+30.`;
  const to = `%2B3368484${String(number % 10_000).padStart(4, '0')}`;
  const path = `/cgi-bin/sendsms?username=petitbleu&password=s3cret&to=${to}&text=${text}`;
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n`;
}

function send(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: wish.port, noDelay: true });
    let received = '';
    const next = (): void => {
      if (given < wish.messages) socket.write(request());
      else socket.end(resolve);
    };
    socket.on('connect', next);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server has closed')));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const [head = '', body] = received.split('\r\n\r\n', 2);
      if (body === undefined || body.length < Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)) return;
      if (!head.startsWith('HTTP/1.1 202')) throw new Error(received);
      received = '';
      next();
    });
  });
}

await Promise.all(Array.from({ length: wish.connections }, send));
