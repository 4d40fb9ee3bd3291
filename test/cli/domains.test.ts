// petitbleu domain …, and what other commands say about domain shares: the command line in this process, no daemon.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runCli } from '../../src/cli/program.js';

const PAYER = 'pay@a.fr';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pb-domains-'));
  mkdirSync(path.join(folder, 'domains.d'));
  writeFileSync(path.join(folder, 'petitbleu.yaml'), 'defaults: {lang: en}\n');
  share('a.yaml', `domain: a.fr\naccount: ${PAYER}\nmonthlyCap: 20\nsenders: [bob@a.fr]\nsettings: {long: on}\n`);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function share(name: string, yaml: string): void {
  writeFileSync(path.join(folder, 'domains.d', name), yaml);
}

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const options = ['--config', path.join(folder, 'petitbleu.yaml'), '--data', path.join(folder, 'run')];
  const code = await runCli([...options, ...words], {
    write: (text) => void (out += text),
    warn: (text) => void (err += text),
    progress: () => undefined,
    closed: new AbortController().signal,
  });
  return { code, out, err };
}

async function lines(...words: string[]): Promise<unknown[]> {
  const { out } = await run(...words, '--json');
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

const withAccount = () => run('account', 'create', PAYER, '--credits', '100', '--no-mail');

describe('domain set-code', () => {
  it('prints the code once; only its hash is stored', async () => {
    await withAccount();
    const { code, out } = await run('domain', 'set-code', 'a.fr');
    expect(code).toBe(0);
    const [, made = ''] = /shown this once: (\w{10})\n/.exec(out) ?? [];
    expect(made).toMatch(/[a-z]/i);
    expect((await run('domain', 'show', 'a.fr')).out).not.toContain(made);
    expect(readFileSync(path.join(folder, 'run/petitbleu.db'), 'latin1')).not.toContain(made);
  });

  it.each([
    ['12345678', /digits alone/],
    ['abc', /6 to 64/],
    ['abcd-efgh', /letters a to z/],
  ])('refuses %s as for accounts', async (chosen, why) => {
    await withAccount();
    const { code, err } = await run('domain', 'set-code', 'a.fr', '--code', chosen);
    expect(code).toBe(64);
    expect(err).toMatch(why);
    expect((await run('domain', 'show', 'a.fr')).out).toContain('no code yet');
  });

  it('takes one that was chosen', async () => {
    await withAccount();
    expect(await lines('domain', 'set-code', 'A.fr', '--code', 'Ecole2026')).toMatchObject([
      { domain: 'a.fr', code: 'Ecole2026', warnings: [] },
    ]);
  });
});

describe('domain list, show, usage', () => {
  it('list the shares, who pays, and what keeps them from serving', async () => {
    await run('account', 'create', 'x@x.fr', '--no-mail');
    const listed = await run('domain', 'list');
    expect(listed.code).toBe(0);
    expect(listed.out).toBe(
      `DOMAIN  PAID BY        THIS MONTH  SENDERS\n` +
        `a.fr    pay@a.fr  0 of 20 credits  1\n` +
        `Warning: a.fr: there is no account pay@a.fr; petitbleu account create pay@a.fr makes it\n` +
        `Warning: a.fr: no code yet; petitbleu domain set-code a.fr makes one\n`,
    );
    await withAccount();
    await run('domain', 'set-code', 'a.fr');
    expect((await run('domain', 'list')).out).not.toContain('Warning');
  });

  it('show the whole of one', async () => {
    await withAccount();
    await run('domain', 'set-code', 'a.fr');
    expect(await lines('domain', 'show', '@a.fr')).toEqual([
      {
        domain: 'a.fr',
        account: PAYER,
        file: expect.stringMatching(/domains\.d\/a\.yaml$/) as string,
        monthlyCapMilli: 20_000,
        senderCapMilli: null,
        senders: ['bob@a.fr'],
        settings: { long: 'on' },
        usedMilli: 0,
        zone: 'Europe/Paris',
        warnings: [],
      },
    ]);
    expect((await run('domain', 'show', 'a.fr')).out).toMatch(/^each sender +no cap$/m);
  });

  it('say what there is instead of an unknown domain', async () => {
    await withAccount();
    for (const words of [['show'], ['usage'], ['set-code']]) {
      const { code, err } = await run('domain', ...words, 'b.fr');
      expect(code).toBe(65);
      expect(err).toBe('petitbleu: there is no share for the domain b.fr (the nearest is a.fr)\n');
    }
    expect((await run('domain', 'show', 'a b')).code).toBe(64);
  });

  it('usage of nobody, and of a month that is none', async () => {
    await withAccount();
    expect((await run('domain', 'usage', 'a.fr')).out).toBe('Nothing was sent by addresses of a.fr.\n');
    expect(await lines('domain', 'usage', 'a.fr')).toEqual([]);
    const wrong = await run('domain', 'usage', 'a.fr', '--month', '2026-13');
    expect(wrong.code).toBe(64);
    expect(wrong.err).toContain('a month is written as 2026-11');
  });
});

describe('explain', () => {
  const explained = async (code: string) => {
    const mail = path.join(folder, 'mail.eml');
    writeFileSync(mail, `From: bob@a.fr\r\nTo: sms.${code}@localhost\r\nSubject: 0612345678\r\n\r\nHello\r\n`);
    return (await run('explain', mail)).out;
  };

  it('finds the share of a sender, and says where it has no code', async () => {
    await withAccount();
    expect(await explained('Ecole2026')).toMatch(/the share of a\.fr has no code yet/);
    await run('domain', 'set-code', 'a.fr', '--code', 'Ecole2026');
    expect(await explained('Ecole2027')).toMatch(/the code in the mail is not right/);
    const right = await explained('Ecole2026');
    expect(right).toMatch(/account pay@a\.fr, balance 100 credits, by the share of a\.fr/);
    expect(right).toMatch(/\+33612345678/);
  });
});

describe('mistakes', () => {
  it('of the files stop a command that reads them itself, all of them told', async () => {
    await withAccount();
    share('b.yaml', 'domain: a.fr\ncap: 5\n');
    for (const words of [['domain', 'list'], ['check-config'], ['start']]) {
      const { code, err } = await run(...words);
      expect(code).toBe(78);
      expect(err).toMatch(/b\.yaml:1:1: account: found nothing/);
      expect(err).toMatch(/b\.yaml:1:9: domain: found a\.fr, which .*a\.yaml:1 has already/);
      expect(err).toMatch(/b\.yaml:2:1: cap: there is no such key/);
    }
  });

  it('check-config warns of what the files cannot know, before there is any data and after', async () => {
    const before = await run('check-config');
    expect(before.code).toBe(0);
    expect(before.out).toMatch(/^The configuration is right .*\nWarning: the accounts of the domain shares were not/);
    await run('account', 'create', 'x@x.fr', '--no-mail');
    expect((await run('check-config')).out).toMatch(
      /^Warning: domain share a\.fr: nobody can send by it: there is no account pay@a\.fr/m,
    );
    await withAccount();
    await run('domain', 'set-code', 'a.fr');
    expect((await run('check-config')).out).not.toContain('Warning');
  });
});
