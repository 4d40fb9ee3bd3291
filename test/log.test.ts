import fs from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { startLog, type AdjustableLog, type LogLevel, type LogOptions } from '../src/log.js';

const CANARY = 'k4n4ryB1rd';

function logTo(lines: string[], options: Partial<LogOptions> = {}): AdjustableLog {
  const destination = { write: (line: string) => lines.push(line) };
  return startLog({ level: 'info', format: 'json', isTerminal: false, destination, ...options });
}

function only(write: (log: AdjustableLog) => void, options: Partial<LogOptions> = {}): string {
  const lines: string[] = [];
  write(logTo(lines, options));
  expect(lines).toHaveLength(1);
  return lines.join('');
}

function fieldsOf(write: (log: AdjustableLog) => void, level: LogLevel = 'info'): Record<string, unknown> {
  return JSON.parse(only(write, { level })) as Record<string, unknown>;
}

describe('JSON lines', () => {
  it('names level, time and event beside the fields', () => {
    const line = fieldsOf((log) => log.info('order.accepted', { order: '01k', parts: 2 }));
    expect(line).toEqual({
      level: 'info',
      time: expect.any(String) as string,
      event: 'order.accepted',
      order: '01k',
      parts: 2,
    });
    expect(new Date(String(line['time'])).toISOString()).toBe(line['time']);
  });

  it('keeps its own names when a field has one of them', () => {
    const line = fieldsOf((log) => log.warn('x.y', { level: 9, event: 'other', time: 1 }));
    expect(line).toMatchObject({ level: 'warn', event: 'x.y', level_: 9, event_: 'other', time_: 1 });
  });

  it('gives an error with its stack in err, under whatever name it came', () => {
    const line = fieldsOf((log) =>
      log.error('fault', { error: new RangeError('too far', { cause: new Error('why') }) }),
    );
    expect(line['err']).toMatchObject({ type: 'RangeError', message: 'too far', cause: 'why' });
    expect((line['err'] as { stack: string }).stack).toContain('log.test.ts');
    expect(line).not.toHaveProperty('error');
  });

  it('survives values that JSON does not know', () => {
    const round: Record<string, unknown> = {};
    round['self'] = round;
    const fields = { big: 10n, bytes: new Uint8Array(3), map: new Map([[1, 2]]), bad: new Date(NaN), round };
    expect(fieldsOf((log) => log.info('odd', fields))).toMatchObject({
      big: '10',
      bytes: '3 bytes',
      map: '1 items',
      bad: null,
    });
  });
});

describe('levels', () => {
  it('change while it runs', () => {
    const lines: string[] = [];
    const log = logTo(lines, { level: 'warn' });
    log.info('hidden.first');
    log.setLevel('debug');
    log.debug('shown');
    log.setLevel('error');
    log.warn('hidden.second');
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['shown']);
  });
});

describe('what is never written', () => {
  const secretNames = [
    'code',
    'pass',
    'password',
    'secret',
    'token',
    'authorization',
    'text',
    'subject',
    'Code',
    'TEXT',
  ];

  it.each(['debug', 'info', 'warn', 'error'] as const)('a secret field at %s, at any depth', (level) => {
    for (const name of secretNames) {
      const fields = { [name]: CANARY, deep: { list: [{ [name]: [CANARY] }] } };
      const line = only((log) => log[level]('canary', fields), { level: 'debug' });
      expect(line).not.toContain(CANARY);
      expect(line).toContain('••••');
    }
  });

  it('a secret field in any object, in both formats', () => {
    const name = fc.constantFrom(...secretNames);
    const nested = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 8 },
        fc.dictionary(name, fc.constant(CANARY)),
        fc.dictionary(fc.string(), tie('tree')),
        fc.array(tie('tree')),
      ),
    })).tree;
    fc.assert(
      fc.property(nested, fc.constantFrom('json' as const, 'pretty' as const), (tree, format) => {
        expect(only((log) => log.info('canary', { tree }), { format })).not.toContain(CANARY);
      }),
    );
  });

  it('the code in an address, as a recipient, in an error, in the words of a server', () => {
    const address = `sms.${CANARY}@sms.example.fr`;
    const fields = {
      rcpt: address,
      rcptTo: [`<${address}>`, `"${CANARY} x"@b.fr`],
      err: new Error(`550 <${address}>`),
      detail: `550 ${address}`,
    };
    const line = only((log) => log.debug('rcpt', fields), { level: 'debug' });
    expect(line).not.toContain(CANARY);
    expect(line).toContain('@sms.example.fr');
  });

  it('a whole number from info on', () => {
    const fields = {
      to: '+33612343556',
      number: '0612343556',
      numbers: ['+33 6 12 34 35 56'],
      destinations: '0612343556-0698765432',
    };
    for (const level of ['info', 'warn', 'error'] as const) {
      const line = fieldsOf((log) => log[level]('message.submitted', fields));
      expect(line['to']).toBe('+336••••3556');
      expect(line['number']).toBe('0612••••3556');
      expect(line['numbers']).toEqual(['+336••••3556']);
      expect(line['destinations']).toBe('0612••••3556-0698••••5432');
    }
    expect(fieldsOf((log) => log.debug('message.submitted', fields), 'debug')['to']).toBe('+33612343556');
    expect(fieldsOf((log) => log.info('x', { to: 33612343556 }))['to']).toBe('3361••••3556');
  });

  it('a number in the message of an error', () => {
    expect(only((log) => log.error('fault', { err: new Error('no route to +33612343556') }))).not.toContain(
      '33612343556',
    );
  });
});

