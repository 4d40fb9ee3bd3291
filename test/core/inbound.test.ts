import { describe, expect, test } from 'vitest';

import { requestsOf, type InboundRequests } from '../../src/core/inbound.js';
import type { Result } from '../../src/core/result.js';
import type { Rejection } from '../../src/core/rejection.js';
import type { Envelope, ParsedMail, SmsRequest } from '../../src/core/types.js';

const OPTIONS = { domains: ['gw.example'], subjectTags: ['[Client]'], maxReceived: 30, from: 'petitbleu@gw.example' };
const ENVELOPE: Envelope = {
  mailFrom: 'alice@example.fr',
  rcptTo: ['sms@gw.example'],
  remoteAddress: '192.0.2.1',
  authenticatedAs: null,
  channel: 'smtp' as const,
};
const MAIL: ParsedMail = {
  rawFrom: ['Alice <alice@example.fr>'],
  subject: 'FGB45L:0684843556',
  messageId: '<1@example.fr>',
  references: ['<0@example.fr>'],
  autoSubmitted: null,
  precedence: null,
  list: false,
  receivedCount: 1,
  body: { kind: 'text', text: 'Bonjour', fromHtml: false },
};

interface Change {
  readonly mailFrom?: string;
  readonly rcptTo?: readonly string[];
  readonly mail?: Partial<ParsedMail>;
}

function requests({ mailFrom, rcptTo, mail }: Change): Result<InboundRequests, Rejection> {
  const envelope = { ...ENVELOPE, mailFrom: mailFrom ?? ENVELOPE.mailFrom, rcptTo: rcptTo ?? ENVELOPE.rcptTo };
  return requestsOf(envelope, { ...MAIL, ...mail }, OPTIONS);
}

function accepted(change: Change): InboundRequests {
  const read = requests(change);
  if (!read.ok) throw new Error(`refused: ${read.error.reason}`);
  return read.value;
}

const refusal = (change: Change): Rejection | null => {
  const read = requests(change);
  return read.ok ? null : read.error;
};

/** `3 FGB45L 0684843556`, candidates joined by `|`. */
const shown = ({ candidates }: SmsRequest): string =>
  candidates
    .map(
      ({ syntax, code, form }) =>
        `${syntax ?? '-'} ${code ?? '-'} ${form.ok ? form.value.destinations : form.error.reason}`,
    )
    .join(' | ');

const asked = (rcptTo: readonly string[], subject = ''): string[] =>
  accepted({ rcptTo, mail: { subject } }).requests.map(shown);

test('a mail, its request and what is needed to answer it', () => {
  expect(accepted({ mail: { subject: '[Client] [EXT] FGB45L:0684843556' } })).toMatchObject({
    requests: [
      {
        source: 'mail',
        claim: { by: 'code', addresses: ['alice@example.fr'] },
        candidates: [
          {
            syntax: 1,
            code: 'FGB45L',
            form: { ok: true, value: { destinations: '0684843556', at: null, text: null } },
          },
        ],
        body: MAIL.body,
      },
    ],
    mail: {
      dedupeText: expect.any(String) as string,
      subject: '[Client] [EXT] ••••:0684843556',
      messageId: '<1@example.fr>',
      references: ['<0@example.fr>'],
      silent: false,
      refusalByReply: false,
    },
  });
});

describe('what never makes an SMS', () => {
  test.each([
    [{ mailFrom: '' }, 'MAIL FROM:<>'],
    [{ mail: { autoSubmitted: 'auto-replied' } }, 'Auto-Submitted: auto-replied'],
    [{ mail: { autoSubmitted: 'auto-notified' } }, 'Auto-Submitted: auto-notified'],
    [{ mail: { autoSubmitted: 'x\r\ny' } }, 'Auto-Submitted: ?'],
    [{ mail: { list: true } }, 'List-…'],
    [{ mail: { precedence: 'list' } }, 'Precedence: list'],
    [{ mail: { precedence: 'junk' } }, 'Precedence: junk'],
  ])('%j', (change, what) => {
    expect(refusal(change)).toEqual({ reason: 'automatic-mail', params: { what } });
  });

  test('a loop', () => {
    expect(refusal({ mail: { receivedCount: 31 } })).toEqual({ reason: 'mail-loop', params: { count: 31, max: 30 } });
    expect(refusal({ mail: { receivedCount: 30 } })).toBeNull();
  });

  test.each([[[]], [['a@x.fr', 'a@x.fr']], [['a@x.fr .y.fr']]])('From: %j', (rawFrom) => {
    expect(refusal({ mail: { rawFrom } })).toEqual({ reason: 'from-malformed', params: {} });
  });

  test('a recipient that RCPT would have refused', () => {
    expect(refusal({ rcptTo: ['sms@gw.example', 'sms@elsewhere.example'] })?.reason).toBe('relay-denied');
  });
});

