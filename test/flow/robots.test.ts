// Programs that answer what they get. Each round a robot answers the mail that it got from us; who gets none falls silent.

import { expect, test } from 'vitest';

import { Gateway } from './gateway.js';

const ROUNDS = 1000;
const A_MINUTE_MS = 60_000;
const PER_HOUR = 5;

interface Robot {
  readonly headers?: Readonly<Record<string, string>>;
  readonly subject: (round: number) => string;
}

/** Rounds until it gets no mail any more; each takes a minute. */
async function talk(gateway: Gateway, code: string, robot: Robot): Promise<{ rounds: number; lastReply: number }> {
  let seen = 0;
  let lastReply = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { headers = {}, subject } = robot;
    const mail = { to: `sms.${code}@gw.example`, subject: subject(round), text: `Round ${round}`, headers };
    lastReply = (await gateway.mail(mail)).code;
    await gateway.pass(A_MINUTE_MS);
    await nothingWaits(gateway);
    const { length } = gateway.outbox();
    if (length === seen) return { rounds: round, lastReply };
    seen = length;
  }
  return { rounds: ROUNDS, lastReply };
}

/** Every outcome mail that was queued has left. */
async function nothingWaits(gateway: Gateway): Promise<void> {
  let waiting = 1;
  while (waiting > 0) {
    waiting = (await gateway.ask<{ noticesWaiting: number }>('queue.list', {})).noticesWaiting;
    await gateway.pass(0);
  }
}

async function facing(robot: Robot) {
  const gateway = await Gateway.start('', { env: { PETITBLEU__mail__noticesPerHour: String(PER_HOUR) } });
  const code = await gateway.account('alice@example.fr', 10_000);
  return { gateway, ...(await talk(gateway, code, robot)) };
}

test('a robot that says what it is gets nothing at all', async () => {
  const { gateway, rounds, lastReply } = await facing({
    headers: { 'Auto-Submitted': 'auto-replied' },
    subject: () => 'Re: 0612345678',
  });
  expect([rounds, lastReply]).toEqual([1, 550]);
  expect(gateway.outbox()).toEqual([]);
});

test('a robot that hides and answers each refusal with another mistake stops after an hour’s share of mails', async () => {
  const { gateway, rounds, lastReply } = await facing({ subject: () => 'Re: ••••' });
  expect(rounds).toBe(PER_HOUR + 1);
  expect(lastReply).toBeGreaterThanOrEqual(550);
  expect(gateway.outbox()).toHaveLength(PER_HOUR);
}, 60_000);

test('a robot that hides and makes an SMS of each confirmation stops as well', async () => {
  const { gateway, rounds } = await facing({ subject: () => '0612345678' });
  expect(rounds).toBe(PER_HOUR + 1);
  expect(gateway.outbox()).toHaveLength(PER_HOUR);
}, 60_000);

test('our own mails say that they are automatic, and come from nobody', async () => {
  const gateway = await Gateway.start();
  const code = await gateway.account('alice@example.fr', 10);
  await gateway.mail({ to: `sms.${code}@gw.example`, subject: '0612345678', text: 'Bonjour' });
  await gateway.waitFor(() => gateway.outbox().length === 1);
  const [mail = ''] = gateway.outbox();
  expect(mail).toMatch(/^Auto-Submitted: auto-replied\r?$/im);
  // The gateway itself would not make an SMS of it.
  const to = `sms.${code}@gw.example`;
  const raw = mail.replace(/^To: .*$/m, `To: ${to}`);
  const echoed = await gateway.mail({ to, raw, envelope: { from: 'alice@example.fr', to } });
  expect(echoed).toMatchObject({ code: 550, text: /Auto-Submitted/ });
});
