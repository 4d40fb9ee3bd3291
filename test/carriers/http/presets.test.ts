// Each preset against a server that behaves as the provider's documentation says: what it is sent, what its answers mean,
// and its receipts and replies. docs/carriers.md holds the same examples; they are loaded here.

import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { HTTP_PRESETS } from '../../../src/config/http-presets.js';
import type { Outcome, Receipt, Submission } from '../../../src/core/carriage.js';
import type { Reply } from '../../../src/core/types.js';
import { load, mistakesIn } from '../../config/workspace.js';
import { httpRig, TOKEN } from '../../support/http-carrier.js';
import { call, type Call } from '../../support/http-call.js';
import { HttpProvider, type Answer, type Got } from '../../support/http-provider.js';
import { submission } from '../../support/submission.js';

const ID = '01hx2n4q8rst7v-3';
const REF = '01hx2n4q8rst7vo3';
const TO = '+33639980100';

interface Case {
  readonly preset: keyof typeof HTTP_PRESETS;
  readonly keys?: string;
  readonly path?: string;
  readonly good: Answer;
  readonly ids: readonly string[];
  /** What it is sent for "Été 5 €" from `Alice`, flash where it has flash. */
  readonly sent: (got: Got) => unknown;
  readonly fields: unknown;
  readonly answers: readonly (readonly [Answer, Partial<Outcome>])[];
  readonly receipts: readonly (readonly [string, Call, Partial<Receipt>])[];
  readonly replies?: readonly (readonly [string, Call, Partial<Reply>])[];
}

const json = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });
const jsonCall = (body: unknown): Call => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const formCall = (fields: Readonly<Record<string, string>>): Call => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});
const LASTING = { kind: 'deferred', scope: 'carrier', lasting: true } as const;
const LATER = { kind: 'deferred', scope: 'carrier' } as const;
const REFUSED = { kind: 'refused' } as const;
const UNKNOWN = { kind: 'unknown' } as const;
const query = (got: Got): unknown => Object.fromEntries(got.query);
const form = (got: Got): unknown => Object.fromEntries(got.form);
const receiptUrl = expect.stringMatching(`^http://127\\.0\\.0\\.1:\\d+/carriers/web/receipt/${TOKEN}$`) as string;

