// Bytes that nobody has thought of, for every door of the daemon: sessions and mails with bytes changed, dropped, doubled
// and put in other places, and bytes that are nothing at all. A seed gives the same bytes again.

import type { Random } from '../random.js';

const SESSION = [
  'EHLO client.example\r\nMAIL FROM:<a@stranger.example> SIZE=1000 BODY=8BITMIME\r\n',
  'RCPT TO:<sms.GUESS@sms.example.fr>\r\nRCPT TO:<GUESS.0612345678@sms.example.fr>\r\nDATA\r\n',
  'From: "Al" <a@stranger.example>\r\nSubject: =?utf-8?q?GUESS=3A0612345678?=\r\nMIME-Version: 1.0\r\n',
  'Content-Type: multipart/alternative; boundary="b"\r\nMessage-ID: <1@stranger.example>\r\n\r\n',
  '--b\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
  'Bonjour =C3=A0 tous\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Bonjour</p>\r\n--b--\r\n.\r\nRSET\r\nNOOP\r\nQUIT\r\n',
].join('');
const CALL = [
  'POST /carriers/web/receipt/chaos-callback-token HTTP/1.1\r\nHost: gw\r\nContent-Type: application/json\r\n',
  'Content-Length: 37\r\n\r\n{"id":"1","state":"delivered","x":[1]}',
].join('');
const CONTROL =
  '{"id":1,"operation":"queue.list","params":{}}\n{"id":2,"operation":"account.list","params":{"a":[]}}\n';

const SPECIAL = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\xff',
  '.',
  '..',
  '<',
  '>',
  '"',
  ':',
  '{',
  '[',
  '%',
  '\\',
  '=?',
  '?=',
  '\u202e',
];

export const FUZZED = { smtp: SESSION, lmtp: SESSION.replace('EHLO', 'LHLO'), control: CONTROL, http: CALL } as const;

/** The same text with some of it changed; one in five is nothing but noise. */
export function mutated(text: string, random: Random): Buffer {
  if (random.int(0, 4) === 0) return noise(random, random.int(1, 20_000));
  let changed = text;
  for (let times = random.int(1, 12); times > 0; times -= 1) changed = change(changed, random);
  return Buffer.from(changed, 'latin1');
}

function change(text: string, random: Random): string {
  const at = random.int(0, text.length);
  const end = Math.min(text.length, at + random.int(0, 60));
  const [before, piece, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)];
  const special = SPECIAL[random.int(0, SPECIAL.length - 1)] ?? '';
  switch (random.int(0, 5)) {
    case 0:
      return before + after;
    case 1:
      return before + piece + piece + after;
    case 2:
      return before + special.repeat(random.int(1, 50)) + piece + after;
    case 3:
      return after + before + piece;
    case 4:
      return before + piece.repeat(random.int(1, 300)) + after;
    default:
      return before + noise(random, piece.length).toString('latin1') + after;
  }
}

function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.int(0, 255)));
}
