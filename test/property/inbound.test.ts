// Whatever stands in a mail: no parser throws, none takes more than linear time, no refusal shows a code.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseRecipient, type AddressForm } from '../../src/core/address.js';
import { extractText, subjectText } from '../../src/core/body.js';
import { foldName, splitDestinations } from '../../src/core/destinations.js';
import { parseFrom } from '../../src/core/from.js';
import { requestsOf } from '../../src/core/inbound.js';
import { isCodeShaped, maskCodes, maskWords } from '../../src/core/mask.js';
import { normaliseText } from '../../src/core/normalise.js';
import { rejectionText } from '../../src/core/rejection.js';
import { cleanSubject, readCandidate, readSubject } from '../../src/core/subject.js';
import type { ParsedMail } from '../../src/core/types.js';
import { cpuMsOf } from '../support/cpu-time.js';

const DOMAINS = ['gw.example'];
const CODE = 'Canary7';

const OPTIONS = { domains: DOMAINS, subjectTags: [], maxReceived: 30, from: 'petitbleu@gw.example' };

function mailOf(subject: string, text: string): ParsedMail {
  return {
    ...{ rawFrom: ['a@x.fr'], subject, messageId: '<1@x.fr>', references: [] },
    ...{ autoSubmitted: null, precedence: null, list: false, receivedCount: 0 },
    body: { kind: 'text', text, fromHtml: false },
  };
}

const words = (...pieces: string[]) =>
  fc
    .array(
      fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, fc.string({ unit: 'binary', maxLength: 3 })),
      {
        maxLength: 14,
      },
    )
    .map((chosen) => chosen.join(''));

const localPart = words('sms', '.', CODE, '0684843556', '+33', 'Nord', '-', '"', '\\', '%2B', ' ', '@');
const subject = words(
  CODE,
  CODE.toLowerCase(),
  ':',
  '：',
  '0684843556',
  '153012092027',
  '-',
  ' ',
  'Re: ',
  '[EXT]',
  '\u200B',
);
const fromField = words(
  'victim@client.fr',
  'evil.fr',
  '<',
  '>',
  '(',
  ')',
  '"',
  '\\',
  ' ',
  ',',
  '@',
  '.',
  ':',
  ';',
  '\r\n ',
);
const bodyText = words(
  '<SMS>',
  '</sms>',
  '&lt;SMS&gt;',
  '*fin*',
  '\n',
  '\r',
  '-- ',
  '> ',
  'Le 23/11/26, ',
  'a écrit :',
  'On 11/23/26 ',
  ' wrote:',
  'De : x',
  'Objet : y',
  'Date : z',
  '__________',
  'Envoyé de mon x',
  '\u200D',
  '👩',
  '\u0301',
  '\u00AD',
  'mot ',
);

const FORMS = [`sms`, `sms.${CODE}`, `${CODE}.0684843556`, `0684843556.${CODE}`, '0611111111.0684843556'].flatMap(
  (local) => {
    const forms = parseRecipient(`${local}@gw.example`, DOMAINS);
    return forms.ok ? forms.value : [];
  },
);

test('addresses: never throws; a code is never shown; codes and destinations stand in the address', () => {
  fc.assert(
    fc.property(localPart, fc.constantFrom('@gw.example', '@GW.example.', '', '@x'), (local, domain) => {
      const forms = parseRecipient(local + domain, DOMAINS);
      if (!forms.ok) {
        // The domain of somebody else is nobody's code.
        if (forms.error.reason !== 'relay-denied') expect(rejectionText(forms.error, 'fr')).not.toMatch(/canary7/i);
        return;
      }
      expect(forms.value.length).toBeGreaterThan(0);
      for (const form of forms.value) {
        expect(form.shown.endsWith('@gw.example')).toBe(true);
        if (form.syntax === 1 || form.syntax === null) continue;
        expect(form.shown.toLowerCase()).not.toContain(form.code.toLowerCase());
        expect(local).toContain(form.code);
      }
    }),
    {
      numRuns: 3000,
      examples: [
        ['Canary7.Canary7sms', '@gw.example'],
        ['0684843556.+330684843556', '@gw.example'],
      ],
    },
  );
});

test('subjects: never throws; the code is in no parameter of a refusal and in no field', () => {
  fc.assert(
    fc.property(fc.constantFrom<AddressForm>(...FORMS), subject, (form, decoded) => {
      const cleaned = cleanSubject(decoded, ['[X]']);
      expect(cleanSubject(cleaned, [])).toBe(cleaned);
      const { syntax, code, form: order } = readCandidate(form, readSubject(cleaned));
      expect(syntax).toBe(form.syntax);
      if (!order.ok) {
        // What is not the code of this reading was never right, and so is told to nobody.
        const secret = code === null ? CODE : isCodeShaped(code) ? code : '\0';
        expect(JSON.stringify(order.error.params).toLowerCase()).not.toContain(secret.toLowerCase());
      } else if (syntax !== 4 && code !== null) {
        const pieces = splitDestinations(order.value.destinations, []).map((one) => JSON.stringify(one).toLowerCase());
        for (const piece of pieces) expect(piece).not.toContain(`"${code.toLowerCase()}"`);
      }
      if (order.ok && order.value.at !== null) expect(order.value.at).not.toBe('');
    }),
    { numRuns: 5000 },
  );
});

