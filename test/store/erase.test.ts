// The right to erasure in the store: nothing of a person is left in any file, and all that others rely on still works.

import { writeFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import type { Account } from '../../src/core/types.js';
import type { Store } from '../../src/store-port.js';
import { HOLDINGS } from '../../src/store/holdings.js';
import { erase, findAll } from '../support/erasing.js';
import { filesWith } from '../support/residue.js';
import {
  accept,
  ALICE,
  answerAll,
  balances,
  commandFor,
  DAY_MS,
  mailContext,
  newAccount,
  NOW,
  planFor,
  storeWithAccount,
  temporaryFolder,
  temporaryStore,
} from '../support/store.js';

const BOB = 'bob@example.fr';
const PERSON = '+33611111111';
const OTHER = '+33622222222';
/** Of the person's number, however it is written; ASCII in hexadecimal as carriers send it. */
const TRACES = ['611111111', '6 11 11 11 11', '363131313131313131', 'Durand', 'carrier-id-of'];

const taken = (messageId: string) => ({ kind: 'accepted', carrierIds: [`carrier-id-of-${messageId}`] }) as const;
const silence = () => ({ kind: 'unknown', code: 'timeout' }) as const;

function receiptOf(messageId: string) {
  const told = { carrier: 'simulator', carrierId: `carrier-id-of-${messageId}`, to: PERSON } as const;
  return { ...told, state: 'delivered', reason: null, raw: `id:${messageId} to:33611111111` } as const;
}

/** One of everything that is kept of a person, and beside it what is somebody else's. Gives the order to both. */
async function fill(store: Store, account: Account): Promise<{ alone: string; both: string }> {
  const email = account.email;
  const alone = await accept(
    store,
    planFor(account, { to: [PERSON], text: 'Mme Durand, mardi 9h' }),
    mailContext('k1'),
  );
  const both = await accept(store, planFor(account, { to: [PERSON, OTHER], text: 'Reunion' }), mailContext('k2'));
  await accept(store, planFor(account, { to: [OTHER], text: 'Call 06 11 11 11 11 please' }));
  await answerAll(store, taken);
  await store.recordReceipt(receiptOf(`${alone}-1`), NOW);
  await store.recordReceipt({ ...receiptOf('nobody'), raw: 'to:33611111111' }, NOW);
  await store.importContacts({
    ...{ email, group: 'Parents' },
    contacts: [
      { number: PERSON, name: 'Durand', values: ['Lea'] },
      { number: OTHER, name: 'Petit', values: ['06.11.11.11.11'] },
    ],
  });
  await store.changeSettings(email, { 'replies.mobile': PERSON, 'lowBalance.mobile': OTHER, stopText: 'Bye' });
  const reply = { carrier: 'simulator', from: PERSON, to: '36000', raw: '33363131313131313131' };
  await store.recordReply({ ...reply, text: 'Durand here', atMs: NOW }, 'r1', NOW);
  await store.recordReply({ ...reply, text: 'STOP', atMs: NOW }, 'r2', NOW);
  await store.addCredit({ email, amountMilli: 1000, method: 'transfer', reference: `for ${PERSON}`, nowMs: NOW });
  return { alone, both };
}

function isAccepted(reply: Awaited<ReturnType<Store['acceptOrders']>>): boolean | undefined {
  return reply.orders[0]?.decision.accepted;
}

describe('a number', () => {
  test('leaves no trace in any file; what is somebody else’s stays', async () => {
    const folder = temporaryFolder();
    const { store, account } = await storeWithAccount(100, {}, path.join(folder, 'test.db'));
    const { alone, both } = await fill(store, account);
    for (const trace of TRACES) expect(filesWith(folder, trace), trace).not.toEqual([]);
    const before = await balances(store, ALICE);

    await erase(store, { kind: 'number', name: PERSON, cancel: true });

    // Carrier ids of the others stay.
    for (const trace of TRACES.slice(0, -1)) expect(filesWith(folder, trace), trace).toEqual([]);
    expect(await findAll(store, { kind: 'number', name: PERSON })).toEqual([]);
    expect(await store.messages({ order: alone, limit: 10 })).toMatchObject([
      {
        message: { to: 'erased', state: 'delivered', carrierIds: [expect.stringMatching(/^erased-/)] },
        order: { text: '' },
      },
    ]);
    const kept = await store.messages({ order: both, limit: 10 });
    expect(kept.map(({ message, order }) => [message.to, order.text]).sort()).toEqual([
      [OTHER, 'Reunion'],
      ['erased', 'Reunion'],
    ]);
    const [masked] = (await store.messages({ limit: 10 })).filter(({ order }) => order.text.startsWith('Call'));
    expect(masked?.order.text).toBe('Call •••• please');
    const groups = await store.groups(account.id);
    expect(await store.groupMembers(groups[0]?.id ?? 0)).toEqual([{ number: OTHER, name: 'Petit', values: ['••••'] }]);
    const found = await store.findAccount([ALICE]);
    expect(found?.account.settings).toMatchObject({
      'replies.mobile': null,
      'lowBalance.mobile': OTHER,
      stopText: 'Bye',
    });
    expect(await balances(store, ALICE)).toEqual(before);
    const statement = await store.statement(ALICE, 100);
    expect(statement.ok && statement.value.lines.map(({ reference }) => reference)).toContainEqual(
      expect.stringMatching(/^erased-/),
    );
    expect((await store.verify()).faults).toEqual([]);
  });

  test('STOP still holds, can be said again, and can be lifted', async () => {
    const { store, account } = await storeWithAccount(100);
    await store.changeBlacklist({ email: ALICE, number: PERSON, listed: true, nowMs: NOW });
    await erase(store, { kind: 'number', name: PERSON });
    expect(await store.blacklist(ALICE)).toEqual({ ok: true, value: [expect.stringMatching(/^erased-[0-9a-f]{32}$/)] });
    const refused = await store.acceptOrders(commandFor([planFor(account, { to: [PERSON] })]));
    expect(refused.orders[0]?.decision).toMatchObject({
      accepted: false,
      refused: [{ rejection: { reason: 'number-blacklisted' } }],
    });
    await store.changeBlacklist({ email: ALICE, number: PERSON, listed: true, nowMs: NOW });
    expect(await store.blacklist(ALICE)).toMatchObject({ value: { length: 1 } });
    await erase(store, { kind: 'number', name: PERSON });
    expect(await store.blacklist(ALICE)).toMatchObject({ value: { length: 1 } });
    expect(await store.changeBlacklist({ email: ALICE, number: PERSON, listed: false, nowMs: NOW })).toMatchObject({
      ok: true,
    });
    expect(isAccepted(await store.acceptOrders(commandFor([planFor(account, { to: [PERSON] })])))).toBe(true);
  });

  test('a receipt that comes after it still counts, and brings nothing back', async () => {
    const folder = temporaryFolder();
    const { store, account } = await storeWithAccount(100, {}, path.join(folder, 'test.db'));
    const order = await accept(store, planFor(account, { to: [PERSON] }));
    await answerAll(store, taken);
    await erase(store, { kind: 'number', name: PERSON });
    expect(await store.recordReceipt(receiptOf(`${order}-1`), NOW)).toBe(true);
    expect(await store.messages({ order, limit: 1 })).toMatchObject([
      { message: { state: 'delivered', to: 'erased' } },
    ]);
    await store.giveBack('slice');
    expect(filesWith(folder, '611111111')).toEqual([]);
  });

  test('within one account leaves what the others have of it', async () => {
    const store = await temporaryStore();
    const [alice, bob] = [await newAccount(store, ALICE, 10), await newAccount(store, BOB, 10)];
    const orders = [await accept(store, planFor(alice)), await accept(store, planFor(bob))];
    await answerAll(store, taken);
    await erase(store, { kind: 'number', name: '+33612345678', account: ALICE });
    const numbers = [];
    for (const order of orders) numbers.push((await store.messages({ order, limit: 1 }))[0]?.message.to);
    expect(numbers).toEqual(['erased', '+33612345678']);
    // What another account has under way does not keep it waiting.
    await accept(store, planFor(bob, { text: 'still waits' }));
    await erase(store, { kind: 'number', name: '+33612345678', account: ALICE });
  });

  test('is refused while a message is with the carrier, whatever is cancelled', async () => {
    const { store, account } = await storeWithAccount(10);
    const order = await accept(store, planFor(account, { to: [PERSON] }));
    await store.claimDue('simulator', 10, NOW);
    await expect(erase(store, { kind: 'number', name: PERSON, cancel: true })).rejects.toThrow(
      `being sent at this moment: ${order}-1 (submitting); try again`,
    );
  });

  test('leaves the text of an order to others that is still to be sent, and says so; again, nothing is left to do', async () => {
    const { store, account } = await storeWithAccount(10);
    const text = 'Call 06 11 11 11 11';
    const order = await accept(store, planFor(account, { to: [OTHER], text, dueAtMs: NOW + DAY_MS }));
    const textNow = async () => (await store.messages({ order, limit: 1 }))[0]?.order.text;
    const wish = { kind: 'number', name: PERSON } as const;
    expect(await erase(store, wish)).toEqual({ counts: {}, mails: [], skipped: 1 });
    expect(await textNow()).toBe(text);
    await store.claimDue('simulator', 10, NOW + DAY_MS);
    await store.recoverInFlight(NOW + DAY_MS);
    await store.settle({ id: order, state: 'delivered', nowMs: NOW + DAY_MS });
    expect(await erase(store, wish)).toMatchObject({ counts: { orders: 1 }, skipped: 0 });
    expect(await textNow()).toBe('Call ••••');
    expect(await erase(store, wish)).toEqual({ counts: {}, mails: [], skipped: 0 });
  });

  test('names the files of its outcome mails, which lie in a folder', async () => {
    const { store, account } = await storeWithAccount(10);
    await accept(store, planFor(account, { to: [PERSON] }), mailContext('k1'));
    await answerAll(store, taken);
    for (const { id } of await store.dueNotices(10, NOW)) {
      await store.recordNotice({ id, outcome: { kind: 'sent', detail: `${id}.eml` }, retryAtMs: 0 });
    }
    expect((await erase(store, { kind: 'number', name: PERSON })).mails).toContain('1.eml');
  });

  test('is done when it has come to its end, and no other one with it', async () => {
    const { store } = await storeWithAccount(10);
    const request = { account: null, cancel: false, forfeit: false, close: false, codeHash: '', nowMs: NOW } as const;
    await store.beginErasure({ ...request, kind: 'number', name: OTHER });
    await erase(store, { kind: 'number', name: PERSON });
    expect((await store.erasures()).map(({ done }) => done)).toEqual([false, true]);
  });

  test('cannot be read with another key: STOP of erased numbers would be forgotten', async () => {
    const file = path.join(temporaryFolder(), 'test.db');
    const { store } = await storeWithAccount(10, {}, file);
    await erase(store, { kind: 'number', name: PERSON });
    await store.stop();
    writeFileSync(path.join(path.dirname(file), 'erasure.key'), 'ab'.repeat(32));
    await expect(temporaryStore(file)).rejects.toThrow('hashed with another key');
  });

  test('is refused while a message is under way, with what to do, and changes nothing', async () => {
    const { store, account } = await storeWithAccount(10);
    const later = await accept(store, planFor(account, { to: [PERSON], dueAtMs: NOW + DAY_MS }));
    const wish = { kind: 'number', name: PERSON } as const;
    await expect(erase(store, wish)).rejects.toThrow(`still to be sent: ${later}-1 (scheduled); wait`);
    const now = await accept(store, planFor(account, { to: [PERSON], text: 'now' }));
    await answerAll(store, silence);
    await expect(erase(store, { ...wish, cancel: true })).rejects.toThrow(
      `in doubt: ${now}-1 (unknown); say how they ended`,
    );
    expect(await store.messages({ order: later, limit: 1 })).toMatchObject([
      { message: { state: 'scheduled', to: PERSON } },
    ]);
    expect(await store.erasures()).toEqual([]);
    await store.settle({ id: now, state: 'delivered', nowMs: NOW });
    await erase(store, { ...wish, cancel: true });
    expect(await store.messages({ order: later, limit: 1 })).toMatchObject([
      { message: { state: 'cancelled', to: 'erased' } },
    ]);
    expect((await store.verify()).faults).toEqual([]);
  });
});

describe('an account', () => {
  test('must be closed and empty; then only its movements stay, under a pseudonym', async () => {
    const folder = temporaryFolder();
    const { store, account } = await storeWithAccount(100, {}, path.join(folder, 'test.db'));
    const bob = await newAccount(store, BOB, 10, { 'replies.email': ALICE });
    await store.addSender(ALICE, 'alerts@example.fr');
    await fill(store, account);
    const bobs = await accept(store, planFor(bob, { text: 'From alerts@example.fr' }));
    await answerAll(store, (id) => ({ kind: 'accepted', carrierIds: [`of-bob-${id}`] }));
    await store.transferCredit({ from: ALICE, to: BOB, amountMilli: 1000, nowMs: NOW });
    const wish = { kind: 'account', name: ALICE } as const;
    await expect(erase(store, wish)).rejects.toThrow(`the account ${ALICE} is open: petitbleu account close ${ALICE}`);
    await store.closeAccount(ALICE);
    await expect(erase(store, { ...wish, cancel: true })).rejects.toThrow('credits left: move them');
    await erase(store, { ...wish, cancel: true, forfeit: true });
    // A receipt that is nobody's, and the words of a payment, are not the account's to erase.
    await erase(store, { kind: 'number', name: PERSON });

    for (const trace of [...TRACES, ALICE, 'alerts@example.fr', OTHER, 'Petit', 'Reunion']) {
      expect(filesWith(folder, trace), trace).toEqual([]);
    }
    const [gone] = (await store.listAccounts('', 100)).filter(({ email }) => email !== BOB);
    expect(gone).toMatchObject({
      email: expect.stringMatching(/^erased-[0-9a-f]{32}@erased\.invalid$/) as string,
      balanceMilli: 0,
      closed: true,
    });
    expect(gone?.codeHash).toBe('void');
    expect((await store.messages({ order: bobs, limit: 1 }))[0]?.order.text).toBe('From ••••');
    const statement = await store.statement(gone?.email ?? '', 100);
    expect(statement.ok && statement.value.lines.map(({ kind }) => kind)).toContain('forfeit');
    expect((await store.findAccount([BOB]))?.account.settings['replies.email']).toBeNull();
    expect((await store.verify()).faults).toEqual([]);
    await newAccount(store, ALICE, 1);
    await store.closeAccount(ALICE);
    await erase(store, { ...wish, forfeit: true });
    expect((await store.verify()).faults).toEqual([]);
  });
});

describe('an address that sends by a share', () => {
  test('loses its texts and its name; the share’s usage still adds up', async () => {
    const folder = temporaryFolder();
    const { store, account } = await storeWithAccount(100, {}, path.join(folder, 'test.db'));
    const share = { domain: 'school.example', monthlyCapMilli: null, senderCapMilli: null, senders: null };
    const plan = { ...planFor(account, { text: 'Secret' }), share, requester: 'teacher@school.example' };
    await accept(store, plan as never, mailContext('k'));
    await answerAll(store, taken);
    await erase(store, { kind: 'sender', name: 'teacher@school.example' });
    for (const trace of ['teacher', 'Secret']) expect(filesWith(folder, trace), trace).toEqual([]);
    const usage = await store.shareUsage({ domain: 'school.example', zone: 'Europe/Paris', nowMs: NOW });
    expect(usage).toMatchObject([
      { sender: expect.stringMatching(/^erased-/) as string, messages: 1, priceMilli: 1000 },
    ]);
    await expect(erase(store, { kind: 'sender', name: ALICE })).rejects.toThrow(`petitbleu erase account ${ALICE}`);
  });
});

describe('the ledger', () => {
  test('lets nothing be changed but the words of a payment, and these to a pseudonym only', async () => {
    const file = path.join(temporaryFolder(), 'test.db');
    const store = await temporaryStore(file);
    await newAccount(store, ALICE, 10);
    await store.stop();
    const database = new Database(file);
    const change = (set: string) => () => database.exec(`UPDATE movements SET ${set}`);
    for (const set of [
      'amount_milli = 1',
      "ref = 'x'",
      'at = 1',
      'account_id = 2',
      "method = 'cash'",
      'method = NULL',
      "reference = 'erased-x'",
      "order_id = 'o'",
    ]) {
      expect(change(set), set).toThrow('the ledger is append-only');
    }
    expect(() => database.exec('DELETE FROM movements')).toThrow('the ledger is append-only');
    expect(change("method = 'erased-x'")).not.toThrow();
    database.close();
  });
});

describe('the table of what is kept', () => {
  test('has every table and every column that can hold words', async () => {
    const file = path.join(temporaryFolder(), 'test.db');
    await (await temporaryStore(file)).stop();
    const database = new Database(file);
    /** No person stands in these: domains, hashes, numbers of rows. */
    const impersonal = ['share_codes', 'retention', 'erasures', 'erasure_keys', 'queue_lengths'];
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
    expect(HOLDINGS.map(({ table }) => table).sort()).toEqual(
      tables.filter((name) => !impersonal.includes(name)).sort(),
    );
    database.close();
  });
});
