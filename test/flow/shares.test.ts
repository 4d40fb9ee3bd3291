// Domain shares from the file to the phone: who may send, who pays, who is answered, what is capped; and files that
// change while the daemon runs.

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import type { AccountView } from '../../src/cli/operations/account-view.js';
import type { StatementView } from '../../src/cli/operations/credit.js';
import type { DomainsView, UsageView } from '../../src/cli/operations/domain.js';
import { textOf } from '../support/text-of.js';
import { Gateway, type Reply } from './gateway.js';

const PAYER = 'pay@school.example';
const TEACHER = 'teacher@school.example';
const NOT_ACCEPTED = { code: 550, text: '5.7.1 Sender or code not accepted' };

function share(more = ''): string {
  return `domain: school.example\naccount: ${PAYER}\n${more}`;
}

function file(gateway: Gateway, name = 'school.yaml'): string {
  return path.join(gateway.folder, 'domains.d', name);
}

function write(gateway: Gateway, yaml: string, name?: string): void {
  mkdirSync(path.join(gateway.folder, 'domains.d'), { recursive: true });
  writeFileSync(file(gateway, name), yaml);
}

/** A gateway with a paying account of 100 credits and the share in force; gives the code of the domain. */
async function withShare(more = '', settings = {}): Promise<{ gateway: Gateway; code: string }> {
  const gateway = await Gateway.start();
  await gateway.account(PAYER, 100, settings);
  write(gateway, share(more));
  expect(await gateway.daemon.reload()).toMatchObject({ ok: true });
  const { code } = await gateway.ask<{ code: string }>('domain.set-code', { domain: 'school.example' });
  return { gateway, code };
}

let lastText = 0;

function send(gateway: Gateway, code: string, wish: { from?: string; to?: string; text?: string } = {}) {
  lastText += 1;
  const { from = TEACHER, to = '0612345678', text = `Bonjour ${lastText}` } = wish;
  return gateway.mail({ from, to: `sms.${code}@gw.example`, subject: to, text });
}

async function balance(gateway: Gateway): Promise<number> {
  const { balanceMilli } = await gateway.ask<AccountView>('account.show', { email: PAYER });
  return balanceMilli / 1000;
}

function accepted({ code }: Reply): boolean {
  return code === 250;
}

