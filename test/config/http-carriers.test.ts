// Carriers of the type `http` in the file: what a preset gives, what counts before it, and mistakes.

import { describe, expect, it } from 'vitest';

import { showConfig } from '../../src/config/show.js';
import { load, loaded, mistakesIn } from './workspace.js';

const carrier = (keys: string): string => `carriers:\n  web:\n    type: http\n${keys.replace(/^/gm, '    ')}\n`;

function settings(keys: string) {
  const found = loaded(load(carrier(keys))).config.carriers['web'];
  if (found?.type !== 'http') throw new Error('no http carrier');
  return found;
}

describe('a preset', () => {
  it('is enough with its credentials, and gives every key', () => {
    const { url, answer, receiptFields, charset } = settings('preset: smsmode\npassword: s3cret');
    expect(url?.written).toBe('https://api.smsmode.com/http/1.6/sendSMS.do');
    expect([answer.id.at, receiptFields.id, charset]).toEqual(['text', ['smsID'], 'iso-8859-15']);
  });

  it('what is written counts before it; a body of the other kind takes its place', () => {
    const own = settings(`preset: twilio\nurl: https://twilio.example/m\njson: '{"to":"{to}"}'`);
    expect(own.url?.written).toBe('https://twilio.example/m');
    expect([own.form, own.json?.written, own.auth]).toEqual([[], '{"to":"{to}"}', 'basic']);
  });

  it('is shown whole, without the secret, and what is shown loads again to the same', () => {
    for (const preset of ['kannel', 'cm', 'cm-json', 'ovh', 'twilio', 'vonage', 'smsmode']) {
      const { config } = loaded(load(carrier(`preset: ${preset}\nurl: http://127.0.0.1/\npassword: k4n4ry`)));
      const shown = showConfig(config, { changed: false });
      expect(shown).not.toContain('k4n4ry');
      const again = loaded(load(shown.replaceAll('••••', 'k4n4ry'))).config;
      expect(again.carriers, preset).toEqual(config.carriers);
      expect(showConfig(config, { changed: true })).not.toContain('outcomes');
    }
  });
});

describe('mistakes', () => {
  it.each([
    ['no url and no preset', 'password: x', 'carriers.web.url'],
    ['kannel has no address of its own', 'preset: kannel', 'carriers.web.url'],
    ['an unknown placeholder', 'url: http://a.example/\nquery: ["to={number}"]', 'carriers.web.query'],
    ['JSON that is none', "url: http://a.example/\njson: '{to}'", 'carriers.web.json'],
    ['a password in the URL', 'url: http://user:pass@a.example/', 'carriers.web.url'],
    ['another scheme', 'url: ftp://a.example/', 'carriers.web.url'],
    [
      'a rule without a verdict',
      'url: http://a.example/\nanswer: { outcomes: [2xx -> good] }',
      'carriers.web.answer.outcomes',
    ],
    [
      'a token that nobody can use',
      'url: http://a.example/\ncallbacks: { token: 0123456789abcdef }',
      'carriers.web.callbacks.token',
    ],
    ['a short token', 'url: http://a.example/\ncallbacks: { token: abc }', 'carriers.web.callbacks.token'],
    ['a form and JSON', "url: http://a.example/\nform: [a=b]\njson: '{}'", 'carriers.web.json'],
    ['a key of smpp', 'url: http://a.example/\nsystemId: x', 'carriers.web.systemId'],
  ])('%s', (_, keys, key) => {
    const lines = mistakesIn(load(carrier(keys)));
    expect(lines.join('\n')).toContain(key);
    expect(lines.join('\n')).not.toContain('user:pass@');
  });
});
