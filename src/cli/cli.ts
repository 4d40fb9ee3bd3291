// What the commands share: the program, the terminal, and how a task ends.
// A task gives a told mistake or nothing; the mistake becomes lines on stderr and the exit code of sysexits(3).

import type { Command } from 'commander';

import type { MistakeKind, Told } from '../control/protocol.js';
import { ok } from '../core/result.js';
import { EXIT_CODES } from './exit.js';
import type { AnswerOf, OperationName, ParamsOf } from './operations/registry.js';
import type { Globals } from './globals.js';
import { withOperations, type Call } from './session.js';
import type { Terminal } from './terminal.js';

/** One operation and how its answer is shown to a person. */
interface Asked<Name extends OperationName> {
  readonly operation: Name;
  readonly params: ParamsOf<Name>;
  readonly show: (answer: AnswerOf<Name>) => string;
  /** What `--json` prints, one object a line; without it: the answer, a list item by item. */
  readonly json?: (answer: AnswerOf<Name>) => readonly unknown[];
  /** Where the answer comes in pages: what asks for the page behind this one (null: it was the last), and all so far. */
  readonly pages?: {
    readonly next: (answer: AnswerOf<Name>) => ParamsOf<Name> | null;
    readonly join: (before: AnswerOf<Name>, page: AnswerOf<Name>) => AnswerOf<Name>;
  };
  /** A mistake that an answer turns out to be. */
  readonly judge?: (answer: AnswerOf<Name>) => MistakeKind | null;
  /** May make the data folder. */
  readonly makesFolder?: boolean;
}

export class Cli {
  exitCode = 0;

  constructor(
    readonly program: Command,
    readonly terminal: Terminal,
  ) {}

  globals(): Globals {
    return this.program.opts();
  }

  /** Runs a task that needs no operations. */
  async act(task: (globals: Globals) => Promise<Told<void>>): Promise<void> {
    const done = await task(this.globals());
    if (!done.ok) this.fail(done.error.kind, done.error.text);
  }

  fail(kind: MistakeKind, text: string): void {
    if (text !== '') this.terminal.warn(`petitbleu: ${text.trimEnd().replaceAll('\n', '\npetitbleu: ')}\n`);
    this.exitCode = EXIT_CODES[kind];
  }

  /** Runs a task that calls operations. */
  operate(task: (call: Call, globals: Globals) => Promise<Told<void>>, makesFolder = false): Promise<void> {
    return this.act((globals) => withOperations(globals, makesFolder, (call) => task(call, globals)));
  }

  /** The common case: one operation, its answer printed. */
  ask<Name extends OperationName>(asked: Asked<Name>): Promise<void> {
    return this.operate(async (call, globals) => {
      const answer = await wholeAnswer(call, asked);
      if (!answer.ok) return answer;
      if (globals.json === true) this.printJson(asked.json ? asked.json(answer.value) : asList(answer.value));
      else this.terminal.write(asked.show(answer.value));
      const wrong = asked.judge?.(answer.value) ?? null;
      if (wrong !== null) this.fail(wrong, '');
      return ok(undefined);
    }, asked.makesFolder);
  }

  /** One object a line. */
  printJson(values: readonly unknown[]): void {
    for (const value of values) this.terminal.write(`${JSON.stringify(value)}\n`);
  }
}

async function wholeAnswer<Name extends OperationName>(
  call: Call,
  { operation, params, pages }: Asked<Name>,
): Promise<Told<AnswerOf<Name>>> {
  let answer = await call(operation, params);
  for (let next = answer.ok && pages?.next(answer.value); answer.ok && pages && next; next = pages.next(answer.value)) {
    const page = await call(operation, next);
    if (!page.ok) return page;
    answer = ok(pages.join(answer.value, page.value));
  }
  return answer;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
