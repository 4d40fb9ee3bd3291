import { describe, expect, test } from 'vitest';

import { parseRecipient } from '../../src/core/address.js';
import { cleanSubject, readCandidate, readSubject } from '../../src/core/subject.js';
import type { Candidate } from '../../src/core/types.js';

function candidateOf(local: string, subject: string): Candidate {
  const forms = parseRecipient(`${local}@gw.example`, ['gw.example']);
  const form = forms.ok ? forms.value[0] : undefined;
  if (!form) throw new Error(`${local} is of no form`);
  return readCandidate(form, readSubject(cleanSubject(subject, [])));
}

describe('cleanSubject', () => {
  test.each([
    ['  Bonjour \r\n\t à tous\u00A0 ', 'Bonjour à tous'],
    ['[EXT] Bonjour', 'Bonjour'],
    ['[ext][External] ***spam*** Bonjour', 'Bonjour'],
    ['[Société] Bonjour', 'Bonjour'],
    ['Bonjour [EXT]', 'Bonjour [EXT]'],
    ['[AUTRE] Bonjour', '[AUTRE] Bonjour'],
    ['(No Subject)', ''],
    ['sans objet', ''],
    ['[EXT] (sans objet)', ''],
    ['sans objet précis', 'sans objet précis'],
    ['\u202A0684843556\u202C', '0684843556'],
    ['Re: Bonjour', 'Re: Bonjour'],
    ['a\u0000b', 'ab'],
  ])('%j', (decoded, cleaned) => {
    expect(cleanSubject(decoded, ['[société]', '', ' '])).toBe(cleaned);
  });
});

describe('what is asked for', () => {
  test.each([
    ['sms', 'FGB45L：0684843556：153012092027', '0684843556', '153012092027'],
    ['sms', 'FGB45Lː0684843556∶153012092027', '0684843556', '153012092027'],
    ['sms', 'FGB45L :\u202F0684843556 : 153012092027', '0684843556', '153012092027'],
    ['sms', 'FGB45L:Equipe Nord-0684843556', 'Equipe Nord-0684843556', null],
    ['sms', 'FGB45L:0684843556:demain', '0684843556', 'demain'],
    ['sms.FGB45L', 'TR:153012092027', 'TR', '153012092027'],
    ['sms.FGB45L', '+201012122027', '+201012122027', null],
    ['FGB45L.0684843556', '', '0684843556', null],
    ['FGB45L.0684843556', '\u200E153012092027', '0684843556', '153012092027'],
    ['FGB45L.0684843556', '15301209202', '0684843556', '15301209202'],
  ])('%s: %s', (local, subject, destinations, at) => {
    const form = { ok: true, value: { destinations, at, text: null } };
    expect(candidateOf(local, subject)).toEqual({ syntax: expect.any(Number) as number, code: 'FGB45L', form });
  });

  test.each([
    ['sms', 'FGB45L:0684843556-Equipe:153012092027s', '0684843556-Equipe'],
    ['sms.FGB45L', '0684843556 : 153012092027s', '0684843556'],
    ['sms.FGB45L', '0684843556:153012092027 S', '0684843556'],
    ['sms.FGB45L', 'TR:153012092027s', 'TR'],
    ['FGB45L.0684843556', '153012092027S', '0684843556'],
  ])('an s behind the date takes back: %s: %s', (local, subject, destinations) => {
    const form = { ok: true, value: { destinations, at: '153012092027', text: null, cancel: true } };
    expect(candidateOf(local, subject)).toMatchObject({ code: 'FGB45L', form });
  });

  test.each([
    ['sms.FGB45L', '0684843556:s', 's'],
    ['sms.FGB45L', '0684843556:15301209202s', '15301209202s'],
    ['sms.FGB45L', '0684843556:153012092027ss', '153012092027ss'],
    ['FGB45L.0684843556', '1530 12092027s', '1530 12092027s'],
  ])('what is no date with an s is no date: %s: %s', (local, subject, at) => {
    const { form } = candidateOf(local, subject);
    expect(form).toEqual({ ok: true, value: { destinations: '0684843556', at, text: null } });
  });

  test.each(['Re: oui', 'Rdv : 14h:30', '0612345678:153012092027'])('syntax 4, the subject is text: %s', (text) => {
    const form = { ok: true, value: { destinations: '0684843556', at: null, text } };
    expect(candidateOf('0684843556.FGB45L', text)).toEqual({ syntax: 4, code: 'FGB45L', form });
  });
});

