// `explain`: the decision about a mail, by the functions of the daemon; what people see holds no code.

import { beforeEach, describe, expect, it } from 'vitest';

import { showExplanation } from '../../src/cli/explanation.js';
import type { ExplainView } from '../../src/cli/operations/explain-view.js';
import { headerAddresses } from '../../src/cli/operations/mail-addresses.js';
import { ALICE, worldOfEach, type World } from './world.js';

const CODE = 'FGB45L';

let world: World;

worldOfEach((opened) => (world = opened));
beforeEach(async () => {
  const settings = { long: 'on', lang: 'en' };
  await world.get('account.create', { email: ALICE, code: CODE, creditsMilli: 10_000, settings, mail: false });
});

interface Mail {
  readonly to?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly from?: string;
  readonly more?: string;
}

function mail({
  to = 'sms@localhost',
  subject = `${CODE}:0612345678`,
  body = 'Bonjour',
  from = ALICE,
  more = '',
}: Mail): string {
  const lines = [
    `From: Alice <${from}>`,
    `To: ${to}`,
    `Subject: ${subject}`,
    'Message-ID: <1@example.fr>',
    'Content-Type: text/plain; charset=utf-8',
  ];
  return `${lines.join('\r\n')}\r\n${more}\r\n${body}\r\n`;
}

async function explain(raw: string, params: { rcpt?: string[]; from?: string } = {}): Promise<ExplainView> {
  const view = await world.get('explain', { raw: Buffer.from(raw).toString('base64'), ...params });
  const seen = JSON.stringify(view) + showExplanation(view);
  expect(seen.toLowerCase()).not.toContain(CODE.toLowerCase());
  // Nothing may steer the terminal, whatever the mail holds.
  expect(showExplanation(view)).not.toMatch(/(?!\n)[\p{Cc}\u202E]/u);
  return view;
}

describe('an accepted mail', () => {
  it.each([
    [1, { to: 'sms@localhost', subject: `${CODE}:06 12 34 56 78` }],
    [2, { to: `sms.${CODE.toLowerCase()}@localhost`, subject: '0612345678' }],
    [3, { to: `${CODE}.0612345678@LOCALHOST`, subject: '' }],
    [4, { to: `0612345678.${CODE}@localhost`, subject: 'Bonjour', body: 'not taken' }],
  ])('of syntax %i', async (syntax, parts) => {
    const view = await explain(mail(parts));
    expect(view.decisions).toMatchObject([
      { syntax, decision: { accepted: true, order: null, text: 'Bonjour', messages: [{ to: '+33612345678' }] } },
    ]);
    expect(view.reply).toBe('250 2.0.0 recorded');
    expect((await world.get('messages', {})).messages).toEqual([]);
    expect((await world.get('account.show', { email: ALICE })).balanceMilli).toBe(10_000);
  });

  it('shows each step to a person', async () => {
    const body = 'L’école est fermée\r\n\r\n-- \r\nAlice, la directrice';
    const shown = showExplanation(
      await explain(mail({ body, to: 'Gate <sms@localhost>, bob@elsewhere.fr', subject: `${CODE}:0612345678-12` })),
    );
    expect(shown).toMatchInlineSnapshot(`
      "Mail        231 bytes, plain text, 5 lines
                  From: Alice <alice@example.fr>
                  Subject: ••••:0612345678-12
      Envelope    from alice@example.fr (taken from the From field)
      To          sms@localhost
                    syntax 1: sms@…, subject CODE:NUMBERS[:DATE], text in the body
                  not served here, left alone: bob@elsewhere.fr
      Sender      alice@example.fr
                  → account alice@example.fr, balance 10 credits
      Reading     syntax 1: to "0612345678-12", no date, text from the body
      Code        right, so syntax 1 counts
      Cut         cut before the signature, at line 3: "--"
      Text        L'école est fermée
      Characters  GSM alphabet, 18 characters, 1 part
      Replaced    "’" → "'"
      When        at once
      Decision    ACCEPTED: 1 message for 1 credit, of 10 credits

      TO            ZONE     PRICE  WHEN
      +33612345678  FR    1 credit  2026-01-15 10:00:00
      (times: Europe/Paris)

      NOT SENT TO  REASON
      12           "12" is neither a number nor a group of the account

      Reply       250 2.0.0 recorded
      "
    `);
  });

  it('makes one order for each form of its recipients', async () => {
    const view = await explain(mail({ to: `${CODE}.0612345678@localhost, 0687654321.${CODE}@localhost`, subject: '' }));
    expect(view.recipients.map(({ syntaxes }) => syntaxes)).toEqual([[3], [4]]);
    expect(view.decisions.map(({ decision }) => decision.accepted)).toEqual([true, false]);
    expect(showExplanation(view)).toMatch(/^Order 1 .*\n(?:.*\n)*Order 2 /m);
  });

  it('is explained again after it was recorded', async () => {
    await world.get('send', { from: ALICE, to: ['0612345678'], text: 'Bonjour' });
    const view = await explain(mail({}));
    expect(view.decisions).toMatchObject([{ decision: { accepted: false, code: 'duplicate' }, mailed: true }]);
    expect(view.reply).toBe('250 2.0.0 refused, a mail says why');
  });

  it('takes the envelope that it is given before the header', async () => {
    const view = await explain(mail({ from: 'other@example.fr', to: 'sms@elsewhere.fr' }), {
      rcpt: ['sms@sms.localhost'],
      from: ALICE,
    });
    expect(view.sender).toMatchObject({ addresses: ['other@example.fr', ALICE], account: ALICE, balanceMilli: 10_000 });
    expect(view.decisions).toMatchObject([{ requester: ALICE, decision: { accepted: true } }]);
    expect(view.envelope).toMatchObject({ mailFromIs: 'given', recipientsAre: 'given', elsewhere: [] });
  });
});