test('destinations: never throws; groups are those of the account; numbers are digits', () => {
  const names = fc.array(words('Nord', '-', ' ', 'Sud', 'é', ','), { maxLength: 4 });
  fc.assert(
    fc.property(
      words('Nord', 'nord', '-', '–', ',', ' ', 'Sud', 'e\u0301', '0684843556', '(0)', '+33', '.'),
      names,
      (field, groups) => {
        for (const destination of splitDestinations(field, groups)) {
          if (destination.kind === 'group') expect(groups).toContain(destination.name);
          else if (destination.kind === 'number') expect(destination.text).toMatch(/^\+?\d{2,}$/);
          else expect(destination.text.trim()).not.toBe('');
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('a group by its whole name, whatever is in it and however it is typed', () => {
  fc.assert(
    fc.property(words('Nord', '-', ' ', 'Sud', 'é', ',', '&'), (name) => {
      fc.pre(/\p{L}/u.test(foldName(name)) && name.length < 250);
      const typed = name.toUpperCase().replace(/-/g, ' – ');
      fc.pre(foldName(typed) === foldName(name));
      expect(splitDestinations(typed, ['other', name])).toEqual([{ kind: 'group', name }]);
    }),
  );
});

test('From: never throws; what is accepted stands in the field as one word with one @', () => {
  fc.assert(
    fc.property(fromField, (field) => {
      const from = parseFrom([field]);
      if (!from.ok) return;
      expect(from.value).toMatch(/^[^\s@<>(),;:"\\]+@[a-z0-9._-]+$/);
      expect(field.toLowerCase()).toContain(from.value);
      // Nothing of an address before or behind it.
      const [before = '', after = ''] = field.toLowerCase().split(from.value).slice(-2);
      expect(after.charAt(0)).toMatch(/^[\s>]?$/);
      expect(before === '' || /[\s<)]$/.test(before)).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});

test('bodies: never throws; the text is trimmed, never empty, normal, and a part of the body', () => {
  fc.assert(
    fc.property(bodyText, fc.boolean(), fc.constantFrom('auto', 'none'), (text, fromHtml, cut) => {
      const extracted = extractText({ kind: 'text', text, fromHtml }, cut);
      if (!extracted.ok) return;
      const { text: own, origin } = extracted.value;
      expect(own).toBe(own.trim());
      expect(own).not.toBe('');
      expect(normaliseText(text)).toContain(own);
      const lines = normaliseText(text).split('\n');
      if (origin.cut) expect(lines[origin.cut.line - 1]?.startsWith(origin.cut.lineText)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test('normalising twice changes nothing more', () => {
  fc.assert(
    fc.property(bodyText, (text) => {
      const once = normaliseText(text);
      expect(normaliseText(once)).toBe(once);
    }),
    { numRuns: 5000 },
  );
});

test('the code never leaves a mail', () => {
  fc.assert(
    fc.property(fc.array(localPart, { minLength: 1, maxLength: 3 }), subject, bodyText, (locals, decoded, text) => {
      const rcptTo = [...locals, `${CODE}.0684843556`].map((local) => `${local}@gw.example`);
      const read = requestsOf(
        { mailFrom: 'a@x.fr', rcptTo, remoteAddress: '192.0.2.1', authenticatedAs: null, channel: 'smtp' as const },
        mailOf(decoded, `${text} ${CODE}`),
        OPTIONS,
      );
      expect(JSON.stringify(read.ok ? read.value.mail : read.error)).not.toMatch(/canary7/i);
    }),
    { numRuns: 2000 },
  );
});

test('codes are masked alike the short way and the long way', () => {
  const piece = words('canary7', 'CANARY', 'canary7x', 'Ab0', 'ab0ab0', 'é', 'İ', ' ', '7');
  fc.assert(
    fc.property(piece, (text) => {
      const codes = ['Canary7', 'canary7X', 'ab0ab0', '777777'];
      // An invisible character takes any text the long way.
      expect(`${maskCodes(text, codes)}\u200b`).toBe(maskCodes(`${text}\u200b`, codes));
    }),
    { numRuns: 3000 },
  );
});

test('codes are masked as a pattern would find them', () => {
  const piece = words(
    'canary7',
    'CANARY7x',
    'ab0ab0',
    '\u200b',
    '\u00ad',
    'ſ',
    '\u212a',
    's0k0s0',
    'é',
    'Σ',
    '😀',
    '.',
    '7',
  );
  const code = fc.constantFrom('Canary7', 'canary7X', 'ab0ab0', 'S0K0s0', 'é.7', '777777', 'σσ', '😀7');
  fc.assert(
    fc.property(piece, fc.array(code, { maxLength: 5 }), (text, codes) => {
      const longestFirst = [...new Set(codes)].sort((a, b) => b.length - a.length);
      const pattern = longestFirst
        .map((one) => Array.from(one, (character) => character.replace('.', '\\.')).join('\\p{Cf}*'))
        .join('|');
      const masked = pattern === '' ? text : text.replace(new RegExp(pattern, 'giu'), '••••');
      expect(maskCodes(text, codes)).toBe(masked);
    }),
    { numRuns: 3000 },
  );
});

test('a subject is read once, however many recipients the mail has', () => {
  const to = Array.from({ length: 100 }, (_, at) => `sms.abcdef${at}@gw.example`);
  const envelope = { mailFrom: 'a@x.fr', remoteAddress: '', authenticatedAs: null, channel: 'smtp' as const };
  const leastMs = (rcptTo: readonly string[], mail: ParsedMail): number =>
    Math.min(...[1, 2, 3, 4, 5].map(() => cpuMsOf(() => requestsOf({ ...envelope, rcptTo }, mail, OPTIONS))));
  for (const piece of ['ا\u200d', '👨‍👩‍👧‍👦', 'ſ abcdef1', '0612345678-', 'a:', '\u00ad', 'abcdef1 ']) {
    const mail = mailOf(piece.repeat(20_000 / piece.length), 'Bonjour');
    expect(leastMs(to, mail), JSON.stringify(piece)).toBeLessThan(4 * leastMs(to.slice(0, 1), mail) + 15);
  }
});

describe('linear time', () => {
  /** As much as the parser lets through of a text; a header is smaller. */
  const SIZE = 256 * 1024;
  const BOUND_MS = 1500;
  const HOSTILE = [
    '\n',
    ' ',
    '\r',
    '\t',
    'a',
    '0',
    '1 ',
    ':',
    '-',
    '- ',
    ',',
    '.',
    '(',
    ')',
    '<',
    '>',
    '> \n',
    '>\n',
    '"',
    '\\',
    '@',
    'a@',
    'a.',
    '*',
    '[EXT]',
    '<sms>',
    '<sms',
    '&lt;',
    '*fin',
    '-- \n',
    '__________\n',
    '---------- \n',
    'On 1/1 \n',
    'Le 2026\nx\n',
    'Le 2026 ',
    ' a écrit',
    ' wrote ',
    'De : x\n',
    'De : x\nObjet : y\n',
    'De : ',
    'Sent from ',
    'Re: ',
    'Re:',
    '\u0301',
    '\u0301\u0323',
    'a\u0301',
    '\u200D',
    '👩\u200D',
    '\u200C',
    'ك\u200C',
    '\u202A',
    '\uD800',
    '\u00A0',
    '\u1100',
    '\u1161',
    '=?',
    'Nord-',
    'Nord ',
    'é',
    'FGB45L',
    'FGB45L:',
    '153012092027 ',
    '06 ',
  ];
  const CODES = ['FGB45L', 'a'.repeat(64), 'aaaaaa', ...Array.from({ length: 100 }, (_, at) => `a0a0a0${at}`)];
  const parsers: Record<string, (text: string) => unknown> = {
    address: (text) => parseRecipient(`${text}@gw.example`, DOMAINS),
    'quoted address': (text) => parseRecipient(`"${text}"@gw.example`, DOMAINS),
    domain: (text) => parseRecipient(`sms@${text}`, DOMAINS),
    subject: (text) => FORMS.map((form) => readCandidate(form, readSubject(cleanSubject(text, ['[X]'])))),
    destinations: (text) => splitDestinations(text, ['Nord-Est', 'Equipe Nord', 'Nord']),
    name: (text) => foldName(text),
    from: (text) => [parseFrom([text]), parseFrom([`${text}<a@x.fr>`]), parseFrom([`a@x.fr ${text}`])],
    text: (text) => [extractText({ kind: 'text', text: `x\n${text}x`, fromHtml: true }, 'auto'), subjectText(text)],
    mask: (text) => [maskCodes(text, CODES), maskWords(text)],
  };

  test.each(Object.entries(parsers))('%s', (_parser, parse) => {
    for (const piece of HOSTILE) {
      const text = piece.repeat(SIZE / piece.length);
      expect(
        cpuMsOf(() => parse(text)),
        JSON.stringify(piece),
      ).toBeLessThan(BOUND_MS);
    }
  });
});