describe('a sender of the domain', () => {
  test('sends on the credit of the paying account, and is answered in the language of the share', async () => {
    const { gateway, code } = await withShare('settings: {lang: en}\n');
    expect(accepted(await send(gateway, code, { text: 'Bonjour' }))).toBe(true);
    await gateway.waitFor(() => gateway.outbox().length > 0 && gateway.phone().length > 0);
    expect(await balance(gateway)).toBe(99);
    expect(gateway.phone()).toMatchObject([{ to: '+33612345678', text: 'Bonjour' }]);
    const [mail = ''] = gateway.outbox();
    expect(mail).toMatch(new RegExp(`^To: ${TEACHER}\r?$`, 'm'));
    expect(mail).toContain('Your SMS is recorded');
    expect(mail).not.toContain(code);
  });

  test('in another case, and with the code in another case', async () => {
    const { gateway, code } = await withShare();
    expect(accepted(await send(gateway, code.toLowerCase(), { from: 'Teacher@School.Example' }))).toBe(true);
    const { usage } = await gateway.ask<UsageView>('domain.usage', { domain: 'school.example' });
    expect(usage).toEqual([
      { month: '2026-11', domain: 'school.example', sender: TEACHER, orders: 1, messages: 1, priceMilli: 1000 },
    ]);
  });

  test('has the settings of the paying account, and those of the share before them', async () => {
    const { gateway, code } = await withShare('settings: {long: truncate}\n', { long: 'off', overseas: 'on' });
    const long = `${'a'.repeat(160)}b`;
    expect(accepted(await send(gateway, code, { to: '0690123456', text: long }))).toBe(true);
    await gateway.waitFor(() => gateway.phone().length > 0);
    expect(gateway.phone()).toMatchObject([{ to: '+590690123456', text: 'a'.repeat(160) }]);
  });

  test('is refused as a wrong code is: wrong code, other domain, subdomain, not in the list', async () => {
    const { gateway, code } = await withShare(`senders: [${TEACHER}]\n`);
    expect(await send(gateway, 'WRONG1')).toEqual(NOT_ACCEPTED);
    for (const from of [
      'eve@other.example',
      'eve@sub.school.example',
      'eve@notschool.example',
      'head@school.example',
    ]) {
      expect(await send(gateway, code, { from }), from).toEqual(NOT_ACCEPTED);
    }
    expect(accepted(await send(gateway, code))).toBe(true);
    expect(await balance(gateway)).toBe(99);
  });

  test('with an account of their own uses that one, and its code', async () => {
    const { gateway, code } = await withShare();
    const own = await gateway.account(TEACHER, 5);
    expect(await send(gateway, code)).toEqual(NOT_ACCEPTED);
    expect(accepted(await send(gateway, own))).toBe(true);
    expect(await balance(gateway)).toBe(100);
  });

  test('cannot send with the code of the paying account', async () => {
    const gateway = await Gateway.start();
    const own = await gateway.account(PAYER, 100);
    write(gateway, share());
    await gateway.daemon.reload();
    expect(await send(gateway, own)).toEqual(NOT_ACCEPTED);
  });

  test('cannot send while the share has no code, its account is closed or does not exist', async () => {
    const gateway = await Gateway.start();
    write(gateway, share());
    const warned = async () => {
      const reloaded = await gateway.daemon.reload();
      return reloaded.ok ? reloaded.value.warnings : [];
    };
    expect(await warned()).toEqual([
      expect.stringContaining(`there is no account ${PAYER}`),
      expect.stringContaining('no code yet'),
    ]);
    expect(await send(gateway, 'CODE12')).toEqual(NOT_ACCEPTED);
    await gateway.account(PAYER, 10);
    expect(await send(gateway, 'CODE12')).toEqual(NOT_ACCEPTED);
    await gateway.ask('domain.set-code', { domain: 'school.example', code: 'CODE12' });
    expect(await warned()).toEqual([]);
    expect(accepted(await send(gateway, 'CODE12'))).toBe(true);
    await gateway.ask('account.close', { email: PAYER });
    expect(await warned()).toEqual([expect.stringContaining('closed')]);
    expect(await send(gateway, 'CODE12')).toEqual(NOT_ACCEPTED);
  });

  test('whose code was replaced is refused with the old one', async () => {
    const { gateway, code } = await withShare();
    expect(accepted(await send(gateway, code))).toBe(true);
    const { code: next } = await gateway.ask<{ code: string }>('domain.set-code', { domain: 'school.example' });
    expect(await send(gateway, code)).toEqual(NOT_ACCEPTED);
    expect(accepted(await send(gateway, next))).toBe(true);
  });
});

describe('caps', () => {
  const refusals = (gateway: Gateway) =>
    gateway
      .outbox()
      .map(textOf)
      .filter((mail) => mail.includes('refusé.'));

  test('of a sender: what would go over it is refused whole, and others go on', async () => {
    const { gateway, code } = await withShare('senderCap: 2\n');
    await send(gateway, code);
    expect(accepted(await send(gateway, code, { to: '0612345678-0612345679' }))).toBe(true);
    await gateway.waitFor(() => refusals(gateway).length === 1);
    expect(refusals(gateway)[0]).toMatch(/plafond/i);
    expect(await balance(gateway)).toBe(99);
    await send(gateway, code, { from: 'head@school.example', to: '0612345678-0612345679' });
    expect(await balance(gateway)).toBe(97);
  });

  test('of the domain, anew each calendar month', async () => {
    const { gateway, code } = await withShare('monthlyCap: 2\n');
    await send(gateway, code);
    await send(gateway, code, { from: 'head@school.example' });
    await send(gateway, code, { from: 'third@school.example' });
    expect(await balance(gateway)).toBe(98);
    await gateway.waitFor(() => refusals(gateway).length === 1);
    // 23 November, 10:00 in Paris: the first of December is 7 days and 14 hours away.
    await gateway.pass((7 * 24 + 14) * 3_600_000);
    await send(gateway, code);
    expect(await balance(gateway)).toBe(97);
    const { usage } = await gateway.ask<UsageView>('domain.usage', { domain: 'school.example' });
    expect(usage.map(({ month, sender }) => [month, sender])).toEqual([
      ['2026-12', TEACHER],
      ['2026-11', 'head@school.example'],
      ['2026-11', TEACHER],
    ]);
    const asked = { domain: 'school.example', month: '2026-12' };
    const december = await gateway.ask<UsageView>('domain.usage', asked);
    expect(december.usage).toEqual(usage.slice(0, 1));
    const { domains } = await gateway.ask<DomainsView>('domain.list', {});
    expect(domains).toMatchObject([{ usedMilli: 1000, monthlyCapMilli: 2000 }]);
  });
});

