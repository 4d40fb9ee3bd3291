// What is said about a mistake in the configuration: where, which key, what was found, what is allowed, the nearest key.
// Takes places and words, gives sentences; never repeats the value of a secret.

/** A position in a file, or the name of an environment variable with no line. Both count from 1. */
export interface Place {
  readonly source: string;
  readonly line: number | null;
  readonly column: number | null;
}

export interface ConfigMistake extends Place {
  /** Dotted; empty where the mistake is in the form of the file. */
  readonly key: string;
  readonly text: string;
}

export function mistake(place: Place, key: string, text: string): ConfigMistake {
  return { source: place.source, line: place.line, column: place.column, key, text };
}

/** One line each: `file:line:column: key: what is wrong`. */
export function formatMistakes(mistakes: readonly ConfigMistake[]): string {
  return mistakes.map((one) => `${formatMistake(one)}\n`).join('');
}

function formatMistake({ source, line, column, key, text }: ConfigMistake): string {
  const where = line === null ? source : `${source}:${line}:${column ?? 1}`;
  return [where, key, text].filter((part) => part !== '').join(': ');
}

/** A value as a mistake shows it. */
export function describe(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a section';
  const shown = JSON.stringify(value);
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
}

/** For a key that the table does not have. `known` are the whole keys beside it, `elsewhere` all others. */
export function unknownKey(key: string, known: readonly string[], elsewhere: readonly string[]): string {
  const near = nearest(key, known) ?? sameName(key, elsewhere) ?? nearest(key, elsewhere);
  const hint = near === undefined ? '' : `; the nearest is ${near}`;
  const names = known.map((one) => one.slice(one.lastIndexOf('.') + 1));
  return `there is no such key${hint}; allowed here: ${names.join(', ')}`;
}

/** The right name in the wrong section. */
function sameName(key: string, elsewhere: readonly string[]): string | undefined {
  const name = key.slice(key.lastIndexOf('.') + 1).toLowerCase();
  return elsewhere.find((one) => one.toLowerCase().endsWith(`.${name}`));
}

/** The candidate that takes the fewest changes, if few: up to a third of the letters of the last name, 2 at least. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const name = word.slice(word.lastIndexOf('.') + 1);
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3));
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance > bestDistance || (distance === bestDistance && best !== undefined)) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** Letters added, dropped, changed, or swapped with the next (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, changed, swapped));
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
