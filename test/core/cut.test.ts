// What the usual clients put under the sender's own words, as they write it.
import { describe, expect, test } from 'vitest';

import { findCut } from '../../src/core/cut.js';

const OWN = 'OK pour moi\nà 14h';

const QUOTES: readonly (readonly [string, string])[] = [
  ['Gmail, French', 'Le lun. 23 nov. 2026 à 09:12, Paul <p@x.fr> a écrit :\n\n> Dispo ?'],
  [
    'Gmail, French, wrapped',
    'Le lun. 23 nov. 2026 à 09:12, Jean-Paul de la Tour <jean-paul@x.fr> a\nécrit :\n> Dispo ?',
  ],
  [
    'Gmail, English, wrapped',
    'On Mon, Nov 23, 2026 at 9:12 AM Jean-Paul de la Tour <jean-paul@x.fr>\nwrote:\n\n> Free?',
  ],
  ['Gmail, from HTML (no `>`)', 'Le lun. 23 nov. 2026 à 09:12, Paul <p@x.fr> a écrit :\nDispo ?'],
  ['Apple Mail, French', 'Le 23 nov. 2026 à 09:12, Paul <p@x.fr> a écrit :\n\nDispo ?'],
  ['Apple Mail, English', 'On 23 Nov 2026, at 09:12, Paul <p@x.fr> wrote:\n\nFree?'],
  ['Apple Mail, no-break spaces', 'Le 23 nov. 2026 à 09:12, Paul <p@x.fr> a écrit :\n\nDispo ?'],
  ['Thunderbird, French', 'Le 23/11/2026 à 09:12, Paul a écrit :\n> Dispo ?'],
  ['Thunderbird, English', 'On 11/23/26 09:12, Paul wrote:\n> Free?'],
  ['Roundcube', 'Le 2026-11-23 09:12, p@x.fr a écrit :\n> Dispo ?'],
  ['Yahoo, French', 'Le lundi 23 novembre 2026 à 09:12:00 UTC+1, Paul <p@x.fr> a écrit :\n\nDispo ?'],
  [
    'Yahoo, wrapped over three lines',
    'On Monday, November 23, 2026 at 09:12:00 AM GMT+1,\nPaul Martin\n<p@x.fr> wrote:\n\nFree?',
  ],
  ['Proton', 'On Monday, November 23rd, 2026 at 9:12 AM, Paul <p@x.fr> wrote:\n> Free?'],
  ['Free (IMP)', 'Paul Martin <p@x.fr> a écrit :\n> Dispo ?'],
  ['Free (IMP), not quoted', 'Paul Martin <p@x.fr> a écrit :\nDispo ?'],
  ['another language before quoted lines', 'Am 23.11.2026 um 09:12 schrieb Paul:\n> Zeit?'],
  ['Outlook', '-----Message d’origine-----\nDe : Paul'],
  ['Outlook, English', '-----Original Message-----\nFrom: Paul'],
  ['Outlook, block', 'De : Paul <p@x.fr>\nEnvoyé : lundi 23 novembre 2026 09:12\nÀ : Alice\nObjet : Dispo'],
  ['Outlook, English block', 'From: Paul <p@x.fr>\nSent: Monday, November 23, 2026 9:12 AM\nTo: Alice\nSubject: Free'],
  [
    'Outlook.com, under a rule',
    `${'_'.repeat(32)}\nDe : Paul\nEnvoyé : lundi 23 novembre 2026 09:12\nÀ : Alice\nObjet : Dispo`,
  ],
  ['Outlook, bold headings', '*From:* Paul\n*Sent:* Monday\n*To:* Alice\n*Subject:* Free'],
  [
    'Outlook for Mac',
    'De : Paul <p@x.fr>\nDate : lundi 23 novembre 2026 à 09:12\nÀ : Alice <a@x.fr>,\n Bob <b@x.fr>\nObjet : Dispo',
  ],
  ['Windows Mail', 'De : Paul\nEnvoyé le :lundi 23 novembre 2026 09:12\nÀ : Alice\nObjet :Dispo'],
  ['Orange', '> Message du 23/11/26 09:12\n> De : "Paul" <p@x.fr>\n> A : alice@x.fr\n> Objet : Dispo\n>\n> Dispo ?'],
  ['Orange, newer', 'envoyé : 23 novembre 2026 à 09:12\nde : Paul <p@x.fr>\nà : alice@x.fr\nobjet : Dispo'],
  ['Free (Zimbra)', '----- Mail original -----\nDe: "Paul" <p@x.fr>\nÀ: "Alice" <a@x.fr>'],
  ['Gmail, forwarded', '---------- Forwarded message ---------\nDe : Paul'],
  ['Gmail, forwarded, French', '---------- Message transféré ---------\nDe : Paul'],
  ['Thunderbird, forwarded', '-------- Message transféré --------\nSujet : Dispo'],
  ['Samsung', '-------- Message original --------\nDe : Paul'],
  ['Apple, forwarded', 'Début du message réexpédié :\n\nDe: Paul'],
  ['Apple, forwarded, English', 'Begin forwarded message:\n\nFrom: Paul'],
];

