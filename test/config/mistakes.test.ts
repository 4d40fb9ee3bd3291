import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ROWS } from '../../src/config/keys.js';
import { nearest } from '../../src/config/mistakes.js';
import { load, mistakesIn } from './workspace.js';

const CANARY = 'k4n4ryB1rd';

/** `allowed` is what the mistake must say besides the beginning. */
const CASES: readonly (readonly [name: string, yaml: string, ...lines: string[]])[] = [
  [
    'an unknown section',
    'mial: {}',
    'petitbleu.yaml:1:1: mial: there is no such key; the nearest is mail; allowed here: mail, store,',
  ],
  [
    'an unknown key',
    'mail:\n  smtp:\n    listne: x',
    'petitbleu.yaml:3:5: mail.smtp.listne: there is no such key; the nearest is mail.smtp.listen;',
  ],
  [
    'a key in the wrong section',
    'subjectTags: []',
    'petitbleu.yaml:1:1: subjectTags: there is no such key; the nearest is mail.subjectTags;',
  ],
  ['a key like no other', 'zzzzzzzzz: 1', 'petitbleu.yaml:1:1: zzzzzzzzz: there is no such key; allowed here: mail,'],
  [
    'an unknown setting',
    'defaults: {notify: {finishd: on}}',
    'petitbleu.yaml:1:21: defaults.notify.finishd: there is no such key; the nearest is defaults.notify.finished;',
  ],
  [
    'a dotted key outside of the settings',
    'mail.domains: [a]',
    'petitbleu.yaml:1:1: mail.domains: found a key with dots; allowed are sections',
  ],
  [
    'a key given twice',
    'log: {level: info}\nlog: {level: warn}',
    'petitbleu.yaml:2:1: log: given twice; first on line 1',
  ],
  [
    'a setting given twice, nested and dotted',
    'defaults:\n  notify.recorded: on\n  notify: {recorded: off}',
    'petitbleu.yaml:3:12: defaults.notify.recorded: given twice; first on line 2',
  ],
  [
    'a value of the wrong type',
    'mail:\n  maxReceived: many',
    'petitbleu.yaml:2:16: mail.maxReceived: found "many"; allowed is a whole number from 1 to 1000',
  ],
  ['a number out of range', 'mail: {maxReceived: 0}', 'petitbleu.yaml:1:21: mail.maxReceived: found 0; allowed is'],
  ['a broken number', 'mail: {maxReceived: 1.5}', 'petitbleu.yaml:1:21: mail.maxReceived: found 1.5; allowed is'],
  ['nothing', 'mail:\n  maxReceived:\n', 'petitbleu.yaml:2:3: mail.maxReceived: found nothing; allowed is'],
  [
    'a choice',
    'log: {level: loud}',
    'petitbleu.yaml:1:14: log.level: found "loud"; allowed is debug | info | warn | error',
  ],
  [
    'a switch',
    'mail: {out: {url: "smtp://h:25", requireTls: constructor}}',
    'petitbleu.yaml:1:46: mail.out.requireTls: found "constructor"; allowed is on | off',
  ],
  ['a size', 'mail: {smtp: {size: 10XB}}', 'petitbleu.yaml:1:21: mail.smtp.size: found "10XB"; allowed is bytes, or'],
  ['a size out of range', 'mail: {smtp: {size: 1GB}}', 'petitbleu.yaml:1:21: mail.smtp.size: found "1GB"; allowed is'],
  [
    'items of a list',
    'mail:\n  smtp:\n    listen:\n      - 127.0.0.1:25\n      - 25\n      - ::1:25\n      - 1.2.3.400:25',
    'petitbleu.yaml:5:9: mail.smtp.listen: found 25; allowed is HOST:PORT',
    'petitbleu.yaml:6:9: mail.smtp.listen: found "::1:25"',
    'petitbleu.yaml:7:9: mail.smtp.listen: found "1.2.3.400:25"',
  ],
  [
    'submission without a certificate',
    'mail:\n  submission:\n    listen: 127.0.0.1:587\n    listenTls: 127.0.0.1:465',
    'petitbleu.yaml:3:13: mail.submission.listen: needs a certificate: mail.submission.tls or mail.smtp.tls, key and cert',
    'petitbleu.yaml:4:16: mail.submission.listenTls: needs a certificate',
  ],
  [
    'half a certificate for submission',
    'mail: {submission: {listen: "a:587", tls: {key: petitbleu.yaml}}}',
    'petitbleu.yaml:1:49: mail.submission.tls.key: needs mail.submission.tls.cert beside it',
  ],
  [
    'a place for LMTP',
    'mail: {lmtp: {listen: "unix:"}}',
    'petitbleu.yaml:1:23: mail.lmtp.listen: found "unix:"; allowed is unix:PATH (relative to the folder of the data)',
  ],
  [
    'permissions that YAML reads as another number',
    'mail: {lmtp: {mode: 0660}}',
    'petitbleu.yaml:1:21: mail.lmtp.mode: found 660; allowed is permissions such as "0660", in quotes',
  ],
  ['a port', 'mail: {smtp: {listen: "a:65536"}}', 'petitbleu.yaml:1:23: mail.smtp.listen: found "a:65536"'],
  [
    'an empty list',
    'mail: {domains: []}',
    'petitbleu.yaml:1:17: mail.domains: found an empty list; allowed is a list, each item a domain',
  ],
  [
    'a domain',
    'mail: {domains: [a_b, 127.0.0.1, a..b]}',
    'petitbleu.yaml:1:18: mail.domains: found "a_b"',
    'petitbleu.yaml:1:23: mail.domains: found "127.0.0.1"',
    'petitbleu.yaml:1:34: mail.domains: found "a..b"',
  ],
  [
    'an address',
    'mail: {from: "Bob <bob@a.fr>"}',
    'petitbleu.yaml:1:14: mail.from: found "Bob <bob@a.fr>"; allowed is a plain mail address',
  ],
  [
    'a section where a value belongs',
    'store: {file: {a: b}}',
    'petitbleu.yaml:1:15: store.file: found a section; allowed is a path',
  ],
  [
    'a value where a section belongs',
    'mail: {smtp: {limits: 5}}',
    'petitbleu.yaml:1:23: mail.smtp.limits: found one value; a section is expected: connections,',
  ],
  ['a list where a section belongs', '- mail', 'petitbleu.yaml:1:1: found a list; a section is expected: mail,'],
  ['a setting', 'defaults: {cutoff: 20h}', 'petitbleu.yaml:1:20: defaults.cutoff: found "20h"; allowed is off | 19:00'],
  [
    'one half of TLS',
    'mail: {smtp: {tls: {key: petitbleu.yaml}}}',
    'petitbleu.yaml:1:26: mail.smtp.tls.key: needs mail.smtp.tls.cert beside it',
  ],
  ['a file that is not there', 'zonesFile: none.yaml', 'petitbleu.yaml:1:12: zonesFile: there is no file /'],
  [
    'folder and server',
    'mail: {out: {folder: a, url: "smtp://h:25"}}',
    'petitbleu.yaml:1:22: mail.out.folder: mails go either to a folder or to a server',
  ],
  [
    'TLS without a server',
    'mail: {out: {requireTls: on}}',
    'petitbleu.yaml:1:26: mail.out.requireTls: has no effect without mail.out.url',
  ],
  [
    'a route by a carrier that is not there',
    'carriers:\n  a: {type: simulator}\n  b: {type: simulator}\nroutes: [default via c]',
    'petitbleu.yaml:4:9: routes: there is no carrier c; there are a, b',
  ],
  [
    'a carrier without a type',
    'carriers: {a: {window: 2}}',
    'petitbleu.yaml:1:12: carriers.a.type: found nothing; allowed is simulator',
  ],
  [
    'a key of another type of carrier',
    'carriers:\n  a:\n    type: simulator\n    host: h',
    'petitbleu.yaml:4:11: carriers.a.host: a key of carriers of the type smpp; this one is of the type simulator',
  ],
  [
    'a key of another type, the type being the name',
    'carriers: {smpp: {host: h, systemId: s, latencyMs: 1}}',
    'petitbleu.yaml:1:52: carriers.smpp.latencyMs: a key of carriers of the type simulator; this one is of the type smpp',
  ],
  [
    'a carrier without what its type must have',
    'carriers:\n  a: {type: smpp}',
    'petitbleu.yaml:2:3: carriers.a.host: found nothing; allowed is a host name or an IP address',
    'petitbleu.yaml:2:3: carriers.a.systemId: found nothing; allowed is 1 to 15 characters of ASCII',
  ],
  [
    'an address kind',
    'carriers: {smpp: {host: h, systemId: s, addressing: {number: 1/256}}}',
    'petitbleu.yaml:1:62: carriers.smpp.addressing.number: found "1/256"; allowed is TON/NPI',
  ],
  [
    'the name of a carrier',
    'carriers: {A_1: {type: simulator}}',
    'petitbleu.yaml:1:12: carriers.A_1: the name of a carrier is 1 to 32 small letters',
  ],
  [
    'an unknown option of a carrier',
    'carriers: {a: {type: simulator, windw: 2}}',
    'petitbleu.yaml:1:33: carriers.a.windw: there is no such key; the nearest is carriers.a.window; allowed here: type,',
  ],
  ['a key that is no text', '? [a]\n: b', 'petitbleu.yaml:1:3: a key is a plain text'],
  ['a tab', 'mail:\n\tdomains: [a]', 'petitbleu.yaml:2:1: not YAML: Tabs are not allowed as indentation'],
  ['an open list', 'mail:\n  domains: [a\nlog: {}', 'petitbleu.yaml:3:1: not YAML:'],
  ['an IPv6 address without quotes', 'mail: {smtp: {listen: [::1]:25}}', 'petitbleu.yaml:1:'],
  ['two documents', 'log: {}\n---\nlog: {}', 'petitbleu.yaml:2:1: not YAML:'],
  ['an alias of nothing', 'log: *none', 'petitbleu.yaml:1:6: an alias without its anchor'],
];