const CASES: readonly Case[] = [
  {
    preset: 'kannel',
    path: '/cgi-bin/sendsms',
    good: { status: 202, body: '0: Accepted for delivery' },
    ids: [REF],
    sent: query,
    fields: {
      username: 'user',
      password: 'secret',
      from: 'Alice',
      to: '33639980100',
      text: 'Été 5 €',
      charset: 'UTF-8',
      coding: '0',
      mclass: '0',
      validity: '60',
      'dlr-mask': '31',
      'dlr-url': expect.stringMatching(
        `/carriers/web/receipt/${TOKEN}\\?id=${REF}&state=%d&reason=%A&to=%p$`,
      ) as string,
    },
    answers: [
      [{ status: 202, body: '3: Queued for later delivery' }, { kind: 'accepted' }],
      [{ status: 202, body: 'Sent.' }, UNKNOWN],
      [{ status: 403, body: 'Authorization failed for sendsms' }, LASTING],
      [{ status: 400, body: 'Missing receiver number, rejected' }, REFUSED],
      [{ status: 503, body: 'Temporal failure, try again later.' }, LATER],
    ],
    receipts: [
      [`id=${REF}&state=8&reason=ACK%2F&to=33639980100`, {}, { state: 'pending' }],
      [`id=${REF}&state=1&reason=&to=33639980100`, {}, { carrierId: REF, messageId: ID, to: TO, state: 'delivered' }],
      [`id=${REF}&state=2&reason=x&to=33639980100`, {}, { state: 'undelivered' }],
      [`id=${REF}&state=34&reason=x`, {}, { state: 'expired' }],
      [
        `id=${REF}&state=16&reason=NACK%2F0x0000000b%2FInvalid`,
        {},
        { state: 'refused', reason: 'NACK/0x0000000b/Invalid' },
      ],
    ],
    replies: [['from=33639980100&to=36000&text=Merci', {}, { from: TO, to: '36000', text: 'Merci' }]],
  },
  {
    preset: 'cm',
    path: '/gateway.ashx',
    good: {},
    ids: [REF],
    sent: query,
    fields: { producttoken: 'secret', body: 'Été 5 €', to: '0033639980100', from: 'Alice', reference: REF },
    answers: [
      [{ body: 'Error: ERROR No account found for the given authentication' }, LASTING],
      [{ body: 'Error: ERROR Insufficient balance' }, LASTING],
      [{ body: 'Error: ERROR Message has no body' }, REFUSED],
      [{ body: 'Error: ERROR Unknown error' }, UNKNOWN],
      [{ body: '<html>Maintenance</html>' }, UNKNOWN],
    ],
    receipts: [
      [
        '',
        jsonCall({ messages: { msg: { reference: REF, to: '0033639980100', status: { code: '2' } } } }),
        { carrierId: REF, messageId: ID, to: TO, state: 'delivered' },
      ],
      [
        '',
        jsonCall({ reference: REF, status: { code: 3, errorDescription: 'Absent' } }),
        { state: 'undelivered', reason: 'Absent' },
      ],
      [`reference=${REF}&status.code=1`, {}, { state: 'refused' }],
      [`reference=${REF}&status.code=0`, {}, { state: 'pending' }],
    ],
    replies: [
      [
        '',
        jsonCall({ from: { number: '0033639980100' }, to: { number: '3669' }, message: { text: 'Merci' } }),
        { from: TO, to: '3669', text: 'Merci' },
      ],
    ],
  },
  {
    preset: 'cm-json',
    path: '/v1.0/message',
    good: json({ details: 'Created 1 message(s)', errorCode: 0, messages: [{ status: 'Accepted', reference: REF }] }),
    ids: [REF],
    sent: ({ body, headers }) => ({
      token: headers['x-cm-producttoken'],
      ...(JSON.parse(Buffer.from(body, 'latin1').toString()) as object),
    }),
    fields: {
      token: 'secret',
      messages: {
        msg: [
          {
            from: 'Alice',
            to: [{ number: '0033639980100' }],
            body: { type: 'auto', content: 'Été 5 €' },
            reference: REF,
            allowedChannels: ['SMS'],
            minimumNumberOfMessageParts: 1,
            maximumNumberOfMessageParts: 1,
          },
        ],
      },
    },
    answers: [
      [json({ errorCode: 101 }, 401), LASTING],
      [json({ errorCode: 102 }, 400), LASTING],
      [json({ errorCode: 201, messages: [{ messageErrorCode: 303 }] }, 400), REFUSED],
      [json({ errorCode: 999 }, 500), UNKNOWN],
    ],
    receipts: [
      [
        '',
        jsonCall({ messages: { msg: { reference: REF, status: { code: 2 } } } }),
        { messageId: ID, state: 'delivered' },
      ],
    ],
  },
  {
    preset: 'ovh',
    keys: 'account: sms-ab1234-1',
    path: '/cgi-bin/sms/http2sms.cgi',
    good: json({ status: 100, creditLeft: '1987', SmsIds: ['10867690'] }),
    ids: ['10867690'],
    sent: query,
    fields: {
      account: 'sms-ab1234-1',
      login: 'user',
      password: 'secret',
      from: 'Alice',
      to: '0033639980100',
      message: 'Été 5 €',
      smsCoding: '1',
      class: '0',
      noStop: '1',
      tag: REF,
      contentType: 'application/json',
    },
    answers: [
      [json({ status: 201, message: 'Missing message' }), REFUSED],
      [json({ status: 202, message: 'Not enough credits' }), LASTING],
      [json({ status: 401, message: 'IP not authorized' }), LASTING],
      [{ body: 'OK\n85.95\n123456789' }, UNKNOWN],
    ],
    receipts: [['id=10867690&ptt=1&description=x', {}, { carrierId: '10867690', state: 'pending' }]],
  },
  {
    preset: 'twilio',
    path: '/2010-04-01/Accounts/{username}/Messages.json',
    good: json({ sid: 'SM0123456789abcdef', status: 'queued', error_code: null }, 201),
    ids: ['SM0123456789abcdef'],
    sent: ({ form: fields, headers, path }) => ({ path, auth: headers.authorization, ...Object.fromEntries(fields) }),
    fields: {
      path: '/2010-04-01/Accounts/user/Messages.json',
      auth: `Basic ${Buffer.from('user:secret').toString('base64')}`,
      To: TO,
      From: 'Alice',
      Body: 'Été 5 €',
      ValidityPeriod: '3600',
      StatusCallback: receiptUrl,
    },
    answers: [
      [json({ code: 20003, message: 'Authenticate', status: 401 }, 401), LASTING],
      [json({ code: 21211, message: 'Invalid To', status: 400 }, 400), { ...REFUSED, code: '21211' }],
      [json({ code: 21611, message: 'Queue full', status: 400 }, 400), LATER],
      [json({ code: 20429 }, 429), LATER],
      [json({ code: 20500 }, 500), UNKNOWN],
    ],
    receipts: [
      [
        '',
        formCall({ MessageSid: 'SM1', MessageStatus: 'delivered', To: TO }),
        { carrierId: 'SM1', to: TO, state: 'delivered' },
      ],
      [
        '',
        formCall({ MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: '30003' }),
        { state: 'undelivered', reason: '30003' },
      ],
      ['', formCall({ MessageSid: 'SM1', MessageStatus: 'failed' }), { state: 'refused' }],
      ['', formCall({ MessageSid: 'SM1', MessageStatus: 'sent' }), { state: 'pending' }],
    ],
    replies: [
      ['', formCall({ From: TO, To: '+33700000000', Body: 'Merci' }), { from: TO, to: '+33700000000', text: 'Merci' }],
    ],
  },
  {
    preset: 'vonage',
    path: '/sms/json',
    good: json({
      'message-count': '2',
      messages: [
        { status: '0', 'message-id': 'A1' },
        { status: '0', 'message-id': 'A2' },
      ],
    }),
    ids: ['A1', 'A2'],
    sent: form,
    fields: {
      api_key: 'user',
      api_secret: 'secret',
      from: 'Alice',
      to: '33639980100',
      text: 'Été 5 €',
      type: 'text',
      'message-class': '0',
      ttl: '3600000',
      'status-report-req': '1',
      callback: receiptUrl,
      'client-ref': REF,
    },
    answers: [
      [json({ messages: [{ status: '1', 'error-text': 'Throttled' }] }), LATER],
      [json({ messages: [{ status: '4' }] }), LASTING],
      [json({ messages: [{ status: '9' }] }), LASTING],
      [json({ messages: [{ status: '7' }] }), { ...REFUSED, code: '7' }],
      [json({ messages: [{ status: '5' }] }), UNKNOWN],
      [json({ messages: [{ status: '0', 'message-id': 'A1' }, { status: '1' }] }), UNKNOWN],
    ],
    receipts: [
      [
        '',
        jsonCall({ msisdn: '33639980100', messageId: 'A1', status: 'delivered', 'err-code': '0' }),
        { carrierId: 'A1', to: TO, state: 'delivered' },
      ],
      ['msisdn=33639980100&messageId=A1&status=failed&err-code=6', {}, { state: 'undelivered', reason: '6' }],
      ['messageId=A1&status=rejected', {}, { state: 'refused' }],
      ['messageId=A1&status=buffered', {}, { state: 'pending' }],
    ],
    replies: [['', jsonCall({ msisdn: '33639980100', to: '33700000000', text: 'Merci' }), { from: TO, text: 'Merci' }]],
  },
  {
    preset: 'smsmode',
    path: '/http/1.6/sendSMS.do',
    good: { body: '0 | Accepted | A8yC2jd' },
    ids: ['A8yC2jd'],
    sent: ({ body }) => body,
    fields: expect.stringMatching(
      /^accessToken=secret&message=%C9t%E9%205%20%A4&numero=33639980100&emetteur=Alice&classe_msg=2&nbr_msg=1&refClient=01hx2n4q8rst7vo3&notification_url=http%3A%2F%2F/,
    ),
    answers: [
      [{ body: '31 | Internal error' }, UNKNOWN],
      [{ body: '32 | Authentication error' }, LASTING],
      [{ body: '33 | Not enough credit' }, LASTING],
      [{ body: '35 | Invalid parameter' }, { ...REFUSED, code: '35' }],
      [{ body: '50 | Temporarily unavailable' }, LATER],
    ],
    receipts: [
      [
        `numero=33639980100&date_reception=2010-03-25+09%3A52%3A17&statut=11&smsID=A8yC2jd&refClient=${REF}`,
        {},
        { carrierId: 'A8yC2jd', messageId: ID, to: TO, state: 'delivered' },
      ],
      ['smsID=A8yC2jd&statut=3522', {}, { state: 'undelivered', reason: '3522' }],
      ['smsID=A8yC2jd&statut=37', {}, { state: 'expired' }],
      ['smsID=A8yC2jd&statut=3501', {}, { state: 'pending' }],
      ['smsID=A8yC2jd&statut=3999', {}, { state: 'refused' }],
    ],
    replies: [
      [
        `numero=36034&message=Reçu&emetteur=33639980100&refClient=${REF}`,
        {},
        { from: TO, to: '36034', text: 'Reçu', reference: ID },
      ],
    ],
  },
];

