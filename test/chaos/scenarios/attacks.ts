// What strangers do to the daemon while others send: places held, mails made to stop it, bytes that are nothing, forged
// senders, many orders at once, robots. Beside each a good mail goes in every second (attack/watch.ts).

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { BOMBS, bombMail, conversations } from '../attack/bombs.js';
import { FUZZED, mutated } from '../attack/fuzz.js';
import { addressOf, converse, drip, say } from '../attack/strangers.js';
import { besideGoodMails, isQuick, MEASURED } from '../attack/watch.js';
import { DOMAIN, PRICE_MILLI, RICH, type Mail } from '../mails.js';
import type { Scenario } from '../scenario.js';
import type { World } from '../world.js';

const SLOW = 1000;
const SLOW_FOR_MS = isQuick ? 5_000 : 15_000;

function limits(values: Readonly<Record<string, number>>): Record<string, string> {
  const keys = Object.entries(values).map(([key, value]) => [`PETITBLEU__mail__smtp__limits__${key}`, String(value)]);
  return { ...MEASURED, ...(Object.fromEntries(keys) as Record<string, string>) };
}

function envelope(to: string, from = 'a@stranger.example'): string[] {
  return ['EHLO x\r\n', `MAIL FROM:<${from}>\r\n`, `RCPT TO:<${to}>\r\n`, 'DATA\r\n'];
}

