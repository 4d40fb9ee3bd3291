// Story 1: each mail that got its 250 is one order with the right messages at the right price, or one refusal by mail;
// nothing is there that no client sent.

import { PRICE_MILLI, TAG } from '../mails.js';
import type { Sent } from '../stream.js';
import { groupBy, type Books } from './books.js';
import { lost, twice, wrong, type Finding } from './finding.js';

export function tagOf(text: string): string {
  return TAG.exec(text)?.[0] ?? '';
}

export function acceptanceFindings(books: Books, sent: readonly Sent[]): Finding[] {
  const orders = groupBy(books.orders, ({ text }) => tagOf(text));
  const messages = groupBy(books.messages, ({ text }) => tagOf(text));
  const notices = groupBy(books.notices, ({ answers }) => answers ?? '');
  const known = new Set(sent.map(({ mail }) => mail.tag));
  const strangers = [...orders.keys()].filter((tag) => !known.has(tag));
  return [
    ...strangers.map((tag) => wrong(`an order holds ${tag}, which no client has sent`)),
    ...sent.flatMap(({ mail, told }): Finding[] => {
      const { tag, kind, numbers, parts, messageId } = mail;
      const answer = told.at(-1);
      if (answer !== 250) return [wrong(`${kind} ${tag} was answered ${told.join(', ')} to the end`)];
      const made = messages.get(tag) ?? [];
      const missing = numbers.filter((number) => !made.some((message) => message.number === number));
      const answers = (notices.get(messageId) ?? []).map((notice) => notice.kind);
      const first = numbers.length > 0 ? 'recorded' : 'refused';
      const said = answers.filter((one) => one === 'recorded' || one === 'refused');
      return [
        ...missing.map((number) => lost(`${kind} ${tag} got its 250, and its message to ${number} is not there`)),
        ...(!said.includes(first)
          ? [lost(`${kind} ${tag} got its 250, and no outcome mail (${first}) is queued`)]
          : []),
        ...(said.length > 1 ? [twice(`${kind} ${tag} has several outcome mails: ${said.join(', ')}`)] : []),
        ...((orders.get(tag)?.length ?? 0) > 1 ? [twice(`${kind} ${tag} is more than one order`)] : []),
        ...(made.length > numbers.length
          ? [twice(`${kind} ${tag} is ${made.length} messages to ${numbers.length}`)]
          : []),
        ...made
          .filter(({ price_milli: price }) => price !== parts * PRICE_MILLI)
          .map(({ id, price_milli: price }) => wrong(`${id} (${tag}) of ${parts} parts costs ${price}`)),
      ];
    }),
  ];
}
