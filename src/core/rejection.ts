// THE table of refusals: one row for each reason, with every code that any interface answers and the text in both
// languages. A refusal travels as `Rejection` (reason and parameters); this file turns it into words.
// Sources: RFC 5321, RFC 3463, RFC 4954 (SMTP); the codes of http.php and of smsmode (the HTTP interfaces of 2010 and 2017).
//
// `retry`: `never` the same mail will be refused again; `later` try again unchanged; `fix` right after a change of the
// mail or of the account. `{names}` in a text are parameters; a missing one is a fault and a test looks for it.

import { creditsText } from './amounts.js';
import type { Lang } from './settings.js';

interface Row {
  readonly smtp: number;
  readonly enhanced: string;
  /** Status of a REST answer. */
  readonly http: number;
  /** Code of `http.php`; null where that interface cannot get there. */
  readonly php: number | null;
  readonly smsmode: number | null;
  readonly retry: 'never' | 'later' | 'fix';
  readonly en: string;
  readonly fr: string;
}

export const REJECTIONS = {
  // ------------------------------------------------------------ the address
  'recipient-malformed': {
    smtp: 550,
    enhanced: '5.1.3',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'The address {address} has none of the known forms: sms@{domain}, sms.CODE@{domain}, CODE.NUMBER@{domain}, NUMBER.CODE@{domain}',
    fr: "L'adresse {address} n'a aucune des formes connues : sms@{domain}, sms.CODE@{domain}, CODE.NUMERO@{domain}, NUMERO.CODE@{domain}",
  },
  'relay-denied': {
    smtp: 550,
    enhanced: '5.7.1',
    http: 403,
    php: null,
    smsmode: null,
    retry: 'never',
    en: 'The domain {domain} is not served here; mail is not relayed',
    fr: "Le domaine {domain} n'est pas servi ici ; aucun relais",
  },
  'too-many-recipients': {
    smtp: 452,
    enhanced: '4.5.3',
    http: 429,
    php: null,
    smsmode: null,
    retry: 'later',
    en: 'More than {max} recipients in one mail; send the others in a further mail, or use a group',
    fr: 'Plus de {max} destinataires dans un même mail ; envoyez les autres dans un autre mail, ou utilisez un groupe',
  },
  'outcome-answered': {
    smtp: 550,
    enhanced: '5.2.1',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'never',
    en: 'Nobody reads {address}, which only sends the outcome mails. To send an SMS write a new mail to CODE.NUMBER@{domain}, or to sms@{domain} with the subject CODE:NUMBER',
    fr: "Personne ne lit {address}, qui envoie seulement les mails de suivi. Pour envoyer un SMS, écrivez un nouveau mail à CODE.NUMERO@{domain}, ou à sms@{domain} avec l'objet CODE:NUMERO",
  },
  'address-not-ascii': {
    smtp: 553,
    enhanced: '5.6.7',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'The address has characters outside ASCII and the client did not announce SMTPUTF8',
    fr: "L'adresse contient des caractères hors ASCII et le client n'a pas annoncé SMTPUTF8",
  },

  // ------------------------------------------------------------ who sends
  'not-accepted': {
    smtp: 550,
    enhanced: '5.7.1',
    http: 401,
    php: 82,
    smsmode: 32,
    retry: 'fix',
    en: 'Sender or code not accepted',
    fr: 'Expéditeur ou code refusé',
  },
  'from-malformed': {
    smtp: 550,
    enhanced: '5.7.1',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'The From field must hold exactly one plain address, as in From: Alice <alice@example.fr>',
    fr: 'Le champ From doit contenir une seule adresse simple, par exemple From: Alice <alice@example.fr>',
  },
  'automatic-mail': {
    smtp: 550,
    enhanced: '5.7.1',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'never',
    en: 'Automatic replies, bounces and list mails never make an SMS ({what})',
    fr: 'Les réponses automatiques, rapports et messages de liste ne font jamais un SMS ({what})',
  },
  'mail-loop': {
    smtp: 554,
    enhanced: '5.4.6',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'never',
    en: 'Mail loop: {count} Received fields, at most {max} are allowed',
    fr: 'Boucle de courrier : {count} champs Received, {max} au plus',
  },
  'ip-not-allowed': {
    smtp: 550,
    enhanced: '5.7.1',
    http: 403,
    php: 96,
    smsmode: null,
    retry: 'fix',
    en: 'This account does not accept orders from this IP address',
    fr: "Ce compte n'accepte pas de demandes depuis cette adresse IP",
  },
  'sender-unverified': {
    smtp: 550,
    enhanced: '5.7.26',
    http: 403,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'This account takes verified mails only, and this one does not prove that it comes from {domain} (SPF {spf}, DKIM {dkim}, DMARC {dmarc})',
    fr: "Ce compte n'accepte que des mails vérifiés, et celui-ci ne prouve pas qu'il vient de {domain} (SPF {spf}, DKIM {dkim}, DMARC {dmarc})",
  },
  'verification-unavailable': {
    smtp: 451,
    enhanced: '4.4.3',
    http: 503,
    php: null,
    smsmode: 50,
    retry: 'later',
    en: 'The sender cannot be verified at the moment: the DNS does not answer; try again later',
    fr: "L'expéditeur ne peut pas être vérifié en ce moment : le DNS ne répond pas ; réessayez plus tard",
  },
  'auth-required': {
    smtp: 530,
    enhanced: '5.7.0',
    http: 401,
    php: 82,
    smsmode: 32,
    retry: 'fix',
    en: 'Authentication required',
    fr: 'Authentification requise',
  },
  'auth-failed': {
    smtp: 535,
    enhanced: '5.7.8',
    http: 401,
    php: 82,
    smsmode: 32,
    retry: 'fix',
    en: 'Authentication failed: use the address of the account and its sending code or an API key',
    fr: "Échec de l'authentification : utilisez l'adresse du compte et son code d'envoi ou une clé d'API",
  },
  'auth-needs-tls': {
    smtp: 538,
    enhanced: '5.7.11',
    http: 403,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'Authentication only over TLS: send STARTTLS first',
    fr: "Authentification seulement sous TLS : envoyez d'abord STARTTLS",
  },
  'auth-unavailable': {
    smtp: 454,
    enhanced: '4.7.0',
    http: 503,
    php: null,
    smsmode: 50,
    retry: 'later',
    en: 'Authentication is not possible at the moment; try again later',
    fr: 'Authentification momentanément impossible ; réessayez plus tard',
  },

  // ------------------------------------------------------------ the subject
  'subject-malformed': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: 89,
    smsmode: 35,
    retry: 'fix',
    en: 'The subject "{subject}" does not have the form that the address {address} asks for. Right form: {form}',
    fr: "L'objet « {subject} » n'a pas la forme que demande l'adresse {address}. Forme attendue : {form}",
  },
  'subject-answer': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'The subject "{subject}" is that of an answer or of a forwarded mail; nothing was sent. To send an SMS write a new mail to {address}. Right form of the subject: {form}',
    fr: "L'objet « {subject} » est celui d'une réponse ou d'un mail transféré ; rien n'a été envoyé. Pour envoyer un SMS, écrivez un nouveau mail à {address}. Forme attendue de l'objet : {form}",
  },
  'code-masked': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'The subject has {mask} where your sending code belongs; outcome mails never show the code. Write a new mail with the code itself',
    fr: "L'objet contient {mask} à la place de votre code d'envoi ; les mails de suivi ne montrent jamais le code. Écrivez un nouveau mail avec le code lui-même",
  },
  'cancel-nothing': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 404,
    php: 95,
    smsmode: null,
    retry: 'fix',
    en: 'There is nothing to cancel: no SMS to {number} waits to leave at {when}',
    fr: "Il n'y a rien à annuler : aucun SMS vers {number} n'attend de partir à cette date ({when})",
  },
  'cancel-too-late': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 409,
    php: 95,
    smsmode: null,
    retry: 'never',
    en: 'The SMS to {number} has left already and cannot be cancelled',
    fr: 'Le SMS vers {number} est déjà parti et ne peut plus être annulé',
  },
  'date-invalid': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: 85,
    smsmode: 35,
    retry: 'fix',
    en: '"{date}" is not a date: 12 digits HHmmddMMyyyy are expected, as in {example} for {exampleText}',
    fr: "« {date} » n'est pas une date : 12 chiffres HHmmjjMMaaaa sont attendus, par exemple {example} pour {exampleText}",
  },
  'date-past': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: 85,
    smsmode: 35,
    retry: 'fix',
    en: 'The date {date} ({resolved}) is past; nothing was sent',
    fr: "La date {date} ({resolved}) est passée ; rien n'a été envoyé",
  },
  'date-too-far': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: 85,
    smsmode: 35,
    retry: 'fix',
    en: 'The date {date} ({resolved}) is more than 2 years ahead; nothing was sent',
    fr: "La date {date} ({resolved}) est à plus de 2 ans ; rien n'a été envoyé",
  },

  // ------------------------------------------------------------ the numbers
  'number-missing': {
    smtp: 550,
    enhanced: '5.1.3',
    http: 422,
    php: 89,
    smsmode: 35,
    retry: 'fix',
    en: 'No number was given. Right form: {form}',
    fr: 'Aucun numéro indiqué. Forme attendue : {form}',
  },
  'number-invalid': {
    smtp: 550,
    enhanced: '5.1.3',
    http: 422,
    php: 84,
    smsmode: 35,
    retry: 'fix',
    en: '"{number}" is not a number that can receive an SMS, as in 0612345678 or +33612345678',
    fr: "« {number} » n'est pas un numéro qui peut recevoir un SMS, par exemple 0612345678 ou +33612345678",
  },
  'number-premium': {
    smtp: 550,
    enhanced: '5.1.3',
    http: 422,
    php: 84,
    smsmode: 35,
    retry: 'never',
    en: '{number} is a premium-rate number; SMS are not sent there',
    fr: "{number} est un numéro surtaxé ; aucun SMS n'y est envoyé",
  },
  'number-overseas-off': {
    smtp: 550,
    enhanced: '5.7.1',
    http: 403,
    php: 93,
    smsmode: 34,
    retry: 'fix',
    en: '{number} is in the French overseas territories, and the option `overseas` of the account is off',
    fr: "{number} est en outre-mer, et l'option `overseas` du compte est désactivée",
  },
  'number-landline-off': {
    smtp: 550,
    enhanced: '5.7.1',
    http: 403,
    php: 84,
    smsmode: 34,
    retry: 'fix',
    en: '{number} is a landline, and the option `landline` of the account is off',
    fr: "{number} est un téléphone fixe, et l'option `landline` du compte est désactivée",
  },
  'number-no-price': {
    smtp: 550,
    enhanced: '5.7.1',
    http: 403,
    php: 84,
    smsmode: 34,
    retry: 'fix',
    en: 'There is no price for {number}; ask the operator of the gateway to open that country',
    fr: "Il n'y a pas de tarif pour {number} ; demandez à l'opérateur de la passerelle d'ouvrir ce pays",
  },
  'number-blacklisted': {
    smtp: 550,
    enhanced: '5.2.1',
    http: 403,
    php: 101,
    smsmode: 22,
    retry: 'never',
    en: '{number} does not accept messages any more (STOP)',
    fr: "{number} n'accepte plus de messages (STOP)",
  },
  'group-unknown': {
    smtp: 550,
    enhanced: '5.1.3',
    http: 422,
    php: 84,
    smsmode: 35,
    retry: 'fix',
    en: '"{name}" is neither a number nor a group of the account',
    fr: "« {name} » n'est ni un numéro ni un groupe du compte",
  },
  'group-empty': {
    smtp: 550,
    enhanced: '5.1.3',
    http: 422,
    php: 86,
    smsmode: 35,
    retry: 'fix',
    en: 'The group "{name}" has no members',
    fr: 'Le groupe « {name} » est vide',
  },
  duplicate: {
    smtp: 550,
    enhanced: '5.7.1',
    http: 409,
    php: 91,
    smsmode: 35,
    retry: 'fix',
    en: 'The same text went to {number} within the last 24 hours (option `duplicates` of the account)',
    fr: 'Le même texte est déjà parti vers {number} dans les dernières 24 heures (option `duplicates` du compte)',
  },

  // ------------------------------------------------------------ the text
  'text-empty': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: 90,
    smsmode: 35,
    retry: 'fix',
    en: 'The text is empty; an empty SMS is never sent. Write it in the body of the mail, or in the subject of a mail to NUMBER.CODE@…',
    fr: "Le texte est vide ; un SMS vide n'est jamais envoyé. Écrivez-le dans le corps du mail, ou dans l'objet d'un mail à NUMERO.CODE@…",
  },
  'text-too-long': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: 90,
    smsmode: 35,
    retry: 'fix',
    en: 'The text has {length} characters and needs {parts} parts; this account allows {maxParts} ({maxLength} characters in this alphabet). The first part ends after "{firstPartEnd}"',
    fr: 'Le texte a {length} caractères et demande {parts} parties ; ce compte en permet {maxParts} ({maxLength} caractères dans cet alphabet). La première partie se termine après « {firstPartEnd} »',
  },
  'mail-encrypted': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'The mail is encrypted; its text cannot be read. Send it as plain text',
    fr: 'Le mail est chiffré ; son texte est illisible. Envoyez-le en texte simple',
  },
  'mail-calendar': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'The mail holds a calendar invitation and no text. Send a mail with the text',
    fr: 'Le mail contient une invitation de calendrier et aucun texte. Envoyez un mail avec le texte',
  },
  'mail-unreadable': {
    smtp: 554,
    enhanced: '5.6.0',
    http: 422,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'The mail could not be read: {why}',
    fr: "Le mail n'a pas pu être lu : {why}",
  },
  'mail-too-large': {
    smtp: 552,
    enhanced: '5.3.4',
    http: 413,
    php: null,
    smsmode: null,
    retry: 'fix',
    en: 'The mail is larger than {maxBytes} bytes',
    fr: 'Le mail dépasse {maxBytes} octets',
  },

  // ------------------------------------------------------------ the credit
  'no-credit': {
    smtp: 552,
    enhanced: '5.2.2',
    http: 402,
    php: 83,
    smsmode: 33,
    retry: 'fix',
    en: 'Not enough credit: the sending costs {price}, the balance is {balance}; nothing was sent',
    fr: "Crédit insuffisant : l'envoi coûte {price}, le solde est de {balance} ; rien n'a été envoyé",
  },
  'daily-cap': {
    smtp: 552,
    enhanced: '5.2.2',
    http: 402,
    php: 83,
    smsmode: 33,
    retry: 'later',
    en: 'The daily cap of {cap} would be passed ({spent} spent today, the sending costs {price}); nothing was sent',
    fr: "Le plafond journalier de {cap} serait dépassé (déjà {spent} aujourd'hui, l'envoi coûte {price}) ; rien n'a été envoyé",
  },

  'share-cap': {
    smtp: 552,
    enhanced: '5.2.2',
    http: 402,
    php: 83,
    smsmode: 33,
    retry: 'fix',
    en: 'The monthly cap of {cap} for {domain} would be passed ({spent} spent this month, the sending costs {price}); nothing was sent',
    fr: "Le plafond mensuel de {cap} pour {domain} serait dépassé (déjà {spent} ce mois-ci, l'envoi coûte {price}) ; rien n'a été envoyé",
  },
  'sender-cap': {
    smtp: 552,
    enhanced: '5.2.2',
    http: 402,
    php: 83,
    smsmode: 33,
    retry: 'fix',
    en: 'Your monthly cap of {cap} would be passed ({spent} spent this month, the sending costs {price}); nothing was sent',
    fr: "Votre plafond mensuel de {cap} serait dépassé (déjà {spent} ce mois-ci, l'envoi coûte {price}) ; rien n'a été envoyé",
  },

  // ------------------------------------------------------------ the daemon
  'rate-limited': {
    smtp: 451,
    enhanced: '4.7.1',
    http: 429,
    php: null,
    smsmode: 50,
    retry: 'later',
    en: 'Too many requests; try again later',
    fr: 'Trop de demandes ; réessayez plus tard',
  },
  'store-busy': {
    smtp: 451,
    enhanced: '4.3.0',
    http: 503,
    php: null,
    smsmode: 50,
    retry: 'later',
    en: 'The store is busy; try again later',
    fr: 'La base est occupée ; réessayez plus tard',
  },
  'disk-full': {
    smtp: 452,
    enhanced: '4.3.1',
    http: 503,
    php: null,
    smsmode: 50,
    retry: 'later',
    en: 'The disk is full; try again later',
    fr: 'Le disque est plein ; réessayez plus tard',
  },
  'internal-error': {
    smtp: 451,
    enhanced: '4.3.0',
    http: 500,
    php: null,
    smsmode: 31,
    retry: 'later',
    en: 'A fault in the gateway; try again later',
    fr: 'Erreur de la passerelle ; réessayez plus tard',
  },
  'shutting-down': {
    smtp: 421,
    enhanced: '4.3.2',
    http: 503,
    php: null,
    smsmode: 50,
    retry: 'later',
    en: 'The gateway is shutting down; try again later',
    fr: "La passerelle s'arrête ; réessayez plus tard",
  },
  'too-many-connections': {
    smtp: 421,
    enhanced: '4.7.0',
    http: 429,
    php: null,
    smsmode: 50,
    retry: 'later',
    en: 'Too many connections; try again later',
    fr: 'Trop de connexions ; réessayez plus tard',
  },
  'too-many-errors': {
    smtp: 421,
    enhanced: '4.7.0',
    http: 429,
    php: null,
    smsmode: null,
    retry: 'later',
    en: 'Too many errors in this session',
    fr: "Trop d'erreurs dans cette session",
  },
  'session-too-long': {
    smtp: 421,
    enhanced: '4.4.2',
    http: 503,
    php: null,
    smsmode: null,
    retry: 'later',
    en: 'The session took too long; connect again',
    fr: 'La session a duré trop longtemps ; reconnectez-vous',
  },
} as const satisfies Record<string, Row>;

export type RejectionReason = keyof typeof REJECTIONS;

/** A refusal as a value. `params` fill the `{names}` of the texts; secrets in them are masked by whoever makes it. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly params: Readonly<Record<string, string | number>>;
}

export function rejection(reason: RejectionReason, params: Rejection['params'] = {}): Rejection {
  return { reason, params };
}

export function rejectionRow(rejected: Rejection): Row {
  return REJECTIONS[rejected.reason];
}

/** The sentence of a refusal, its parameters filled in; `{price}` is also filled from `priceMilli`, as an amount of credits. */
export function rejectionText(rejected: Rejection, lang: Lang): string {
  return REJECTIONS[rejected.reason][lang].replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const milli = rejected.params[`${name}Milli`];
    if (typeof milli === 'number') return creditsText(milli, lang);
    return String(rejected.params[name] ?? placeholder);
  });
}
