// The mail that brings a sending code to the address of its account: takes facts, gives subject and text (fr, en).
// It leaves at once through the mailer and is never queued: the queue is stored, and a code is not.
// A code that was chosen is not repeated: whoever chose it knows it.

import type { Lang } from '../../core/types.js';

export interface CodeMailFacts {
  readonly email: string;
  /** Null: it was chosen. */
  readonly code: string | null;
  readonly domain: string;
  /** False: the account was there before, its old code is void. */
  readonly newAccount: boolean;
}

type Words = (facts: CodeMailFacts) => { readonly subject: string; readonly paragraphs: readonly string[] };

function forms(code: string, domain: string, number: string): string {
  return [
    `  sms@${domain}             ${code}:0612345678`,
    `  sms.${code}@${domain}     0612345678`,
    `  ${code}.0612345678@${domain}`,
    `  0612345678.${code}@${domain}   ${number}`,
  ].join('\n');
}

const WORDS: Readonly<Record<Lang, Words>> = {
  en: ({ email, code, domain, newAccount }) => ({
    subject: newAccount ? 'Your SMS account' : 'Your new sending code',
    paragraphs: [
      newAccount
        ? `The account ${email} can now turn mails into SMS.`
        : `The account ${email} has a new sending code; the old one is void.`,
      code === null ? 'Its sending code is the one that was chosen.' : `Its sending code: ${code}`,
      `Write from ${email} to one of these addresses (then the subject):`,
      forms(code ?? 'CODE', domain, 'the text of the SMS'),
      'In the first three the text of the mail becomes the SMS. Keep the code to yourself: it spends the credit of the account.',
    ],
  }),
  fr: ({ email, code, domain, newAccount }) => ({
    subject: newAccount ? 'Votre compte SMS' : "Votre nouveau code d'envoi",
    paragraphs: [
      newAccount
        ? `Le compte ${email} peut désormais transformer des mails en SMS.`
        : `Le compte ${email} a un nouveau code d'envoi ; l'ancien n'est plus valable.`,
      code === null ? "Son code d'envoi est celui qui a été choisi." : `Son code d'envoi : ${code}`,
      `Écrivez depuis ${email} à l'une de ces adresses (suivie de l'objet) :`,
      forms(code ?? 'CODE', domain, 'le texte du SMS'),
      'Pour les trois premières, le texte du mail devient le SMS. Gardez le code pour vous : il dépense le crédit du compte.',
    ],
  }),
};

export function codeMail(facts: CodeMailFacts, lang: Lang): { readonly subject: string; readonly text: string } {
  const { subject, paragraphs } = WORDS[lang](facts);
  return { subject, text: `${paragraphs.join('\n\n')}\n` };
}
