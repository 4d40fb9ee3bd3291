// A decision about one order, for people: what is sent to whom, for how much, when; what was cut, replaced, refused.

import { safeText } from '../core/plain-text.js';
import type { DecisionView, RefusedView } from './operations/decision-view.js';
import { counted, credits, formatFacts, formatTable, formatTime } from './table.js';

const SHOWN = 50;

type AcceptedView = Extract<DecisionView, { accepted: true }>;

export function showDecision(decision: DecisionView, zone: string, dryRun: boolean): string {
  if (!decision.accepted) {
    return `${dryRun ? 'Would be refused' : 'Refused'}: ${decision.text} (${decision.smtp}, ${decision.code})\n${showRefused(decision.refused)}`;
  }
  const { messages, order, priceMilli } = decision;
  const head = dryRun
    ? `Would send ${counted(messages.length, 'message')} for ${credits(priceMilli)}; nothing was sent.`
    : `Order ${order ?? ''}: ${counted(messages.length, 'message')} for ${credits(priceMilli)}.`;
  return `${head}\n${showContent(decision)}${showMessages(decision, zone)}${showRefused(decision.refused)}`;
}

function showContent({ text, encoding, parts, replaced }: AcceptedView): string {
  return formatFacts([
    ['text', safeText(text).replaceAll('\n', '\n          ')],
    ['size', `${encodingName(encoding)}, ${counted(Array.from(text).length, 'character')}, ${counted(parts, 'part')}`],
    ...(replaced.length === 0
      ? []
      : [
          [
            'replaced',
            replaced
              .map(({ from, to, count }) => `${shown(from)} → ${shown(to)}${count > 1 ? ` ×${count}` : ''}`)
              .join(', '),
          ] as const,
        ]),
  ]);
}

export function encodingName(encoding: string): string {
  return encoding === 'gsm7' ? 'GSM alphabet' : 'UCS-2';
}

function shown(character: string): string {
  return /^[\s\p{Cf}\p{Cc}]*$/u.test(character) ? JSON.stringify(character) : character;
}

export function showMessages({ messages }: AcceptedView, zone: string): string {
  const withIds = messages.some(({ id }) => id !== null);
  const columns = [{ title: 'TO' }, { title: 'ZONE' }, { title: 'PRICE', right: true }, { title: 'WHEN' }];
  const rows = messages
    .slice(0, SHOWN)
    .map(({ id, to, zone: area, priceMilli, dueAt }) => [
      to,
      area,
      credits(priceMilli),
      formatTime(dueAt, zone),
      ...(withIds ? [id ?? ''] : []),
    ]);
  const table = formatTable(withIds ? [...columns, { title: 'MESSAGE' }] : columns, rows);
  const more = messages.length - rows.length;
  return `${table}${more > 0 ? `… and ${more} more (--json shows all)\n` : ''}(times: ${zone})\n`;
}

export function showRefused(refused: readonly RefusedView[]): string {
  if (refused.length === 0) return '';
  const rows = refused.slice(0, SHOWN).map(({ to, text }) => [to, text]);
  const more = refused.length - rows.length;
  const table = formatTable([{ title: 'NOT SENT TO' }, { title: 'REASON', wide: true }], rows);
  return `${table}${more > 0 ? `… and ${more} more (--json shows all)\n` : ''}`;
}
