// Aligned tables and the few formats that all commands share: money, times, texts from outside.
// Takes rows of text, gives lines. What could steer a terminal (controls, bidi marks) is replaced before it is shown.

import { formatCredits } from '../core/ledger.js';
import { localTime } from '../core/local-time.js';
import { safeLine } from '../core/plain-text.js';

const MAX_CELL = 60;
const MAX_SENTENCE = 1000;

interface Column {
  readonly title: string;
  /** Numbers stand under each other's units. */
  readonly right?: boolean;
  /** Sentences, in the last column: not shortened. */
  readonly wide?: boolean;
}

export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) =>
    row.map((cell, at) => safeLine(cell, columns[at]?.wide === true ? MAX_SENTENCE : MAX_CELL)),
  );
  const all = [columns.map(({ title }) => title), ...cells];
  const widths = columns.map((_, at) => Math.max(...all.map((row) => width(row[at] ?? ''))));
  return all.map((row) => formatRow(row, columns, widths)).join('');
}

function formatRow(row: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  const padded = columns.map(({ right }, at) => {
    const cell = row[at] ?? '';
    const gap = ' '.repeat((widths[at] ?? 0) - width(cell));
    return right === true ? gap + cell : cell + gap;
  });
  return `${padded.join('  ').trimEnd()}\n`;
}

/** Label and value, the values one under the other. */
export function formatFacts(facts: readonly (readonly [label: string, value: string])[]): string {
  const longest = Math.max(...facts.map(([label]) => width(label)));
  return facts.map(([label, value]) => `${label}${' '.repeat(longest - width(label))}  ${value}\n`).join('');
}

function width(text: string): number {
  return Array.from(text).length;
}

export function credits(amountMilli: number): string {
  return `${formatCredits(amountMilli)} ${Math.abs(amountMilli) === 1000 ? 'credit' : 'credits'}`;
}

/** `2026-11-24 09:00:00` on the clocks of `zone`. */
export function formatTime(at: string | number | null, zone: string): string {
  if (at === null) return '';
  const instant = typeof at === 'number' ? at : Date.parse(at);
  return new Date(localTime(instant, zone)).toISOString().slice(0, 19).replace('T', ' ');
}

/** `1 message`, `2 messages` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `612.3 MB` */
export function formatBytes(bytes: number): string {
  const [size, unit] = bytes >= 1e9 ? [bytes / 1e9, 'GB'] : bytes >= 1e6 ? [bytes / 1e6, 'MB'] : [bytes / 1e3, 'kB'];
  return `${size.toFixed(1)} ${unit}`;
}
