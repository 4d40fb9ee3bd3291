// Asks a person whether something that cannot be taken back shall be done. Null: nobody is there to be asked.

import { createInterface } from 'node:readline/promises';

export async function confirm(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY) return null;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes)$/i.test((await asking.question(`${question} [y/N] `)).trim());
  } finally {
    asking.close();
  }
}