test.each([
  [{ autoSubmitted: 'auto-generated' }, true],
  [{ precedence: 'bulk' }, true],
  [{ autoSubmitted: 'no' }, false],
  [{ precedence: 'first-class' }, false],
])('made by a program: %j', (mail, silent) => {
  expect(accepted({ mail }).mail.silent).toBe(silent);
});

test.each([
  ['Alice@EXAMPLE.fr', ['alice@example.fr']],
  ['Bounce@Mailer.example', ['alice@example.fr', 'bounce@mailer.example']],
  ['"odd one"@example.fr', ['alice@example.fr']],
])('who claims to send, with the envelope sender %s', (mailFrom, addresses) => {
  expect(accepted({ mailFrom }).requests[0]?.claim).toEqual({ by: 'code', addresses });
});

describe('several recipients', () => {
  test('one order for those that differ in the number only', () => {
    const recipients = ['FGB45L.0684843556@gw.example', 'fgb45l.0660919010@gw.example', 'FGB45L.0684843556@GW.example'];
    expect(asked(recipients)).toEqual(['3 FGB45L 0684843556,0660919010']);
  });

  test('one order for each syntax and each code', () => {
    const recipients = ['ABCDEF.0684843556@gw.example', 'FGB45L.0684843556@gw.example', '0660919010.FGB45L@gw.example'];
    expect(asked(recipients)).toEqual(['3 ABCDEF 0684843556', '3 FGB45L 0684843556', '4 FGB45L 0660919010']);
  });

  test('the same address twice is one', () => {
    expect(asked(['sms@gw.example', 'SMS@gw.example'], 'FGB45L:0684843556')).toEqual(['1 FGB45L 0684843556']);
  });

  test('one refusal for one mistake', () => {
    const recipients = ['FGB45L.0684843556@gw.example', 'FGB45L.0660919010@gw.example'];
    expect(asked(recipients, 'Bonjour')).toEqual(['3 FGB45L subject-malformed']);
  });

  test('candidates stay together, in their order', () => {
    const both = '0612345678.0684843556@gw.example';
    expect(asked([both, both])).toEqual(['3 0612345678 0684843556 | 4 0684843556 0612345678']);
  });
});

describe('the mail told from others', () => {
  const text = (change: Change): string | null => accepted(change).mail.dedupeText;
  const original = text({});

  test('the same mail again', () => {
    expect(text({ mailFrom: 'ALICE@example.fr', mail: { receivedCount: 2 } })).toBe(original);
    expect(text({ rcptTo: ['sms.FGB45L@gw.example', 'sms@gw.example'] })).toBe(
      text({ rcptTo: ['sms@gw.example', 'SMS.fgb45l@gw.example'] }),
    );
  });

  test.each([
    { mail: { messageId: '<2@example.fr>' } },
    { mailFrom: 'bob@example.fr' },
    { rcptTo: ['sms.FGB45L@gw.example'] },
    { mail: { subject: 'FGB45L:0684843557' } },
    { mail: { body: { kind: 'text', text: 'Bonsoir', fromHtml: false } } },
    { mail: { body: { kind: 'none' } } },
  ] as Change[])('another mail: %j', (change) => {
    expect(text(change)).not.toBe(original);
  });

  test('without a Message-ID no mail is another again', () => {
    expect(text({ mail: { messageId: null } })).toBeNull();
  });

  test('a code of any recipient is masked everywhere', () => {
    const body = { kind: 'text', text: 'code fgb45l', fromHtml: false } as const;
    const { mail } = accepted({
      rcptTo: ['sms.FGB45L@gw.example', 'ABCDEF.0684843556@gw.example'],
      mail: { subject: 'FGB45L abcdef', body },
    });
    expect(mail.subject).toBe('•••• ••••');
    expect(mail.dedupeText).toContain('••••.0684843556@gw.example');
    expect(JSON.stringify(mail)).not.toMatch(/FGB45L|ABCDEF/i);
  });
});