/** So many at once of a long list of work. */
async function inLanes<T>(lanes: number, items: readonly T[], work: (item: T, index: number) => Promise<unknown>) {
  const waiting = items.map((item, index) => ({ item, index }));
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await work(next.item, next.index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

// ---------------------------------------------------------------- places

async function holdPlaces(world: World, attack: string): Promise<void> {
  const { port } = world.daemon;
  const opening = `EHLO x\r\nMAIL FROM:<a@stranger.example>\r\nRCPT TO:<sms.NOTTHECODE@${DOMAIN}>\r\nDATA\r\nSubject: `;
  await besideGoodMails(world, attack, async () => {
    const slow = Array.from({ length: SLOW }, (_, at) =>
      drip({ port, localAddress: addressOf(at) }, at % 2 === 0 ? 'EHLO ' : opening),
    );
    await pause(SLOW_FOR_MS);
    slow.forEach((one) => one.end());
  });
}

// ---------------------------------------------------------------- bombs

/** Some with the code of an account, so that all that is done to a mail is done to them; it has no credit. */
async function throwBombs(world: World): Promise<void> {
  const { port } = world.daemon;
  const [email, code] = await newAccount(world);
  await besideGoodMails(world, 'bombs', () =>
    inLanes(4, isQuick ? BOMBS : [...BOMBS, ...BOMBS], async (bomb, at) => {
      const known = at < BOMBS.length;
      const from = known ? email : 'a@stranger.example';
      const lines = envelope(`sms.${known ? code : 'NOTTHECODE'}@${DOMAIN}`, from);
      const place = { port, localAddress: addressOf(at, 1) };
      const answer = await converse(place, [
        ...lines,
        Buffer.concat([bombMail(bomb, from, '0612345678'), Buffer.from('\r\n.\r\n')]),
      ]);
      if (!/^[45]\d\d[ -]/.test(answer)) throw new Error(`${bomb.name} was answered: ${answer.slice(0, 100)}`);
    }),
  );
}

async function talkBombs(world: World): Promise<void> {
  const { port } = world.daemon;
  const inner = [
    ...[`MAIL FROM:<${RICH}>`, `RCPT TO:<sms.${world.codes[RICH] ?? ''}@${DOMAIN}>`, 'DATA'],
    ...[`From: ${RICH}`, 'Subject: 0612345678', '', 'smuggled'],
  ].join('\r\n');
  await besideGoodMails(world, 'conversations', () =>
    inLanes(4, [...conversations(inner)], async ([, bytes], at) => {
      const place = { port, localAddress: addressOf(at, 1) };
      await say(place, bytes, {});
      await say(place, bytes, { greeted: true });
    }),
  );
}

// ---------------------------------------------------------------- fuzz

const FUZZ_ROUNDS = isQuick ? 100 : 300;

async function fuzz(world: World): Promise<void> {
  const { port } = world.daemon;
  const doors = {
    smtp: { port },
    lmtp: { path: path.join(world.data, 'sendmail', 'lmtp.sock') },
    control: { path: path.join(world.data, 'control.sock') },
    http: { port: callbackPort(world) },
  };
  const rounds = Array.from({ length: FUZZ_ROUNDS }, () =>
    Object.entries(doors).map(([door, place]) => ({
      place,
      bytes: mutated(FUZZED[door as keyof typeof doors], world.random),
      greeted: door === 'smtp' || door === 'lmtp',
    })),
  ).flat();
  await besideGoodMails(world, 'fuzz', () =>
    inLanes(20, rounds, ({ place, bytes, greeted }) => say(place, bytes, { greeted, ends: true })),
  );
}

function callbackPort({ logFile }: World): number {
  const ports = [...readFileSync(logFile, 'utf8').matchAll(/"port":"?(\d+)"?[^\n]*"event":"callbacks.listening"/g)];
  return Number(ports.at(-1)?.[1]);
}

// ---------------------------------------------------------------- forged mails

const FORGED = isQuick ? 300 : 1000;
const VICTIMS = [RICH, 'carol@client.example', 'dave@elsewhere.example'];

async function forge(world: World): Promise<void> {
  const { port } = world.daemon;
  // The clients of the account are known from then on: what others do to its address is not held against them.
  await world.stream.offer(port, 1, 'one');
  const before = world.smarthost.mails.length;
  const goodBefore = world.stream.acknowledged.length;
  // Known to nobody, and not the one of the run before.
  const localAddress = addressOf(world.random.int(0, 1000), 1);
  const answers = new Map<string, number>();
  await besideGoodMails(world, 'forged', () =>
    inLanes(20, Array.from({ length: FORGED }), async (_, at) => {
      const from = at % 4 === 3 ? `u${at}@x${at}.example` : (VICTIMS[at % 4] ?? '');
      const lines = envelope(`sms.GUESS${at}@${DOMAIN}`, from);
      const mail = `From: ${from}\r\nSubject: 0612345678\r\nMessage-ID: <${at}@forged.example>\r\n\r\nBonjour\r\n.\r\n`;
      const answer = (await converse({ port, localAddress }, [...lines, mail])).slice(0, 9);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }),
  );
  const refused = (answers.get('550 5.7.1') ?? 0) + (answers.get('451 4.7.1') ?? 0);
  if (refused !== FORGED) throw new Error(`forged mails were answered: ${JSON.stringify([...answers])}`);
  await world.settle();
  const sent = world.smarthost.mails.slice(before).filter(({ raw }) => raw.includes('@forged.example'));
  if (sent.length > 0) throw new Error(`${sent.length} forged mails were answered by mail`);
  if (world.stream.acknowledged.length === goodBefore) throw new Error('no good mail passed beside them');
}

// ---------------------------------------------------------------- credit

const ORDERS = 200;
const CREDITS = 10;

async function race(world: World): Promise<void> {
  const { port } = world.daemon;
  const [email, code] = await newAccount(world);
  // Issued once already: the books of a world know of no other credit.
  await world.command('credit.transfer', { from: RICH, to: email, amountMilli: CREDITS * PRICE_MILLI });
  const orders = Array.from({ length: ORDERS }, (_, at) => orderOf(email, code, at));
  const answers = await Promise.all(
    orders.map(({ from, rcptTo, raw }, at) =>
      converse({ port, localAddress: addressOf(at) }, [...envelope(rcptTo, from), `${raw}.\r\n`]),
    ),
  );
  const accepted = orders.filter((_, at) => answers[at]?.startsWith('250') === true);
  const poor = answers.filter((answer) => answer.startsWith('552 5.2.2')).length;
  if (accepted.length !== CREDITS || poor !== ORDERS - CREDITS) {
    throw new Error(
      `${accepted.length} of ${ORDERS} orders were accepted against credit for ${CREDITS}, ${poor} had none`,
    );
  }
  // The checker compares them with what the carrier got.
  world.stream.sent.push(...accepted.map((mail) => ({ mail, told: [250] })));
}

function orderOf(from: string, code: string, at: number): Mail {
  const tag = `Q${code}x${String(at).padStart(6, '0')}Q`;
  const messageId = `<${tag}@client.example>`;
  const number = `06848401${String(at % 90).padStart(2, '0')}`;
  const raw = `From: ${from}\r\nSubject: ${number}\r\nMessage-ID: ${messageId}\r\n\r\n${tag} Bonjour\r\n`;
  const numbers = [number.replace('0', '+33')];
  return { kind: 'one', tag, messageId, from, rcptTo: `sms.${code}@${DOMAIN}`, raw, numbers, parts: 1, dueMs: 0 };
}

// ---------------------------------------------------------------- robots

const ROUNDS = isQuick ? 50 : 100;
const PER_HOUR = 20;

/** Answers each outcome mail, and goes on when there are none any more. */
async function answerForEver(world: World): Promise<void> {
  const { port } = world.daemon;
  const [email, code] = await newAccount(world, {});
  const mails = () => world.smarthost.mails.filter(({ to }) => to === email).length;
  await besideGoodMails(world, 'robots', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const mail = `From: ${email}\r\nSubject: Re: ....\r\nMessage-ID: <${round}.${email}>\r\n\r\nRound ${round}\r\n.\r\n`;
      await converse({ port }, [...envelope(`sms.${code}@${DOMAIN}`, email), mail]);
    }
  });
  await world.settle();
  if (mails() === 0 || mails() > PER_HOUR) {
    throw new Error(`${ROUNDS} rounds made ${mails()} outcome mails, at most ${PER_HOUR} an hour may be`);
  }
}