describe('a refused mail', () => {
  it('tells the operator which of code, address and account it was', async () => {
    const wrongCode = await explain(mail({ subject: 'WRONG1:0612345678' }));
    expect(JSON.stringify(wrongCode)).not.toContain('WRONG1');
    const unknown = await explain(mail({ from: 'eve@example.fr' }));
    await world.get('account.close', { email: ALICE });
    const closed = await explain(mail({}));
    expect([wrongCode, unknown, closed].map(({ decisions }) => decisions[0]?.cause)).toEqual([
      'the code in the mail is not right',
      'no account knows any of the addresses',
      'the account alice@example.fr is closed',
    ]);
    for (const view of [wrongCode, unknown, closed]) {
      expect(view.reply).toBe('550 5.7.1 Sender or code not accepted');
      expect(view.decisions[0]?.decision).toMatchObject({ accepted: false, code: 'not-accepted', smtp: '550 5.7.1' });
    }
  });

  it.each([
    ['an automatic reply', { more: 'Auto-Submitted: auto-replied\r\n' }, 'automatic-mail'],
    ['a bounce', { more: 'Return-Path: <>\r\n' }, 'automatic-mail'],
    ['two From fields', { more: 'From: eve@example.fr\r\n' }, 'from-malformed'],
    ['no known form of address', { to: 'info@localhost' }, 'recipient-malformed'],
    ['no recipient of ours', { to: 'info@elsewhere.fr' }, 'recipient-malformed'],
    ['a date that is none', { subject: `${CODE}:0612345678:999912312026` }, 'date-invalid'],
    ['no colon', { subject: `${CODE} 0612345678` }, 'subject-malformed'],
    ['no text', { body: '' }, 'text-empty'],
    ['only a signature', { body: '-- \r\nAlice' }, 'text-empty'],
    ['a text without end', { body: 'x'.repeat(2000) }, 'text-too-long'],
  ])('%s', async (_what, parts, code) => {
    const view = await explain(mail(parts));
    expect(view.decisions).toMatchObject([{ decision: { accepted: false, code } }]);
    expect(showExplanation(view)).toContain('REFUSED');
  });

  it('a domain that is not ours, where it is given', async () => {
    const view = await explain(mail({}), { rcpt: ['sms@elsewhere.fr'] });
    expect(view.decisions).toMatchObject([{ decision: { code: 'relay-denied' } }]);
  });

  it.each([
    '',
    '\r\n',
    'no header at all',
    '\u0000\u001b[2J'.repeat(50),
    `Subject: \u202E\u001b]0;x\u0007\r\nFrom: \u001b[31m\r\n\r\n`,
  ])('%j', async (raw) => {
    const view = await explain(raw, { rcpt: ['sms@localhost'] });
    expect(view.decisions).toMatchObject([{ decision: { accepted: false } }]);
  });
});

describe('the addresses of a header', () => {
  const read = (header: string) =>
    headerAddresses(new TextEncoder().encode(`${header}\r\n\r\nTo: body@example.fr\r\n`));

  it.each([
    ['To: a@b.fr', ['a@b.fr']],
    ['to:a@b.fr,\r\n\t"Bob, B. <x>" <c@d.fr>\r\nCC : e@f.fr', ['a@b.fr', 'c@d.fr', 'e@f.fr']],
    ['To: "a@b.fr" <c@d.fr>', ['c@d.fr']],
    ['To: "CODE.Mes parents"@b.fr', ['"CODE.Mes parents"@b.fr']],
    ['To: +33612345678@b.fr, undisclosed-recipients:;', ['+33612345678@b.fr']],
    ['Reply-To: x@y.fr\nTo: a@b.fr\nTo: a@b.fr', ['a@b.fr']],
    ['Subject: To: x@y.fr', []],
  ])('%s', (header, to) => {
    expect(read(header).to).toEqual(to);
  });

  it('the return path', () => {
    expect(read('To: a@b.fr').returnPath).toBeNull();
    expect(read('Return-Path: <>').returnPath).toBe('');
    expect(read('Return-Path: <a@b.fr>\r\nReturn-Path: <c@d.fr>').returnPath).toBe('a@b.fr');
  });
});
