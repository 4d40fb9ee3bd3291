// The files of the domain shares: what they mean, and every mistake of every file at once.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { readDomains } from '../../src/config/domains.js';
import { loadConfig } from '../../src/config/load.js';
import { formatMistakes } from '../../src/config/mistakes.js';
import { loaded, mistakesIn, workspace } from './workspace.js';

type Files = Readonly<Record<string, string | Uint8Array>>;

const GOOD = 'domain: a.fr\naccount: pay@a.fr\n';

/** A folder with a `domains.d` in it. */
function withDomains(files: Files, config: Files = {}): string {
  const folder = workspace(config);
  mkdirSync(path.join(folder, 'domains.d'));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, 'domains.d', name), content);
  return folder;
}

function read(files: Files) {
  const folder = withDomains(files);
  return readDomains(path.join(folder, 'domains.d'), folder);
}

function mistakesOf(files: Files): string[] {
  return formatMistakes(read(files).mistakes).trimEnd().split('\n');
}

describe('a file of a share', () => {
  it('the example is right', () => {
    const folder = fileURLToPath(new URL('../../config/domains.d', import.meta.url));
    const { shares, mistakes } = readDomains(folder, folder);
    expect(mistakes).toEqual([]);
    expect([...shares.values()]).toEqual([
      {
        file: 'example.fr.yaml',
        domain: 'example.fr',
        account: 'sms@example.fr',
        monthlyCapMilli: 500_000,
        senderCapMilli: 50_000,
        senders: null,
        settings: { lang: 'fr', long: 'on', 'notify.delivered': true },
      },
    ]);
  });

  it('gives typed values, addresses and domains in lower case', () => {
    const { shares, mistakes } = read({
      'x.yml': `
domain: A.FR
account: Pay@Other.FR
monthlyCap: 12.5
senderCap: off
senders: [Bob@A.fr, "al@a.fr"]
settings: {notify.delivered: on, notify: {recorded: off}, cutoff: 20:00, dailyCap: 3}
`,
    });
    expect(mistakes).toEqual([]);
    expect(shares.get('a.fr')).toEqual({
      file: 'domains.d/x.yml',
      domain: 'a.fr',
      account: 'pay@other.fr',
      monthlyCapMilli: 12_500,
      senderCapMilli: null,
      senders: new Set(['bob@a.fr', 'al@a.fr']),
      settings: { 'notify.delivered': true, 'notify.recorded': false, cutoff: '20:00', dailyCap: 3000 },
    });
  });

  it('needs no more than a domain and an account', () => {
    expect(read({ 'a.yaml': GOOD }).shares.get('a.fr')).toMatchObject({
      monthlyCapMilli: null,
      senderCapMilli: null,
      senders: null,
      settings: {},
    });
  });

  const CASES: readonly (readonly [name: string, yaml: string, ...lines: string[]])[] = [
    [
      'an empty file',
      '# nothing\n',
      'domains.d/a.yaml:1:1: domain: found nothing; allowed is a domain name such as example.fr',
      'domains.d/a.yaml:1:1: account: found nothing; allowed is a plain mail address',
    ],
    [
      'an unknown key',
      `${GOOD}montlyCap: 5\n`,
      'domains.d/a.yaml:3:1: montlyCap: there is no such key; the nearest is monthlyCap; allowed here: domain, account,',
    ],
    [
      'an unknown setting',
      `${GOOD}settings:\n  lnag: en\n`,
      'domains.d/a.yaml:4:3: settings.lnag: there is no such key; the nearest is settings.lang;',
    ],
    [
      'a bad setting',
      `${GOOD}settings:\n  cutoff: 20h\n`,
      'domains.d/a.yaml:4:11: settings.cutoff: found "20h"; allowed is off | 19:00',
    ],
    [
      'a setting of the account itself',
      `${GOOD}settings:\n  lowBalance.threshold: 5\n`,
      'domains.d/a.yaml:4:3: settings.lowBalance.threshold: there is no such key;',
    ],
    [
      'the code',
      `${GOOD}code: k4n4ryB1rd\n`,
      'domains.d/a.yaml:3:1: code: there is no such key; the code is not written here: petitbleu domain set-code',
    ],
    ['a domain', 'domain: a_b\naccount: pay@a.fr', 'domains.d/a.yaml:1:9: domain: found "a_b"; allowed is a domain'],
    ['an account', 'domain: a.fr\naccount: pay', 'domains.d/a.yaml:2:10: account: found "pay"; allowed is a plain'],
    ['a cap', `${GOOD}monthlyCap: lots`, 'domains.d/a.yaml:3:13: monthlyCap: found "lots"; allowed is off | credits'],
    ['a cap of nothing', `${GOOD}senderCap: 0`, 'domains.d/a.yaml:3:12: senderCap: found 0; allowed is off | credits'],
    ['no senders', `${GOOD}senders: []`, 'domains.d/a.yaml:3:10: senders: found an empty list; allowed is a list'],
    [
      'a sender of another domain',
      `${GOOD}senders:\n  - bob@a.fr\n  - bob@sub.a.fr\n  - eve@ba.fr\n`,
      'domains.d/a.yaml:5:5: senders: found bob@sub.a.fr; allowed are addresses of a.fr',
      'domains.d/a.yaml:6:5: senders: found eve@ba.fr; allowed are addresses of a.fr',
    ],
    [
      'what is no address',
      `${GOOD}senders:\n  - bob\n`,
      'domains.d/a.yaml:4:5: senders: found "bob"; allowed is a plain mail address of the domain',
    ],
    ['a key given twice', `${GOOD}domain: b.fr`, 'domains.d/a.yaml:3:1: domain: given twice; first on line 1'],
    ['what is no YAML', 'domain: [a', 'domains.d/a.yaml:1:11: not YAML: '],
    ['a list', '- a.fr', 'domains.d/a.yaml:1:1: found a list; a section is expected: domain, account,'],
  ];

  it.each(CASES)('tells %s', (_name, yaml, ...lines) => {
    const found = mistakesOf({ 'a.yaml': yaml });
    expect(found.map((line, at) => line.slice(0, lines[at]?.length))).toEqual(lines);
    expect(found.join()).not.toContain('k4n4ry');
  });

  it('tells a file that is not UTF-8, and one that cannot be read', () => {
    expect(mistakesOf({ 'a.yaml': Uint8Array.of(0x64, 0xff) })).toEqual(['domains.d/a.yaml: not UTF-8']);
    const folder = withDomains({});
    mkdirSync(path.join(folder, 'domains.d/b.yaml'));
    const { mistakes } = readDomains(path.join(folder, 'domains.d'), folder);
    expect(formatMistakes(mistakes)).toBe('domains.d/b.yaml: cannot be read (EISDIR)\n');
  });
});

