// A deferred order is taken back by mail: the same mail with an `s` behind the date.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { showExplanation } from '../../src/cli/explanation.js';
import type { ExplainView } from '../../src/cli/operations/explain-view.js';

import { textOf } from '../support/text-of.js';
import { Gateway } from './gateway.js';

const [ALICE, BOB] = ['+33684843556', '+33660919010'];
const DAY_MS = 24 * 3_600_000;

interface View {
  readonly to: string;
  readonly state: string;
  readonly reason: string | null;
}

interface Balance {
  readonly balanceMilli: number;
  readonly reservedMilli: number;
}

async function started(settings: Readonly<Record<string, string>> = {}) {
  const gateway = await Gateway.start();
  const code = await gateway.account('alice@example.fr', 10, settings);
  const states = async () => {
    const found = await gateway.ask<{ messages: View[] }>('messages', {});
    return found.messages.map(({ to, state, reason }) => `${to} ${state}${reason === null ? '' : ` ${reason}`}`).sort();
  };
  return { gateway, code, states };
}

/** Since the last look. */
async function newMails(gateway: Gateway, seen: number, count = 1): Promise<string[]> {
  await gateway.waitFor(() => gateway.outbox().length >= seen + count);
  return gateway
    .outbox()
    .slice(seen)
    .map((mail) => textOf(mail).replaceAll('\r\n', '\n'));
}

describe('syntaxes', () => {
  test.each([
    ['1', 'sms@gw.example', 'CODE:0684843556-0660919010:153024112026', [ALICE, BOB]],
    ['2', 'sms.CODE@gw.example', '06 84 84 35 56 : 153024112026', [ALICE]],
    ['3', 'CODE.0684843556@gw.example', '153024112026', [ALICE]],
  ] as const)('syntax %s: recorded, the mail says how, taken back', async (_name, address, subject, numbers) => {
    const { gateway, code, states } = await started({ lang: 'en' });
    const fill = (text: string): string => text.replace('CODE', code);
    const first = { to: fill(address), subject: fill(subject), text: 'Bonjour' };
    expect(await gateway.mail(first)).toMatchObject({ code: 250 });
    const [recorded = ''] = await newMails(gateway, 0);
    const shown = subject.replace('CODE', '••••').replace(' : ', ':');
    expect(recorded).toContain(`\n    ${shown}s\n`);
    expect(recorded.toLowerCase()).not.toContain(code.toLowerCase());
    const reply = await gateway.mail({ ...first, subject: `${first.subject}s` });
    expect(reply).toEqual({ code: 250, text: `2.0.0 Cancelled: ${numbers.length} SMS` });
    expect(await states()).toEqual(numbers.map((number) => `${number} cancelled by-mail`).toSorted());
    // One mail, and not another one that the order is finished.
    const [cancelled = ''] = await newMails(gateway, 1);
    expect(cancelled).toMatch(/^\s*Your (2 )?SMS for Tuesday 24 November 2026, 15:30 \(UTC\+01:00\)/);
    await gateway.pass(2 * DAY_MS);
    expect(gateway.outbox()).toHaveLength(2);
    expect(gateway.phone()).toEqual([]);
    expect(await gateway.ask<Balance>('account.show', { email: 'alice@example.fr' })).toMatchObject({
      balanceMilli: 10_000,
      reservedMilli: 0,
    });
    expect(await gateway.faults()).toEqual([]);
  });

  test('the text may be sent once more afterwards: nothing of it counts as a duplicate', async () => {
    const { gateway, code, states } = await started();
    const mail = { to: `${code}.0684843556@gw.example`, text: 'Bonjour' };
    await gateway.mail({ ...mail, subject: '153024112026' });
    await gateway.mail({ ...mail, subject: '153024112026s' });
    expect((await gateway.mail({ ...mail, subject: '153024112026' })).text).toMatch(/: 1 SMS$/);
    expect(await states()).toEqual([`${ALICE} cancelled by-mail`, `${ALICE} scheduled`]);
  });
});