test.each(QUOTES)('an earlier mail as %s shows it', (_client, earlier) => {
  expect(findCut(`${OWN}\n\n${earlier}`)).toEqual({ by: 'quote', offset: OWN.length + 2 });
});

test.each([
  'Envoyé de mon iPhone',
  'Envoyé de mon téléphone Orange',
  'Envoyé depuis mon appareil mobile Samsung',
  'Envoyé depuis Outlook pour Android',
  'Envoyé à partir de Outlook pour iOS',
  'Envoyé avec la messagerie sécurisée Proton Mail.',
  'Télécharger Outlook pour iOS',
  'Obtenez Outlook pour Android',
  'Provenance : Courrier pour Windows',
  'Sent from my iPhone',
  'SENT FROM MY GALAXY',
  'Sent from Mail for Windows',
  'Sent from Yahoo Mail on Android',
  'Get Outlook for iOS',
  '_Envoyé de mon iPad_',
])('the line of a phone or a client: %s', (line) => {
  expect(findCut(`${OWN}\n\n${line}`)).toEqual({ by: 'mobile', offset: OWN.length + 2 });
});

describe('text that only looks like a mark stays', () => {
  test.each([
    'Le chef a écrit :\nvenez demain',
    'On a bien reçu ce que Paul wrote hier',
    'On the 3rd he wrote to me, and I answered:\nno',
    'De : Lyon\nÀ : Paris\nDate : lundi',
    'From: the boss',
    'Envoyé ce matin depuis Lyon',
    'Sent from the warehouse at 9',
    `Envoyé depuis Lyon ce matin, le colis ${'doit arriver '.repeat(7)}demain`,
    '-----------\nTotal : 12 €',
    '--\nb',
    '----- Menu -----\nsoupe',
    'a > b\nx -> y',
    '> cité\nréponse',
  ])('%s', (text) => {
    expect(findCut(text)).toBeNull();
  });
});

describe('the first mark counts', () => {
  test('text that stands above a reply header is not taken for its beginning', () => {
    const own = 'Le 12/12 devant la gare';
    const header = 'Le lun. 23 nov. 2026 à 09:12, Paul <p@x.fr> a écrit :';
    expect(findCut(`${own}\n${header}\n> x`)).toEqual({ by: 'quote', offset: own.length + 1 });
  });

  test('one line introduces the quoted ones', () => {
    const own = 'Voir paul@x.fr :\n';
    expect(findCut(`${own}\nAm 23.11.2026 um 09:12 schrieb Paul:\n> Zeit?`)?.offset).toBe(own.length + 1);
  });

  test('a phone above the earlier mail', () => {
    const text = `ok\n\nEnvoyé de mon iPhone\n\n> Le 23 nov. 2026 à 09:12, Paul <p@x.fr> a écrit :\n> Dispo ?`;
    expect(findCut(text)).toEqual({ by: 'mobile', offset: 4 });
  });

  test('quoted lines between the text and a signature go, too', () => {
    expect(findCut('Oui\n> question\n\n-- \nJean')).toEqual({ by: 'quote', offset: 4 });
  });

  test('an earlier mail that quotes a still earlier one', () => {
    const text =
      'Oui\n> Bonjour\n> Le 23 nov. 2026 à 09:12, Paul <p@x.fr> dit\n> Jean :\n> > a@x.fr a écrit :\n> > > Dispo ?';
    expect(findCut(text)).toEqual({ by: 'quote', offset: 4 });
  });

  test('quoted lines to the very end, behind more than any SMS', () => {
    const own = 'mot '.repeat(20_000);
    expect(findCut(`${own}\n> a\n>\n> b\n\n`)).toEqual({ by: 'quote', offset: own.length + 1 });
  });
});
