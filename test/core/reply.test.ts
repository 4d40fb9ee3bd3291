// What follows from a reply: the words, their order, the rules.

import { describe, expect, test } from 'vitest';

import { followUpsOf, isContact, isStop, NO_REPLY_SETTINGS, type ReplyRule } from '../../src/core/reply.js';
import { formatSetting, parseSetting } from '../../src/core/settings.js';

const rule = (pattern: string, more: Partial<ReplyRule> = {}): ReplyRule => ({
  ...{ id: 1, pattern, answer: 'Noté.', group: null },
  ...more,
});

describe('words', () => {
  test.each([
    'STOP',
    'stop',
    ' Stop. ',
    '«STOP»',
    'Arrêt',
    'ARRET !',
    'STOP SMS',
    'StopSMS',
    'Unsubscribe',
    'END',
    'quit',
  ])('%j is STOP', (text) => expect(isStop(text)).toBe(true));
  test.each(['please do not stop', 'stop demain', 'bus stop', '', '.', 'stopper', 'weekend'])('%j is not', (text) =>
    expect(isStop(text)).toBe(false),
  );
  test.each([
    ['Contact !', true],
    ['contactez-moi', false],
  ])('%j is CONTACT: %s', (text, is) => expect(isContact(text)).toBe(is));
});

describe('the order', () => {
  const all = {
    ...{ stopText: 'Adieu', contactText: '01 45', 'replies.auto': 'Merci', 'replies.email': 'a@b.fr' },
    ...{ 'replies.mobile': '+33612345678', 'replies.url': 'https://b.fr/' },
  };
  const forwards = [
    { kind: 'mail', address: 'a@b.fr' },
    { kind: 'forward', mobile: '+33612345678' },
    { kind: 'post', url: 'https://b.fr/' },
  ];
  const rules = [rule('oui', { group: 'Intéressés' }), rule('*', { answer: null })];

  test('STOP before everything, even before a rule for it', () => {
    const stop = [{ kind: 'blacklist' }, { kind: 'answer', text: 'Adieu', to: 'stop' }, ...forwards];
    expect(followUpsOf('stop', all, [rule('*')])).toEqual(stop);
  });
  test('CONTACT before the rules', () => {
    expect(followUpsOf('CONTACT', all, rules)).toEqual([{ kind: 'answer', text: '01 45', to: 'contact' }, ...forwards]);
  });
  test('CONTACT without a text is a reply like any other', () => {
    expect(followUpsOf('CONTACT', { ...NO_REPLY_SETTINGS, 'replies.auto': 'Merci' }, [])).toEqual([
      { kind: 'answer', text: 'Merci', to: 'any' },
    ]);
  });
  test('the first rule that fits, instead of the automatic answer', () => {
    const moved = { kind: 'move', group: 'Intéressés' };
    expect(followUpsOf('Ah OUI, volontiers', all, rules)).toEqual([
      moved,
      { kind: 'answer', text: 'Noté.', to: 'any' },
      ...forwards,
    ]);
    expect(followUpsOf('ouistiti', all, rules)).toEqual(forwards);
  });
  test('the automatic answer', () => {
    expect(followUpsOf('Bonjour', all, [])).toEqual([{ kind: 'answer', text: 'Merci', to: 'any' }, ...forwards]);
  });
  test('a pattern of signs alone fits nothing', () => {
    expect(followUpsOf('Bonjour', NO_REPLY_SETTINGS, [rule('!?')])).toEqual([]);
  });
  test('without settings nothing but STOP', () => {
    expect(followUpsOf('x', NO_REPLY_SETTINGS, [])).toEqual([]);
    expect(followUpsOf('STOP', NO_REPLY_SETTINGS, [])).toEqual([{ kind: 'blacklist' }]);
  });
});

describe('settings', () => {
  test.each([
    ['replies.url', 'https://www.example.fr/replies?k=1', 'https://www.example.fr/replies?k=1'],
    ['replies.url', 'http://[::1]:8080', 'http://[::1]:8080/'],
    ['replies.auto', ' Merci ! ', 'Merci !'],
    ['stopText', 'off', null],
    ['badNumbers', 'off', false],
  ] as const)('%s=%s', (key, text, value) => {
    expect(parseSetting(key, text)).toEqual({ ok: true, value });
  });
  test.each([
    ['replies.url', 'ftp://example.fr/'],
    ['replies.url', 'https://user:secret@example.fr/'],
    ['replies.url', 'file:///etc/passwd'],
    ['replies.url', 'example.fr'],
    ['replies.email', 'Alice <alice@example.fr>'],
    ['replies.mobile', '12'],
    ['contactText', 'x'.repeat(481)],
  ] as const)('%s=%s is refused', (key, text) => {
    expect(parseSetting(key, text).ok).toBe(false);
  });
  test('are shown as they are typed', () => {
    expect(formatSetting('stopText', null)).toBe('off');
    expect(formatSetting('replies.auto', 'Merci !')).toBe('Merci !');
  });
});