describe('a mistake shows the right form for that mail, the code masked', () => {
  const NUMBER = '0684843556';
  test.each([
    // local part, subject, code, subject as shown, right form
    ['sms', '0684843556', null, '0684843556', '••••:0684843556'],
    ['sms', '', null, '', '••••:0612345678'],
    ['sms', 'FGB45L 06 84 84 35 56', null, '•••• 06 84 84 35 56', '••••:0684843556'],
    ['sms', 'FGB45L;0684843556;153012092027', null, '••••;0684843556;153012092027', '••••:0684843556:153012092027'],
    ['sms', 'Bonjour', null, '••••', '••••:0612345678'],
    ['sms', ':0684843556', null, ':0684843556', '••••:0684843556'],
    ['sms', 'FGB45L:a:b:c', 'FGB45L', '••••:a:b:c', '••••:0612345678'],
    ['sms', 'FGB45L:0684843556:15:30', 'FGB45L', '••••:0684843556:15:30', '••••:0684843556'],
    ['sms', 'FGB45L:0684843556:', 'FGB45L', '••••:0684843556:', '••••:0684843556'],
    ['sms', 'FGB45L:0684843556:fgb45l', 'FGB45L', '••••:0684843556:••••', '••••:0684843556'],
    [
      'sms',
      'FGB45L:+33684843556-0660919010-153012092027',
      'FGB45L',
      '••••:+33684843556-0660919010-153012092027',
      '••••:+33684843556-0660919010:153012092027',
    ],
    ['sms.FGB45L', 'FGB45L:0684843556', 'FGB45L', '••••:0684843556', '0684843556'],
    ['sms.FGB45L', '0684843556 153012092027', 'FGB45L', '0684843556 153012092027', '0684843556:153012092027'],
    ['sms.FGB45L', '0684843556 153012092027s', 'FGB45L', '0684843556 153012092027s', '0684843556:153012092027s'],
    ['sms.FGB45L', '0684843556:153012092027:x', 'FGB45L', '0684843556:153012092027:x', '0684843556:153012092027'],
    [`FGB45L.${NUMBER}`, 'Bonjour', 'FGB45L', 'Bonjour', '(vide / empty) | HHmmddMMyyyy'],
    [`FGB45L.${NUMBER}`, 'le 153012092027, fgb45l', 'FGB45L', 'le 153012092027, ••••', '(vide / empty) | 153012092027'],
  ])('%s: %s', (...[local, subject, code, shown, form]) => {
    const address = `${local.replace('FGB45L', '••••')}@gw.example`;
    const error = { reason: 'subject-malformed', params: { subject: shown, address, form } };
    expect(candidateOf(local, subject)).toMatchObject({ code, form: { ok: false, error } });
  });

  test.each([
    ['sms', 'Re: Bonjour', null, 'Re: ••••', '••••:0612345678'],
    ['sms', 'Re: FGB45L:0684843556', 'FGB45L', 'Re: ••••:0684843556', '••••:0684843556'],
    ['sms', 'RE: Tr : FGB45L:0684843556', 'FGB45L', 'RE: Tr : ••••:0684843556', '••••:0684843556'],
    ['sms.FGB45L', 'Fwd: 0684843556', 'FGB45L', 'Fwd: 0684843556', '0684843556'],
    [
      'sms.FGB45L',
      'Re: 0684843556:153012092027s',
      'FGB45L',
      'Re: 0684843556:153012092027s',
      '0684843556:153012092027s',
    ],
    [`FGB45L.${NUMBER}`, 'Re: 153012092027', 'FGB45L', 'Re: 153012092027', '(vide / empty) | 153012092027'],
    [`FGB45L.${NUMBER}`, 'Re: Bonjour', 'FGB45L', 'Re: Bonjour', '(vide / empty) | HHmmddMMyyyy'],
  ])('an answer or a forwarded mail: %s: %s', (...[local, subject, code, shown, form]) => {
    const address = `${local.replace('FGB45L', '••••')}@gw.example`;
    const error = { reason: 'subject-answer', params: { subject: shown, address, form } };
    expect(candidateOf(local, subject)).toMatchObject({ code, form: { ok: false, error } });
  });

  test.each(['••••:0684843556', 'Re: ••••:0684843556', '••••:0684843556:153012092027s'])(
    '%s: copied from an outcome mail',
    (subject) => {
      const error = { reason: 'code-masked', params: { mask: '••••' } };
      expect(candidateOf('sms', subject)).toEqual({ syntax: 1, code: null, form: { ok: false, error } });
    },
  );

  test.each([
    ['sms', 'FGB45L:', '••••:0612345678'],
    ['sms', 'FGB45L::153012092027', '••••:0612345678:153012092027'],
    ['sms.FGB45L', '(sans objet)', '0612345678'],
  ])('no number: %s: %s', (local, subject, form) => {
    const error = { reason: 'number-missing', params: { form } };
    expect(candidateOf(local, subject)).toMatchObject({ code: 'FGB45L', form: { ok: false, error } });
  });

  test('more numbers than are read: none is sent to', () => {
    const { form } = candidateOf('sms.FGB45L', '0684843556-'.repeat(2000));
    expect(form.ok ? '' : form.error.reason).toBe('subject-malformed');
    expect(candidateOf('sms.FGB45L', '0684843556-'.repeat(1800)).form.ok).toBe(true);
  });

  test('a long subject is shown by its beginning', () => {
    const { form } = candidateOf('FGB45L.0684843556', 'é'.repeat(1000));
    expect(form.ok ? '' : form.error.params['subject']).toBe('é'.repeat(100));
  });
});
