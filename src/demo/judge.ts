// What must be true of a played demo. Takes what came of it; gives a sentence for each thing that is not as expected.

import { formatCredits } from '../core/ledger.js';
import { DEMO } from './examples.js';
import type { Act, Played } from './play.js';

export function judge({ acts, balanceMilli, mails }: Played): string[] {
  const spentMilli = acts.reduce((sum, { example }) => sum + example.expected.costMilli, 0);
  const wanted = DEMO.creditsMilli - spentMilli;
  // One that says "recorded" for each mail that was taken, one that says "finished" for each that was deferred.
  const taken = acts.filter(({ example }) => example.expected.code === 250);
  const mailsWanted = taken.length + taken.filter(({ example }) => example.expected.deferred).length;
  return [
    ...acts.flatMap((act) => judgeAct(act).map((fault) => `${act.example.title}: ${fault}`)),
    ...(balanceMilli === wanted
      ? []
      : [`the balance is ${formatCredits(balanceMilli)} credits instead of ${formatCredits(wanted)}`]),
    ...(mails.length === mailsWanted ? [] : [`${mails.length} outcome mails instead of ${mailsWanted}`]),
    ...(mails.some(({ subject, text }) => `${subject}${text}`.includes(DEMO.code))
      ? ['an outcome mail shows the sending code']
      : []),
  ];
}

function judgeAct({ example: { expected }, reply, before, messages, shown }: Act): string[] {
  const faults: string[] = [];
  if (reply.code !== expected.code) faults.push(`the reply is "${reply.text}" instead of ${expected.code}`);
  const numbers = messages.map(({ to }) => to);
  if (numbers.toSorted().join() !== expected.numbers.toSorted().join())
    faults.push(`SMS to [${numbers.join()}] instead of [${expected.numbers.join()}]`);
  const arrived = shown.map(({ to, text }) => (text === expected.text ? to : 'another text'));
  if (arrived.toSorted().join() !== expected.numbers.toSorted().join())
    faults.push(`the phones show [${arrived.join()}] instead of [${expected.numbers.join()}]`);
  const states = messages.map(({ state }) => state);
  if (states.some((state) => state !== 'delivered')) faults.push(`the states are ${states.join()}`);
  const first = expected.deferred ? 'scheduled' : 'delivered';
  if (before.some(({ state }) => state !== first)) faults.push(`not all were ${first} before the clock was moved`);
  const costMilli = messages.reduce((sum, { priceMilli }) => sum + priceMilli, 0);
  if (costMilli !== expected.costMilli)
    faults.push(`the cost is ${formatCredits(costMilli)} instead of ${formatCredits(expected.costMilli)}`);
  return faults;
}