describe('the folder', () => {
  it('may be missing; a file in its place is told', () => {
    const folder = workspace({ 'domains.d': 'x' });
    expect(readDomains(path.join(folder, 'none'), folder)).toEqual({ shares: new Map(), mistakes: [] });
    const { mistakes } = readDomains(path.join(folder, 'domains.d'), folder);
    expect(formatMistakes(mistakes)).toBe('domains.d: domainsDir: the folder cannot be read (ENOTDIR)\n');
  });

  it('holds one file for each domain', () => {
    const found = mistakesOf({ 'a.yaml': GOOD, 'b.yaml': 'account: pay@a.fr\ndomain: A.FR\n', 'c.yaml': GOOD });
    expect(found).toEqual([
      'domains.d/b.yaml:2:9: domain: found a.fr, which domains.d/a.yaml:1 has already; one file for each domain',
      'domains.d/c.yaml:1:9: domain: found a.fr, which domains.d/a.yaml:1 has already; one file for each domain',
    ]);
  });

  it('leaves alone what editors and people put beside', () => {
    const junk = {
      '.a.yaml.swp': 'x',
      '.#a.yaml': 'x',
      '#a.yaml#': 'x',
      'a.yaml~': 'x',
      'a.yaml.off': 'x',
      README: 'x',
    };
    const { shares, mistakes } = read({ 'b.yaml': GOOD, ...junk });
    expect(mistakes).toEqual([]);
    expect([...shares.keys()]).toEqual(['a.fr']);
  });

  it('is told with the rest: every mistake of every file, those of the configuration first', () => {
    const workingDir = withDomains(
      { 'b.yaml': 'domain: a.fr\nx: 1\naccount: y\n', 'a.yaml': '' },
      { 'petitbleu.yaml': 'log: {level: loud}\n' },
    );
    const places = mistakesIn(loadConfig({ env: {}, workingDir })).map((line) => line.split(': ')[0]);
    expect(places).toEqual([
      'petitbleu.yaml:1:14',
      'domains.d/a.yaml:1:1',
      'domains.d/a.yaml:1:1',
      'domains.d/b.yaml:2:1',
      'domains.d/b.yaml:3:10',
    ]);
  });

  it('lies beside the file, else in the data folder, or where the key says', () => {
    const beside = withDomains({ 'a.yaml': GOOD }, { 'petitbleu.yaml': '', 'other.yaml': 'domainsDir: elsewhere' });
    expect([...loaded(loadConfig({ env: {}, workingDir: beside })).shares.keys()]).toEqual(['a.fr']);
    const elsewhere = loaded(loadConfig({ env: {}, workingDir: beside, file: 'other.yaml' }));
    expect(elsewhere.config.domainsDir).toBe(path.join(beside, 'elsewhere'));
    expect(elsewhere.shares.size).toBe(0);
    const data = loaded(loadConfig({ env: {}, workingDir: workspace(), dataDir: beside }));
    expect(data.config.domainsDir).toBe(path.join(beside, 'domains.d'));
    expect([...data.shares.keys()]).toEqual(['a.fr']);
  });

  it.skipIf(process.getuid?.() === 0)('that nobody may read is told', () => {
    const folder = withDomains({});
    chmodSync(path.join(folder, 'domains.d'), 0);
    expect(formatMistakes(readDomains(path.join(folder, 'domains.d'), folder).mistakes)).toContain('EACCES');
    chmodSync(path.join(folder, 'domains.d'), 0o700);
  });
});