test('the statement of the paying account says who sent, and what each domain has used', async () => {
  const { gateway, code } = await withShare();
  await send(gateway, code, { to: '0612345678-0612345679' });
  const { lines, usage } = await gateway.ask<StatementView>('credit.statement', { email: PAYER });
  expect(lines.map(({ kind, requester }) => [kind, requester])).toContainEqual(['reserve', TEACHER]);
  expect(lines.at(-1)).toMatchObject({ kind: 'issue', requester: null });
  expect(usage).toEqual([
    { month: '2026-11', domain: 'school.example', sender: TEACHER, orders: 1, messages: 2, priceMilli: 2000 },
  ]);
});

describe('while the daemon runs', () => {
  const domains = async (gateway: Gateway) => {
    const view = await gateway.ask<DomainsView>('domain.list', {});
    return { domains: view.domains.map(({ domain }) => domain), mistakes: view.mistakes };
  };

  /** Lets the watch settle until the list is as it should be. */
  async function listed(gateway: Gateway, expected: readonly string[]): Promise<void> {
    const end = performance.now() + 5000;
    for (;;) {
      await gateway.pass(100);
      const now = (await domains(gateway)).domains;
      if (JSON.stringify(now) === JSON.stringify(expected)) return;
      if (performance.now() > end) expect(now).toEqual(expected);
    }
  }

  test('a reload with a broken file changes nothing, neither here nor in the rest', async () => {
    const { gateway, code } = await withShare();
    write(gateway, share('montlyCap: 5\n'));
    write(gateway, 'domain: other.example\naccount: x@other.example\n', 'other.yaml');
    const reloaded = await gateway.daemon.reload();
    expect(reloaded.ok ? '' : reloaded.error).toMatch(
      /school\.yaml:3:1: montlyCap: there is no such key; the nearest is monthlyCap/,
    );
    expect(await domains(gateway)).toEqual({
      domains: ['school.example'],
      mistakes: [expect.stringContaining('school.yaml:3:1: montlyCap')],
    });
    expect(accepted(await send(gateway, code))).toBe(true);
  });

  test('a mistake in the configuration keeps the shares as they were', async () => {
    const { gateway } = await withShare();
    write(gateway, 'domain: other.example\naccount: x@other.example\n', 'other.yaml');
    writeFileSync(path.join(gateway.folder, 'petitbleu.yaml'), 'log: {level: loud}\n');
    expect(await gateway.daemon.reload()).toMatchObject({ ok: false });
    expect((await domains(gateway)).domains).toEqual(['school.example']);
  });

  test('a changed file takes effect by itself; one with a mistake does not', async () => {
    const { gateway, code } = await withShare();
    write(gateway, share('senders: [head@school.example]\n'));
    const end = performance.now() + 5000;
    while (accepted(await send(gateway, code)) && performance.now() < end) await gateway.pass(100);
    expect(await send(gateway, code)).toEqual(NOT_ACCEPTED);
    write(gateway, 'domain: school.example\n');
    await gateway.pass(1000);
    expect(await send(gateway, code, { from: 'head@school.example' })).toMatchObject({ code: 250 });
  });

  test('files that editors rename into place, new ones, and ones that go', async () => {
    const gateway = await Gateway.start();
    await gateway.account(PAYER, 10);
    // Not even the folder was there.
    write(gateway, share(), '.school.yaml.tmp');
    renameSync(file(gateway, '.school.yaml.tmp'), file(gateway));
    await listed(gateway, ['school.example']);
    write(gateway, 'domain: other.example\naccount: x@other.example\n', 'other.yaml');
    await listed(gateway, ['other.example', 'school.example']);
    rmSync(file(gateway));
    await listed(gateway, ['other.example']);
    renameSync(path.join(gateway.folder, 'domains.d'), path.join(gateway.folder, 'old'));
    await listed(gateway, []);
    renameSync(path.join(gateway.folder, 'old'), path.join(gateway.folder, 'domains.d'));
    await listed(gateway, ['other.example']);
  });
});

test('a start with a broken file tells it and does not start', async () => {
  const gateway = await Gateway.start();
  await gateway.stop();
  write(gateway, 'domain: a_b\n');
  await expect(gateway.start()).rejects.toThrow(/school\.yaml:1:9: domain: found "a_b"/);
});
