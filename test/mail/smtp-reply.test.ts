import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { rejection } from '../../src/core/rejection.js';
import { RefusedError, replyLines, splitEnhanced } from '../../src/mail/smtp-reply.js';
import { describeFault, maskAddress } from '../../src/mail/redact.js';
import { Admission } from '../../src/mail/smtp-admission.js';

describe('the words of a reply', () => {
  it('come from the table, in English, with both codes', () => {
    const error = new RefusedError(rejection('not-accepted'));
    expect([error.responseCode, error.message]).toEqual([550, '5.7.1 Sender or code not accepted']);
    expect(splitEnhanced(error.message)).toEqual({ enhanced: '5.7.1', rest: 'Sender or code not accepted' });
    expect(splitEnhanced('2026.11.22 is no code')).toEqual({ enhanced: null, rest: '2026.11.22 is no code' });
  });

  it.each([
    ['« été » — 5 € pour ••••@x.fr…', '" ete " - 5 ? pour ****@x.fr...'],
    ['tab\tand\r\n250 forged', 'tab and 250 forged'],
    ['\u202Egnp.exe \u200Bhidden \u0000', 'gnp.exe hidden'],
    ['Ж 😀', '? ?'],
  ])('are plain ASCII: %j', (text, plain) => {
    expect(replyLines(text, false)).toEqual([plain]);
  });

  it('keep other characters for who announced SMTPUTF8, and controls for nobody', () => {
    expect(replyLines('é 😀\n\u202Ex', true)).toEqual(['é 😀 x']);
  });

  it('are folded at spaces', () => {
    const words = Array.from({ length: 200 }, (_, i) => `word${i}`).join(' ');
    const lines = replyLines(words, false);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join(' ')).toBe(words);
  });

  it('always fit a line, have no controls and lose no word', () => {
    const texts = fc
      .array(fc.string({ unit: 'binary', maxLength: 1_000 }), { maxLength: 4 })
      .map((all) => all.join(' '));
    fc.assert(
      fc.property(texts, fc.boolean(), (text, utf8) => {
        const lines = replyLines(text, utf8);
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) {
          expect(Buffer.byteLength(`550-5.7.1 ${line}\r\n`)).toBeLessThanOrEqual(512);
          expect(line).toMatch(utf8 ? /^\P{Cc}*$/u : /^[\x20-\x7e]*$/);
        }
      }),
    );
  });
});

describe('what a log may say', () => {
  it('is the domain of an address', () => {
    expect(maskAddress('CODE.0612345678@sms.example')).toBe('••••@sms.example');
    expect(maskAddress('CODE')).toBe('••••');
  });

  it('is the place of a fault, not its message', () => {
    const fault = Object.assign(new TypeError('bad CANARY\n    at CANARY'), { code: 'ENOSPC' });
    const described = describeFault(fault);
    expect(described).toMatchObject({ fault: 'TypeError', code: 'ENOSPC' });
    expect(JSON.stringify(described)).toContain('smtp-reply.test.ts');
    expect(JSON.stringify(described)).not.toContain('CANARY');
    expect(describeFault('CANARY')).toEqual({ fault: 'string' });
  });
});

describe('admission', () => {
  it('counts in all and by address, and gives places back once', () => {
    const admission = new Admission({ connections: 3, perIp: 2 });
    const first = admission.admit('192.0.2.1');
    expect(admission.admit('192.0.2.1')).not.toBeNull();
    expect(admission.admit('192.0.2.1')).toBeNull();
    expect(admission.admit('192.0.2.2')).not.toBeNull();
    expect(admission.admit('192.0.2.3')).toBeNull();
    first?.();
    first?.();
    expect(admission.admit('192.0.2.3')).not.toBeNull();
    expect(admission.admit('192.0.2.4')).toBeNull();
  });
});
