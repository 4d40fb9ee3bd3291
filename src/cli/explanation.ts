// What `explain` found, for people: one block for each step, in the order in which the daemon takes them, the verdict last.
// Takes plain data with the codes masked already, gives text; what could steer a terminal is replaced.

import { safeLine, safeText } from '../core/plain-text.js';
import { encodingName, showMessages, showRefused } from './decision.js';
import type { CancellationView, DecisionStep, ExplainView } from './operations/explain-view.js';
import { counted, credits, formatTime } from './table.js';

type Line = readonly [label: string, text: string];

const LABEL_WIDTH = 12;

const SYNTAXES: Readonly<Record<number, string>> = {
  1: 'sms@…, subject CODE:NUMBERS[:DATE], text in the body',
  2: 'sms.CODE@…, subject NUMBERS[:DATE], text in the body',
  3: 'CODE.NUMBERS@…, subject empty or a date, text in the body',
  4: 'NUMBERS.CODE@…, text in the subject',
};

const CUTS: Readonly<Record<NonNullable<DecisionStep['cut']>['by'], string>> = {
  tags: 'the text between <SMS> and </SMS>',
  fin: 'the text before *fin*',
  signature: 'cut before the signature',
  quote: 'cut before the quoted mail',
  mobile: 'cut before the signature of a phone',
};

export function showExplanation(view: ExplainView): string {
  const steps = [mailLines(view), recipientLines(view), senderLines(view), readingLines(view)];
  const before = steps.flat().map(formatLine).join('');
  const decisions = view.decisions.map((step, at) => showStep(view, step, view.decisions.length > 1 ? at + 1 : null));
  const taken = view.cancellations.map((one) => showCancellation(view, one));
  return `${before}${decisions.join('')}${taken.join('')}${formatLine(['Reply', safeLine(view.reply, 500)])}`;
}

function formatLine([label, text]: Line): string {
  const margin = ' '.repeat(LABEL_WIDTH);
  return `${label.padEnd(LABEL_WIDTH)}${text.replaceAll('\n', `\n${margin}`)}\n`;
}

function mailLines({ mail, envelope }: ExplainView): Line[] {
  const sender = envelope.mailFrom === '' ? '<> (the null sender)' : safeLine(envelope.mailFrom, 200);
  const origin = envelope.mailFromIs === 'given' ? '' : ` (taken from the ${envelope.mailFromIs} field)`;
  const from: Line = ['Envelope', `from ${sender}${origin}`];
  if (!mail) return [['Mail', 'could not be read'], from];
  const body = {
    text: 'plain text',
    html: 'HTML only',
    none: 'no text',
    encrypted: 'encrypted',
    calendar: 'a calendar invitation',
  };
  const lines = mail.bodyLines > 0 ? `, ${counted(mail.bodyLines, 'line')}` : '';
  return [
    [
      'Mail',
      `${counted(mail.bytes, 'byte')}, ${body[mail.body]}${lines}${mail.automatic === null ? '' : `, automatic (${safeLine(mail.automatic, 40)})`}`,
    ],
    ['', `From: ${mail.from.map((one) => safeLine(one, 200)).join(' | ') || 'none'}`],
    ['', `Subject: ${safeLine(mail.subject, 300) || '(empty)'}`],
    from,
  ];
}

function recipientLines({ recipients, envelope }: ExplainView): Line[] {
  const lines = recipients.map(({ address, syntaxes, refusal }, at): Line => {
    const what =
      refusal ??
      syntaxes
        .map((syntax) => (syntax === null ? 'numbers' : `syntax ${syntax}: ${SYNTAXES[syntax] ?? ''}`))
        .join('\nor ');
    return [
      at === 0 ? 'To' : '',
      `${safeLine(address, 200)}\n  ${refusal === null ? '' : 'refused: '}${safeText(what)}`,
    ];
  });
  const others = envelope.elsewhere.map((one) => safeLine(one, 100)).join(', ');
  const none: Line[] = lines.length === 0 ? [['To', 'no recipient in a served domain (--rcpt names one)']] : [];
  return [...lines, ...none, ...(others === '' ? [] : [['', `not served here, left alone: ${others}`] as const])];
}

