// What the demo shows: a table (mail → SMS → state → cost) and the outcome mails, for a terminal of 100 columns.
// Takes what was played, gives text; with colours only where they are asked for.

import { credits } from '../cli/table.js';
import { safeText, wrapLine } from '../core/plain-text.js';
import type { Act, OutcomeMail } from './play.js';

type Style = 'bold' | 'dim' | 'green' | 'red';

const CODES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, green: 32, red: 31 };

export type Paint = (style: Style, text: string) => string;

export function painter(withColours: boolean): Paint {
  return (style, text) => (withColours ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/** The cells of a row, line by line. */
type Row = readonly (readonly Cell[])[];

const COLUMNS = [
  { title: 'MAIL', width: 41 },
  { title: 'SMS', width: 28 },
  { title: 'STATE', width: 9 },
  { title: 'COST', width: 9 },
] as const;

export function showTable(acts: readonly Act[], paint: Paint): string {
  const rule = (left: string, cross: string, right: string): string =>
    paint('dim', `${left}${COLUMNS.map(({ width }) => '─'.repeat(width + 2)).join(cross)}${right}`);
  const heading: Row = COLUMNS.map(({ title }) => [{ text: title, style: 'bold' }]);
  const rows = [heading, ...acts.map(rowOf)].map((row) => showRow(row, paint));
  return [rule('┌', '┬', '┐'), rows.join(`\n${rule('├', '┼', '┤')}\n`), rule('└', '┴', '┘'), ''].join('\n');
}

function rowOf({ example, reply, before, messages, shown }: Act): Row {
  const { title, to, subject, expected } = example;
  const mail: Cell[] = [
    { text: title, style: 'bold' },
    { text: `To: ${to}` },
    { text: `Subject: ${subject === '' ? '(none)' : subject}` },
  ];
  if (messages.length === 0) {
    const refusal: Cell = { text: reply.text, style: 'dim' };
    const isRight = reply.code === expected.code;
    return [mail, [refusal], [{ text: 'refused', style: isRight ? 'green' : 'red' }], [{ text: '–' }]];
  }
  const sms = [...messages.map(({ to: number }) => ({ text: `→ ${number}` })), { text: shown[0]?.text ?? '' }];
  const states = messages.map(({ state }): Cell => ({ text: state, style: state === 'delivered' ? 'green' : 'red' }));
  const wasHeld = before.some(({ state }) => state === 'scheduled');
  const held: Cell[] = wasHeld ? [{ text: 'on its date', style: 'dim' }] : [];
  return [mail, sms, [...states, ...held], messages.map(({ priceMilli }) => ({ text: credits(priceMilli) }))];
}

function showRow(row: Row, paint: Paint): string {
  const cells = row.map((cell, at) => wrapCell(cell, COLUMNS[at]?.width ?? 0, paint));
  const height = Math.max(...cells.map(({ length }) => length));
  const bar = paint('dim', '│');
  return Array.from({ length: height }, (_, line) => {
    const painted = cells.map((lines, at) => lines[line] ?? ' '.repeat(COLUMNS[at]?.width ?? 0));
    return `${bar} ${painted.join(` ${bar} `)} ${bar}`;
  }).join('\n');
}

/** Lines of exactly `width` columns. */
function wrapCell(cell: readonly Cell[], width: number, paint: Paint): string[] {
  return cell.flatMap(({ text, style }) =>
    wrapLine(safeText(text).replaceAll('\n', ' '), width).map((line) => {
      const padded = line.padEnd(width);
      return style ? paint(style, padded) : padded;
    }),
  );
}

export function showMails(mails: readonly OutcomeMail[], paint: Paint): string {
  return mails.map((mail) => showMail(mail, paint)).join('\n');
}

function showMail({ subject, text }: OutcomeMail, paint: Paint): string {
  const lines = safeText(text).trimEnd().split('\n');
  return [
    paint('bold', `✉  ${safeText(subject)}`),
    ...lines.map((line) => `${paint('dim', '│')}  ${line}`.trimEnd()),
    '',
  ].join('\n');
}