describe('part of it', () => {
  test('one of two numbers: the other leaves, and both mails say so', async () => {
    const { gateway, code, states } = await started({ lang: 'en' });
    await gateway.mail({
      to: `sms.${code}@gw.example`,
      subject: '0684843556-0660919010:153024112026',
      text: 'Bonjour',
    });
    await newMails(gateway, 0);
    await gateway.mail({ to: `sms.${code}@gw.example`, subject: '0684843556-0612345678:153024112026s' });
    expect(await states()).toEqual([`${BOB} scheduled`, `${ALICE} cancelled by-mail`]);
    const [cancelled = ''] = await newMails(gateway, 1);
    expect(cancelled).toContain('1 more SMS, to another number, still waits for the same hour.');
    expect(cancelled).toContain('no SMS to +33612345678 waits to leave at');
    await gateway.pass(2 * DAY_MS);
    await gateway.waitFor(() => gateway.phone().length === 1);
    const [finished = ''] = await newMails(gateway, 2);
    expect(finished).toContain('cancelled: by your mail');
  });

  test('of a share everybody takes back their own only', async () => {
    const { gateway } = await started();
    mkdirSync(path.join(gateway.folder, 'domains.d'));
    const file = path.join(gateway.folder, 'domains.d', 'school.yaml');
    writeFileSync(file, 'domain: school.example\naccount: alice@example.fr\nsettings: {notify.refused: off}\n');
    expect(await gateway.daemon.reload()).toMatchObject({ ok: true });
    const { code } = await gateway.ask<{ code: string }>('domain.set-code', { domain: 'school.example' });
    const own = await gateway.ask<{ code: string }>('account.new-code', { email: 'alice@example.fr', mail: false });
    const to = `${code}.0684843556@gw.example`;
    const [one, two] = ['one@school.example', 'two@school.example'];
    await gateway.mail({ from: one, to, subject: '153024112026', text: 'Bonjour' });
    expect((await gateway.mail({ from: two, to, subject: '153024112026s' })).code).toBe(554);
    // Nor does the account that pays, by its own code; the operator can.
    await gateway.ask('account.set', { email: 'alice@example.fr', settings: { 'notify.refused': 'off' } });
    const byOwner = { from: 'alice@example.fr', to: `${own.code}.0684843556@gw.example`, subject: '153024112026s' };
    expect((await gateway.mail(byOwner)).code).toBe(554);
    expect((await gateway.mail({ from: one, to, subject: '153024112026s' })).text).toBe('2.0.0 Cancelled: 1 SMS');
  });

  test('a landline that waits for its morning: by the date that was written, or by the hour at which it leaves', async () => {
    const { gateway, code, states } = await started({ landline: 'on' });
    const to = `sms.${code}@gw.example`;
    await gateway.mail({ to, subject: '0142345678:213024112026', text: 'Bonjour' });
    await gateway.mail({ to, subject: '0142345679:213024112026', text: 'Bonjour' });
    expect((await gateway.mail({ to, subject: '0142345678:213024112026s' })).text).toBe('2.0.0 Cancelled: 1 SMS');
    expect((await gateway.mail({ to, subject: '0142345679:080025112026s' })).text).toBe('2.0.0 Cancelled: 1 SMS');
    expect(await states()).toEqual(['+33142345678 cancelled by-mail', '+33142345679 cancelled by-mail']);
  });

  test('explain shows it and takes nothing back', async () => {
    const { gateway, code, states } = await started();
    const to = `${code}.0684843556@gw.example`;
    await gateway.mail({ to, subject: '153024112026', text: 'Bonjour' });
    const raw = Buffer.from('From: alice@example.fr\r\nSubject: 153024112026s\r\n\r\n').toString('base64');
    const view = await gateway.ask<ExplainView>('explain', { raw, rcpt: [to] });
    expect(view).toMatchObject({
      decisions: [],
      cancellations: [{ cancelled: [ALICE], dueAt: '2026-11-24T14:30:00.000Z', refused: [] }],
      reply: '250 2.0.0 recorded',
    });
    expect(showExplanation(view)).toContain(`CANCELS 1 message for 2026-11-24 15:30:00: ${ALICE}`);
    expect(await states()).toEqual([`${ALICE} scheduled`]);
  });

  test('another date, another account: nothing', async () => {
    const { gateway, code, states } = await started({ 'notify.refused': 'off' });
    const other = await gateway.account('bob@example.fr', 10, { 'notify.refused': 'off' });
    await gateway.mail({ to: `${code}.0684843556@gw.example`, subject: '153024112026', text: 'Bonjour' });
    const nothing = { code: 554, text: expect.stringMatching(/^5\.6\.0 There is nothing to cancel/) as string };
    expect(await gateway.mail({ to: `${code}.0684843556@gw.example`, subject: '153124112026s' })).toEqual(nothing);
    const from = 'bob@example.fr';
    expect(await gateway.mail({ from, to: `${other}.0684843556@gw.example`, subject: '153024112026s' })).toEqual(
      nothing,
    );
    expect(await states()).toEqual([`${ALICE} scheduled`]);
  });
});