describe('a mistake says where, what was found and what is allowed', () => {
  it.each(CASES)('%s', (_name, yaml, ...lines) => {
    const mistakes = mistakesIn(load(yaml));
    expect(mistakes.length).toBeGreaterThan(0);
    lines.forEach((line, index) => expect(mistakes[index]?.startsWith(line) ? line : mistakes[index]).toBe(line));
  });

  it('all of them at once, in the order of the file, then of the environment', () => {
    const yaml = 'log: {level: x}\nmial: 1\nmail: {from: y, parse: {workers: z}}\n';
    const mistakes = mistakesIn(load(yaml, { env: { PETITBLEU__log__format: 'w' } }));
    const starts = mistakes.map((line) => line.split(': ').slice(0, 2).join(' '));
    expect(starts).toEqual([
      'petitbleu.yaml:1:14 log.level',
      'petitbleu.yaml:2:1 mial',
      'petitbleu.yaml:3:14 mail.from',
      'petitbleu.yaml:3:34 mail.parse.workers',
      'PETITBLEU__log__format log.format',
    ]);
  });

  it('a file that is not UTF-8', () => {
    expect(mistakesIn(load(new Uint8Array([0x6c, 0xff, 0xfe])))).toEqual(['petitbleu.yaml: not UTF-8']);
  });

  it('aliases that would fill the memory', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) =>
        `&a${i} [${
          i === 0
            ? 'x'
            : Array(9)
                .fill(`*a${i - 1}`)
                .join(',')
        }]`,
    );
    const yaml = `mail: {domains: [${levels.join(', ')}]}`;
    expect(mistakesIn(load(yaml))).toEqual([expect.stringContaining('mail.domains: too many aliases')]);
  });
});

