// The words after `sendmail`, as sendmail(8) parses them: single letters, together or apart, with a value attached or
// as the next word. Takes the words, gives what to do; what programs pass without an effect here is accepted and ignored.
// Never reads anything. Source: sendmail(8), sendmail(1) of Postfix; getopt(3) for the letters; sysexits(3) for the modes.

import { err, ok, type Result } from '../core/result.js';

/** `deliver` a mail on standard input · `smtp` a conversation · the rest answers and reads nothing. */
type Mode = 'deliver' | 'smtp' | 'queue' | 'aliases' | 'help';

export interface SendmailCall {
  readonly mode: Mode;
  /** `-t`: To, Cc and Bcc name recipients, besides those among the words (as Postfix does). */
  readonly readHeader: boolean;
  /** False with `-i`: a line with nothing but a dot is text. */
  readonly dotEnds: boolean;
  /** Envelope sender; `''` is the null sender, null: the user who calls. */
  readonly sender: string | null;
  /** For a From field that has to be made. */
  readonly fullName: string | null;
  /** As typed: each may hold several addresses. */
  readonly recipients: readonly string[];
  /** `--data`: the data folder of the daemon. */
  readonly dataDir: string | null;
  /** `-q`: deliver what waits. With nothing else to do, there is nothing to do: the daemon does that by itself. */
  readonly queueRun: boolean;
}

/** With a value: attached, else the next word. */
const VALUED = new Set('ABCDFLMNORVXbefhopr');
/** With a value only when it is attached. */
const MAYBE_VALUED = new Set('dqQ');
const PLAIN = new Set('GITUcimnstvx');

const MODES = new Map<string, Mode>([
  ['m', 'deliver'],
  ['s', 'smtp'],
  ['p', 'queue'],
  ['i', 'aliases'],
]);

/** What a link to the program is called decides the mode where no `-b` does. */
const NAMES = new Map<string, Mode>([
  ['newaliases', 'aliases'],
  ['mailq', 'queue'],
]);

type Draft = { -readonly [Key in keyof SendmailCall]: SendmailCall[Key] } & { recipients: string[] };

/** The error is a sentence. */
export function parseCall(program: string, words: readonly string[]): Result<SendmailCall, string> {
  const call: Draft = {
    ...{ mode: NAMES.get(program) ?? 'deliver', readHeader: false, dotEnds: true, sender: null, fullName: null },
    ...{ recipients: [], dataDir: null, queueRun: false },
  };
  const waiting = [...words];
  for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
    if (word === '--') {
      call.recipients.push(...waiting);
      break;
    }
    const mistake = readWord(call, word, waiting);
    if (mistake !== null) return err(mistake);
  }
  return ok(call);
}

function readWord(call: Draft, word: string, waiting: string[]): string | null {
  if (word.startsWith('--')) return readLong(call, word, waiting);
  if (!word.startsWith('-') || word === '-') {
    call.recipients.push(word);
    return null;
  }
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const attached = word.slice(at + 1);
    if (PLAIN.has(letter)) {
      if (letter === 't') call.readHeader = true;
      if (letter === 'i') call.dotEnds = false;
      continue;
    }
    if (MAYBE_VALUED.has(letter)) {
      if (letter === 'q') call.queueRun = true;
      return null;
    }
    if (!VALUED.has(letter)) return `there is no option -${letter}`;
    const value = attached === '' ? waiting.shift() : attached;
    return value === undefined ? `option -${letter} needs a value` : readValue(call, letter, value);
  }
  return null;
}

function readValue(call: Draft, letter: string, value: string): string | null {
  if (letter === 'f' || letter === 'r') call.sender = value.replace(/^<(.*)>$/s, '$1').trim();
  else if (letter === 'F') call.fullName = value;
  else if (letter === 'o' || letter === 'O') {
    // The short form of an option and its long name; all others steer what does not exist here.
    if (value === 'i' || /^ignoredots(?:=t|$)/i.test(value)) call.dotEnds = false;
  } else if (letter === 'b') {
    const mode = MODES.get(value);
    if (!mode) return `there is no mode -b${value} here: -bm, -bs, -bp and -bi are known`;
    call.mode = mode;
  }
  return null;
}

function readLong(call: Draft, word: string, waiting: string[]): string | null {
  const [name = '', ...rest] = word.split('=');
  if (name === '--help') {
    call.mode = 'help';
    return null;
  }
  if (name !== '--data') return `there is no option ${name}`;
  const value = rest.length > 0 ? rest.join('=') : waiting.shift();
  if (value === undefined || value === '') return 'option --data needs a folder';
  call.dataDir = value;
  return null;
}