describe('too late, or twice', () => {
  test('what has left cannot be taken back', async () => {
    const { gateway, code } = await started({ 'notify.refused': 'off' });
    await gateway.mail({ to: `${code}.0684843556@gw.example`, subject: '153024112026', text: 'Bonjour' });
    await gateway.pass(2 * DAY_MS);
    await gateway.waitFor(() => gateway.phone().length === 1);
    const reply = await gateway.mail({ to: `${code}.0684843556@gw.example`, subject: '153024112026s' });
    expect(reply).toEqual({ code: 554, text: `5.6.0 The SMS to ${ALICE} has left already and cannot be cancelled` });
  });

  test('the refusal is mailed where that is wanted, and says that nothing was cancelled', async () => {
    const { gateway, code } = await started({ lang: 'en' });
    const reply = await gateway.mail({ to: `${code}.0684843556@gw.example`, subject: '153024112026s' });
    expect(reply).toEqual({ code: 250, text: '2.0.0 1 refused, a mail says why' });
    const [mail = ''] = await newMails(gateway, 0);
    expect(mail).toMatch(/^\s*Nothing is cancelled, and your mail has sent nothing\./);
  });

  test('the same mail delivered twice is taken once', async () => {
    const { gateway, code } = await started();
    await gateway.mail({ to: `${code}.0684843556@gw.example`, subject: '153024112026', text: 'Bonjour' });
    const again = { to: `${code}.0684843556@gw.example`, subject: '153024112026s', messageId: '<1@client.example>' };
    expect((await gateway.mail(again)).text).toBe('2.0.0 Cancelled: 1 SMS');
    expect((await gateway.mail(again)).text).toMatch(/^2\.0\.0 Recorded before as/);
  });

  test('a wrong code learns nothing', async () => {
    const { gateway, code } = await started();
    await gateway.mail({ to: `${code}.0684843556@gw.example`, subject: '153024112026', text: 'Bonjour' });
    const reply = await gateway.mail({ to: 'WR0NG1.0684843556@gw.example', subject: '153024112026s' });
    expect(reply).toEqual({ code: 550, text: '5.7.1 Sender or code not accepted' });
  });
});

describe('answers to outcome mails', () => {
  test('the address that they come from reads nothing, and says what to do', async () => {
    const { gateway, code } = await started();
    const reply = await gateway.mail({ to: 'PetitBleu@gw.example', subject: `Re: ${code}:0684843556`, text: 'oui' });
    expect(reply.code).toBe(550);
    expect(reply.text).toMatch(/^5\.2\.1 Nobody reads PetitBleu@gw\.example/i);
    expect(reply.text).toContain('sms@gw.example with the subject CODE:NUMBER');
  });

  test('an answer that is sent to sms@ makes no SMS', async () => {
    const { gateway, code } = await started({ 'notify.refused': 'off' });
    const masked = await gateway.mail({ to: 'sms@gw.example', subject: 'Re: ••••:0684843556', text: 'oui' });
    expect(masked).toMatchObject({
      code: 554,
      text: expect.stringMatching(/^5\.6\.0 The subject has \S+ where/) as string,
    });
    const answer = await gateway.mail({ to: 'sms@gw.example', subject: `Re: ${code}:0684843556`, text: 'oui' });
    expect(answer).toMatchObject({
      code: 554,
      text: expect.stringMatching(/^5\.6\.0 The subject .* an answer/) as string,
    });
    expect(await gateway.ask('messages', {})).toMatchObject({ messages: [] });
  });
});