let accounts = 0;

/** Without credit. One that is answered in the session and never by mail, unless other settings are wished. */
async function newAccount(
  world: World,
  settings: Readonly<Record<string, string>> = { 'notify.refused': 'off' },
): Promise<[email: string, code: string]> {
  accounts += 1;
  const email = `attack${accounts}@client.example`;
  const code = `attackcode${accounts}`;
  await world.command('account.create', { email, code, creditsMilli: 0, mail: false, settings });
  return [email, code];
}

const WEB = {
  PETITBLEU__http__listen: '127.0.0.1:0',
  PETITBLEU__carriers__web__type: 'http',
  PETITBLEU__carriers__web__url: 'http://127.0.0.1:9/',
  PETITBLEU__carriers__web__callbacks__token: 'chaos-callback-token',
};

export const ATTACKS: readonly Scenario[] = [
  {
    ...{
      name: 'calm',
      what: 'no attack: what a good mail and the machine take by themselves',
      runs: { full: 1, quick: 1 },
    },
    world: { env: limits({}) },
    disturb: (world) => besideGoodMails(world, 'calm', () => pause(SLOW_FOR_MS)).then(() => undefined),
  },
  {
    ...{ name: 'slow-clients', what: '1,000 clients that drip, all let in', runs: { full: 3, quick: 1 } },
    world: { env: limits({ connections: 2000, perIp: 20, idleSeconds: 60 }) },
    disturb: (world) => holdPlaces(world, 'slow-clients'),
  },
  {
    ...{ name: 'slow-clients-full', what: '1,000 clients that drip, for 200 places', runs: { full: 3, quick: 1 } },
    world: { env: limits({ connections: 200, perIp: 20, idleSeconds: 60 }) },
    disturb: (world) => holdPlaces(world, 'slow-clients-full'),
  },
  {
    ...{ name: 'bombs', what: 'mails made to stop it', runs: { full: 3, quick: 1 } },
    world: { env: { ...limits({}), PETITBLEU__mail__smtp__size: '60MB' } },
    disturb: throwBombs,
  },
  {
    ...{ name: 'conversations', what: 'sessions made to stop it, mails inside of mails', runs: { full: 3, quick: 1 } },
    world: { env: limits({}) },
    disturb: talkBombs,
  },
  {
    ...{ name: 'fuzz', what: 'bytes that are nothing, to every door', runs: { full: 20, quick: 1 } },
    world: { env: { ...limits({}), ...WEB } },
    disturb: fuzz,
  },
  {
    ...{ name: 'forged', what: '1,000 mails with the senders of others', runs: { full: 10, quick: 1 } },
    world: { env: limits({}) },
    disturb: forge,
  },
  {
    ...{ name: 'credit-race', what: '200 orders at once, credit for 10', runs: { full: 20, quick: 2 } },
    world: { env: limits({}) },
    disturb: race,
  },
  {
    ...{ name: 'robots', what: 'rounds with a robot that answers all, 100 each', runs: { full: 10, quick: 1 } },
    world: { env: { ...limits({}), PETITBLEU__mail__noticesPerHour: String(PER_HOUR) } },
    disturb: answerForEver,
  },
];