describe('lines for terminals', () => {
  const pretty = (write: (log: AdjustableLog) => void): string => only(write, { format: 'pretty' });

  it('are short', () => {
    const line = pretty((log) =>
      log.info('order.accepted', { order: '01k', to: '+33612343556', note: 'two words', parts: 2 }),
    );
    expect(line).toMatch(/^\d\d:\d\d:\d\d order\.accepted order=01k to=\+336••••3556 note="two words" parts=2\n$/);
  });

  it('name the level from warn on, and show the stack', () => {
    const line = pretty((log) => log.error('fault', { operation: 'x', err: new Error('broken') }));
    expect(line).toMatch(/^\S+ ERROR fault operation=x\n {4}Error: broken\n {4}at /);
  });

  it('let nothing through that forges a line or moves the cursor', () => {
    const line = pretty((log) => log.info('x', { note: 'a\n12:00:00 forged', ansi: '\u001b[2J', bidi: '\u202e' }));
    expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it.each([
    ['auto', true, false],
    ['auto', false, true],
    ['pretty', false, false],
    ['json', true, true],
  ] as const)('format %s with a terminal: %s, is JSON: %s', (format, isTerminal, isJson) => {
    expect(only((log) => log.info('x'), { format, isTerminal }).startsWith('{')).toBe(isJson);
  });
});

describe('the destination', () => {
  it('is stderr', () => {
    const write = vi.spyOn(fs, 'writeSync').mockReturnValue(1_000_000);
    try {
      startLog({ level: 'info', format: 'json', isTerminal: false }).info('hello');
      expect(write.mock.calls.map(([fd]) => fd)).toEqual([2]);
    } finally {
      write.mockRestore();
    }
  });
});

describe('what strangers cause', () => {
  it('is told a hundred times a second of each kind, and how often it was not', async () => {
    const lines: string[] = [];
    const log = logTo(lines);
    for (let at = 0; at < 5_000; at += 1) {
      log.info('mail.refused', { reason: 'relay-denied' });
      if (at < 300) log.info('order.accepted', { order: String(at) });
    }
    log.info('guard.failure');
    const of = (event: string) => lines.filter((line) => line.includes(`"event":"${event}"`));
    expect(of('mail.refused')).toHaveLength(100);
    expect(of('order.accepted')).toHaveLength(300);
    expect(of('guard.failure')).toHaveLength(1);
    await vi.waitFor(() => expect(of('log.left-out')).toHaveLength(1), { timeout: 20_000 });
    expect(JSON.parse(of('log.left-out')[0] ?? '')).toMatchObject({ level: 'warn', of: 'mail.refused', count: 4_900 });
    log.info('mail.refused');
    expect(of('mail.refused')).toHaveLength(101);
  });

  it('makes no long line of a long list', () => {
    const list = Array.from({ length: 100_000 }, (_, at) => `item ${at}`);
    const object = Object.fromEntries(list.map((name) => [name, name]));
    expect(only((log) => log.info('x.y', { list, object })).length).toBeLessThan(10_000);
  });
});