function senderLines({ sender }: ExplainView): Line[] {
  if (!sender) return [];
  const tried = sender.addresses.map((one) => safeLine(one, 200)).join(', then ');
  const { account, share, closed, balanceMilli } = sender;
  const by = share === null ? '' : `, by the share of ${share}`;
  const found =
    account === null
      ? 'no account knows it'
      : `account ${account}${closed ? ', closed' : ''}, balance ${credits(balanceMilli ?? 0)}${by}`;
  return [['Sender', `${tried}\n→ ${found}`]];
}

function readingLines({ readings }: ExplainView): Line[] {
  return readings.map(({ syntax, destinations, at, textFrom, mistake }, index): Line => {
    const head = syntax === null ? 'numbers' : `syntax ${syntax}`;
    if (mistake !== null) return [index === 0 ? 'Reading' : '', `${head}: ${safeLine(mistake, 500)}`];
    const when = at === null ? 'no date' : `date "${safeLine(at, 40)}"`;
    return [
      index === 0 ? 'Reading' : '',
      `${head}: to "${safeLine(destinations ?? '', 200)}", ${when}, text from the ${textFrom ?? 'body'}`,
    ];
  });
}

function showStep(view: ExplainView, step: DecisionStep, number: number | null): string {
  const { decision } = step;
  const title = number === null ? 'Decision' : `Order ${number}`;
  if (!decision.accepted) {
    const lines: Line[] = [
      ...cutLines(step),
      [title, `REFUSED (${decision.smtp}, ${decision.code})\n${safeText(decision.text)}`],
      ...(step.cause === null ? [] : [['Why', `${step.cause} (the sender is not told which)`] as const]),
      ...(step.mailed ? [['', 'the sender is told by mail'] as const] : []),
    ];
    return `${lines.map(formatLine).join('')}${showRefused(decision.refused)}`;
  }
  const verdict = `ACCEPTED: ${counted(decision.messages.length, 'message')} for ${credits(decision.priceMilli)}`;
  const balance = step.balanceMilli === null ? '' : `, of ${credits(step.balanceMilli)}`;
  const lines: Line[] = [
    ['Code', step.syntax === null ? 'right' : `right, so syntax ${step.syntax} counts`],
    ...cutLines(step),
    ['Text', safeText(decision.text)],
    ...sizeLines(step),
    ['When', whenText(view, step)],
    [title, verdict + balance],
  ];
  const refused = showRefused(decision.refused);
  const details = showMessages(decision, view.zone) + (refused === '' ? '' : `\n${refused}`);
  return `${lines.map(formatLine).join('')}\n${details}\n`;
}

function showCancellation({ zone }: ExplainView, { cancelled, dueAt, refused }: CancellationView): string {
  const what = `CANCELS ${counted(cancelled.length, 'message')} for ${formatTime(dueAt, zone)}: ${cancelled.join(', ')}`;
  return `${formatLine(['Decision', what])}${showRefused(refused)}`;
}

function cutLines({ fromHtml, cut }: DecisionStep): Line[] {
  const html: Line[] = fromHtml ? [['Taken', 'from the HTML part: there is no plain text']] : [];
  if (!cut) return html;
  return [...html, ['Cut', `${CUTS[cut.by]}, at line ${cut.line}: ${JSON.stringify(safeLine(cut.lineText, 80))}`]];
}

function sizeLines({ decision, savedParts, truncated }: DecisionStep): Line[] {
  if (!decision.accepted) return [];
  const { encoding, text, parts, replaced } = decision;
  const size = `${encodingName(encoding)}, ${counted(Array.from(text).length, 'character')}, ${counted(parts, 'part')}`;
  const changes = replaced.map(
    ({ from, to, count }) => `${JSON.stringify(from)} → ${JSON.stringify(to)}${count > 1 ? ` ×${count}` : ''}`,
  );
  const saved = savedParts > 0 ? ` (saves ${counted(savedParts, 'part')})` : '';
  return [
    ['Characters', size],
    ...(changes.length === 0 ? [] : [['Replaced', changes.join(', ') + saved] as const]),
    ...(truncated ? [['', 'cut to one part (long=truncate)'] as const] : []),
  ];
}

function whenText({ zone }: ExplainView, { scheduledFor }: DecisionStep): string {
  return scheduledFor === null ? 'at once' : `${formatTime(scheduledFor, zone)} (${zone})`;
}