async function open({ preset, keys = '', path = '/' }: Case) {
  const provider = await HttpProvider.start();
  const yaml = `preset: ${preset}\nurl: "${provider.url}${path}"\nusername: user\npassword: secret\n${keys}\ncallbacks: { token: ${TOKEN} }`;
  const rig = await httpRig(yaml);
  const [receipts, replies]: [Receipt[], Reply[]] = [[], []];
  await rig.carrier.start({
    onReceipt: (receipt) => Promise.resolve(void receipts.push(receipt)),
    onReply: (reply) => Promise.resolve(void replies.push(reply)),
  });
  const message: Submission = submission({ messageId: ID, text: 'Été 5 €', sender: 'Alice', flash: true, to: TO });
  return { ...rig, provider, receipts, replies, submit: () => rig.carrier.submit(message) };
}

describe.each(CASES)('preset $preset', (one) => {
  it('sends what the provider expects', async () => {
    const { provider, submit } = await open(one);
    provider.answer = () => one.good;
    expect(await submit()).toEqual({ kind: 'accepted', carrierIds: one.ids });
    expect(provider.got.map(one.sent)).toEqual([one.fields]);
  });

  it('understands its answers', async () => {
    const { provider, submit } = await open(one);
    for (const [answer, expected] of one.answers) {
      provider.answer = () => answer;
      expect(await submit(), answer.body).toMatchObject(expected);
    }
  });

  it('understands its receipts and replies', async () => {
    const { door, receipts, replies } = await open(one);
    const urls = door.urlsFor('web');
    for (const [parameters, how, expected] of one.receipts) {
      expect((await call(`${urls.receiptUrl ?? ''}?${parameters}`, how)).status).toBe(200);
      expect(receipts.at(-1), parameters).toMatchObject(expected);
    }
    for (const [parameters, how, expected] of one.replies ?? []) {
      expect((await call(`${urls.replyUrl ?? ''}?${encodeURI(parameters)}`, how)).status).toBe(200);
      expect(replies.at(-1)).toMatchObject(expected);
    }
  });
});

describe('docs/carriers.md', () => {
  const page = readFileSync('docs/carriers.md', 'utf8');
  const examples = Array.from(page.matchAll(/^```yaml\n(.*?)^```$/gms), ([, yaml = '']) => yaml);

  it('has examples that load', () => {
    for (const yaml of examples) expect(mistakesIn(load(yaml)), yaml).toEqual([]);
  });

  it.each(Object.keys(HTTP_PRESETS))('has one for %s', (preset) => {
    expect(examples.some((yaml) => new RegExp(`preset: ${preset}$`, 'm').test(yaml))).toBe(true);
  });

  it('there is a test of each preset', () => {
    expect(CASES.map(({ preset }) => preset)).toEqual(Object.keys(HTTP_PRESETS));
  });
});
