// What can be typed after `npm run bench --`. Wrong words say what is allowed.

import { parseArgs } from 'node:util';

export interface Options {
  readonly only: readonly string[];
  readonly peers: readonly string[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly writeDocs: boolean;
}

const [ROUNDS, QUICK_ROUNDS] = [5, 2];

export const USAGE = `npm run bench [-- OPTION…]

  --only NAME,…    these stages or contests, such as accept or accept-50
  --peers NAME,…   these peers, by the beginning of their names
  --rounds N       rounds that count (${ROUNDS}; with --quick ${QUICK_ROUNDS}); one more warms up
  --quick          some goals only, compared with the newest result: a ratio a quarter worse is a failure
  --write-docs     measures nothing: docs/performance.md and .svg from the newest result

A whole run writes bench/results/DATE.json and the documents. Exit code: 0; 1 where a peer failed or a ratio was lost;
64 for words that are not understood.
`;

/** Text: what was wrong. */
export function parseOptions(words: readonly string[]): Options | string {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean', default: false }] as const;
  const options = { only: text, peers: text, rounds: text, quick: flag, 'write-docs': flag } as const;
  try {
    const { values } = parseArgs({ args: [...words], options });
    const rounds = Number(values.rounds ?? (values.quick ? QUICK_ROUNDS : ROUNDS));
    if (!Number.isInteger(rounds) || rounds < 1) return `--rounds ${values.rounds}: a whole number from 1 on`;
    const list = (names = ''): string[] => names.split(',').filter((name) => name !== '');
    const [only, peers] = [list(values.only), list(values.peers)];
    return { only, peers, rounds, quick: values.quick, writeDocs: values['write-docs'] };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