describe('where the session has proved who sends', () => {
  const proven = (rcptTo: readonly string[], mail: Partial<ParsedMail> = {}): InboundRequests => {
    const envelope = { ...ENVELOPE, rcptTo, authenticatedAs: 'alice@example.fr', channel: 'submission' as const };
    const read = requestsOf(envelope, { ...MAIL, ...mail }, OPTIONS);
    if (!read.ok) throw new Error(`refused: ${read.error.reason}`);
    return read.value;
  };
  /** `destinations @ date`, or the reason of the refusal. */
  const orders = (...asked: Parameters<typeof proven>): string[] =>
    proven(...asked).requests.map(({ candidates: [first] }) => {
      if (!first) return 'none';
      if (!first.form.ok) return first.form.error.reason;
      const { destinations, at, text, cancel } = first.form.value;
      return `${destinations}${at === null ? '' : ` @ ${at}${cancel ? 's' : ''}`}${text === null ? '' : ` "${text}"`}`;
    });

  test('the claim is what was proved, with the address of From', () => {
    const { requests } = proven(['0684843556@gw.example'], { rawFrom: ['info@example.fr'] });
    expect(requests[0]?.claim).toEqual({ by: 'session', email: 'alice@example.fr', from: 'info@example.fr' });
  });

  test.each([
    ['0684843556', '0684843556'],
    ['0684843556-+33660919010', '0684843556-+33660919010'],
    ['06 84 84 35 56:143025112026', '06 84 84 35 56 @ 143025112026'],
    ['Parents:143025112026', 'Parents @ 143025112026'],
    ['Parents', 'Parents'],
    ['0684843556:tomorrow', '0684843556 @ tomorrow'],
    // A code may be there, right or wrong; it is not looked at.
    ['FGB45L:0684843556', '0684843556'],
    ['FGB45L:0684843556:143025112026', '0684843556 @ 143025112026'],
    ['', 'number-missing'],
    ['0684843556:143025112026:x', 'subject-malformed'],
    ['Re: 0684843556', 'subject-answer'],
  ])('sms@ with the subject %j', (subject, expected) => {
    expect(orders(['sms@gw.example'], { subject })).toEqual([expected]);
  });

  test.each([
    ['Rendez-vous', '0684843556'],
    ['', '0684843556'],
    ['2026', '0684843556'],
    ['143025112026', '0684843556 @ 143025112026'],
    ['1430 25112026', '0684843556 @ 1430 25112026'],
    ['143025112026s', '0684843556 @ 143025112026s'],
  ])('NUMBER@ with the subject %j', (subject, expected) => {
    expect(orders(['0684843556@gw.example'], { subject })).toEqual([expected]);
  });

  test('an answer to an outcome mail is no group of that name', () => {
    const envelope = { ...ENVELOPE, authenticatedAs: 'alice@example.fr', channel: 'submission' as const };
    const reasonFor = (address: string): string => {
      const read = requestsOf({ ...envelope, rcptTo: [address] }, MAIL, OPTIONS);
      return read.ok ? 'none' : read.error.reason;
    };
    expect(reasonFor('PetitBleu@gw.example')).toBe('outcome-answered');
    expect(reasonFor('petitbleus@gw.example')).toBe('none');
    expect(reasonFor('?@gw.example')).toBe('recipient-malformed');
  });

  test('NUMBER@ with a subject and no text: the subject is the text', () => {
    const mail = { subject: 'Bonjour', body: { kind: 'none' } } as const;
    expect(orders(['0684843556@gw.example'], mail)).toEqual(['0684843556 "Bonjour"']);
    expect(orders(['0684843556@gw.example'], { ...mail, subject: '143025112026' })).toEqual([
      '0684843556 @ 143025112026',
    ]);
    expect(orders(['0684843556@gw.example'], { ...mail, body: { kind: 'encrypted' } })).toEqual(['0684843556']);
  });

  test('several recipients make one order', () => {
    expect(orders(['0684843556@gw.example', '+33660919010@gw.example'])).toEqual(['0684843556,+33660919010']);
  });

  test('a code that is there all the same is masked', () => {
    expect(proven(['sms@gw.example'], { subject: 'FGB45L:0684843556' }).mail.subject).toBe('••••:0684843556');
    const refused = proven(['sms@gw.example'], { subject: 'FGB45L:0684843556:1:2' }).requests[0]?.candidates[0]?.form;
    expect(JSON.stringify(refused)).not.toMatch(/FGB45L/i);
  });
});

test('each request knows the recipients that it came from', () => {
  const rcptTo = ['FGB45L.0684843556@gw.example', 'sms@gw.example', 'fgb45l.0660919010@gw.example'];
  const { recipients } = accepted({ rcptTo });
  expect(recipients.map((some) => some.map(({ address }) => address))).toEqual([[rcptTo[0], rcptTo[2]], [rcptTo[1]]]);
});

test('LMTP waits for a reply: refusals are that reply, and only a program is silent', () => {
  const read = requestsOf({ ...ENVELOPE, channel: 'lmtp' }, MAIL, OPTIONS);
  expect(read.ok && read.value.mail).toMatchObject({ silent: false, refusalByReply: true });
});
