// Connections of strangers: bytes at once and whatever comes back, or bytes that drip for as long as they are let. They come
// from many addresses of this machine, and come back when they are sent away.

import net from 'node:net';

const SILENCE_MS = 30_000;
const BRIEF_MS = 2_000;
const BACK_AFTER_MS = 1_000;
const DRIP_EACH_MS = 1000;

type Place = { readonly port: number; readonly localAddress?: string } | { readonly path: string };

/** From 127.0.1.1 on, so many to each. */
export function addressOf(index: number, perAddress = 20): string {
  const host = Math.floor(index / perAddress);
  return `127.0.${1 + Math.floor(host / 250)}.${1 + (host % 250)}`;
}

interface Manner {
  /** Nothing before the other end has said something. */
  readonly greeted?: boolean;
  /** Nothing more will come, and the other end is told so. */
  readonly ends?: boolean;
}

/** All that the other end says until it closes. */
export function say(place: Place, bytes: string | Buffer, { greeted = false, ends = false }: Manner): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(place);
    let answer = '';
    socket.setTimeout(ends ? BRIEF_MS : SILENCE_MS, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      answer = (answer + chunk.toString('latin1')).slice(-100_000);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.once(greeted ? 'data' : 'connect', () => {
      if (ends) socket.end(bytes);
      else socket.write(bytes);
    });
  });
}

/** An SMTP conversation: each line after the reply to the one before; gives the last reply. */
export async function converse(place: Place, lines: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect(place);
  socket.setTimeout(SILENCE_MS, () => socket.destroy());
  socket.on('error', () => undefined);
  let [received, closed] = ['', false];
  let wake: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    wake();
  });
  socket.on('close', () => {
    closed = true;
    wake();
  });
  const reply = async (): Promise<string> => {
    const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r\n/;
    while (!whole.test(received) && !closed) await new Promise<void>((resolve) => (wake = resolve));
    const found = whole.exec(received)?.[0] ?? '';
    received = received.slice(found.length);
    return found;
  };
  let last = await reply();
  for (const line of lines) {
    if (closed) break;
    socket.write(line);
    last = (await reply()) || last;
  }
  socket.destroy();
  return last;
}

/** Says its opening at once, then a byte each second; comes back when it is sent away. Ends when it is told to. */
export function drip(place: Place, opening: string): { readonly cuts: () => number; end(): void } {
  let [cuts, ended] = [0, false];
  let socket: net.Socket;
  const open = (): void => {
    if (ended) return;
    socket = connect(place);
    // Nothing before the greeting: who talks too soon is sent away.
    socket.once('data', () => void socket.write(opening));
    socket.resume();
    socket.on('error', () => undefined);
    const dripping = setInterval(() => void socket.write('x'), DRIP_EACH_MS);
    socket.on('close', () => {
      clearInterval(dripping);
      cuts += 1;
      setTimeout(open, BACK_AFTER_MS);
    });
  };
  open();
  return {
    cuts: () => cuts,
    end() {
      ended = true;
      socket.destroy();
    },
  };
}

function connect(place: Place): net.Socket {
  return 'path' in place ? net.connect(place) : net.connect({ host: '127.0.0.1', ...place });
}