describe('what a mistake never says', () => {
  it.each([
    `mail: {out: {url: "http://user:${CANARY}@host"}}`,
    `mail: {out: {url: "smtp://user:${CANARY} @host:25"}}`,
    `mail: {out: {url: ["smtp://user:${CANARY}@host"]}}`,
    `mail: {out: "smtp://user:${CANARY}@host"}`,
    `mail: {out: {uri: "smtp://user:${CANARY}@host"}}`,
    `carriers: {smpp: {password: "${CANARY}é"}}`,
    `carriers: {a: {type: simulator, password: ${CANARY}}}`,
    `mail:\n  out:\n    url: smtp://user:${CANARY}@host: x\n  ${CANARY}\n`,
    `mail:\n  out:\n    url: "smtp://user" ${CANARY}\n`,
    `mail:\n  out:\n    url: @smtp://${CANARY}\n`,
    `mail: {out: {url: 'smtp://user:${CANARY}@host\n`,
  ])('a secret: %s', (yaml) => {
    const mistakes = mistakesIn(load(yaml));
    expect(mistakes.length).toBeGreaterThan(0);
    expect(mistakes.join('\n')).not.toContain(CANARY);
  });

  it('a secret in a file broken anywhere', () => {
    const yaml = `mail:\n  out:\n    url: "smtp://user:${CANARY}@host:25"\nlog:\n  level: info\n`;
    const breaks = fc.constantFrom(
      '"',
      "'",
      '\t',
      '[',
      '{',
      ': ',
      '&',
      '*',
      '!',
      '|',
      '%',
      '@',
      '`',
      '\n',
      ',',
      '- ',
      '? ',
    );
    fc.assert(
      fc.property(breaks, fc.nat(yaml.length), (broken, at) => {
        // Inside of the word itself nothing is left to look for.
        const whole = yaml.slice(0, at) + broken + yaml.slice(at);
        const keyIsSecret = new RegExp(`^[^"]*${CANARY}[^"]*:`, 'm').test(whole);
        return keyIsSecret || !mistakesIn(load(whole)).join('\n').includes(CANARY);
      }),
      { numRuns: 300 },
    );
  });
});

describe('any text', () => {
  it('is a configuration or a list of mistakes, never an exception', () => {
    const names = [...new Set([...ROWS.keys()].flatMap((key) => key.split('.')))];
    const piece = fc.oneof(
      fc.constantFrom(...names),
      fc.constantFrom(': ', '\n', '  ', '- ', '[', ']', '{', '}', '&a ', '*a', ','),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const result = load(pieces.join(''));
        if (!result.ok) expect(result.error.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the nearest key', () => {
  it.each([
    ['mail.smpt', 'mail.smtp'],
    ['mail.SMTP', 'mail.smtp'],
    ['mail.domain', 'mail.domains'],
    ['mail.form', 'mail.from'],
    ['mail.quiteother', undefined],
  ])('%s: %s', (written, expected) => {
    expect(nearest(written, ['mail.smtp', 'mail.domains', 'mail.from'])).toBe(expected);
  });

  it('counts two swapped letters as one change', () => {
    expect(nearest('smpt', ['smxx', 'smtp'])).toBe('smtp');
  });

  it('is found for every key with two neighbouring letters swapped', () => {
    for (const key of ROWS.keys()) {
      const swapped = key.replace(/(.)(.)$/, '$2$1');
      expect(nearest(swapped, [...ROWS.keys()])).toBe(key);
    }
  });
});
