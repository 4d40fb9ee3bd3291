// A receipt out of a delivery: by its parameters first, else by its text, which no two SMSCs write alike. Pure, tolerant:
// what is missing or junk is left out. Gives null where nothing says which message is meant.
// Source: SMPP 3.4 Appendix B, §5.2.28 (states), §5.3.2.12, §5.3.2.31, §5.3.2.35.

import type { Receipt } from '../../core/carriage.js';
import { normaliseId } from './ids.js';
import { decodeText, type Delivery, type IncomingOptions } from './incoming.js';
import { readInt, readText, TAG } from './tlvs.js';

/** What a receipt says, before anybody knows whose it is. */
export interface SmppReceipt extends Pick<Receipt, 'state' | 'reason'> {
  /** Normalised; null: only the reference tells. */
  readonly id: string | null;
  readonly userReference: number | null;
  /** E.164, or null. */
  readonly to: string | null;
}

type State = Receipt['state'];

/** message_state. An unknown state claims nothing. */
const STATES: ReadonlyMap<number, readonly [State, name: string]> = new Map([
  [1, ['pending', 'enroute']],
  [2, ['delivered', 'delivered']],
  [3, ['expired', 'expired']],
  [4, ['undelivered', 'deleted']],
  [5, ['undelivered', 'undeliverable']],
  [6, ['pending', 'accepted']],
  [7, ['pending', 'unknown']],
  [8, ['refused', 'rejected']],
] as const);

/** `stat:` of the text, by how it begins: it is cut after seven letters, or not. */
const WORDS: readonly (readonly [RegExp, State])[] = [
  [/^DELIV/i, 'delivered'],
  [/^EXPIR/i, 'expired'],
  [/^(UNDEL|DELET|FAIL|SKIP)/i, 'undelivered'],
  [/^REJ/i, 'refused'],
];

export function readReceipt(delivery: Delivery, options: IncomingOptions): SmppReceipt | null {
  const { tlvs } = delivery;
  const text = receiptText(delivery, options);
  const id = idOf(readText(tlvs, TAG.receiptedMessageId), textField(text, 'id'), options);
  const userReference = readInt(tlvs, TAG.userMessageReference, 2) ?? null;
  if (id === null && userReference === null) return null;
  const named = STATES.get(readInt(tlvs, TAG.messageState, 1) ?? 0);
  const word = textField(text, 'stat');
  const state = named?.[0] ?? WORDS.find(([form]) => form.test(word))?.[1] ?? 'pending';
  const error = errorOf(tlvs.get(TAG.networkErrorCode), textField(text, 'err'));
  const reason = reasonOf(error, options) ?? named?.[1] ?? word.toLowerCase();
  const isBad = state !== 'delivered' && state !== 'pending';
  const to = delivery.from.startsWith('+') ? delivery.from : null;
  return { id, userReference, to, state, reason: isBad ? reason : null };
}

/** Each SMSC has numbers of its own for a number that nobody has: said in words, it is known everywhere. */
function reasonOf(error: string | null, { unknownSubscriber }: IncomingOptions): string | null {
  return error !== null && unknownSubscriber.includes(error.replace(/^(network-)?error-/, ''))
    ? `unknown subscriber (${error})`
    : error;
}

/** ASCII, whatever its data_coding says; UCS-2 where it plainly is. */
function receiptText({ octets, dataCoding }: Delivery, options: IncomingOptions): string {
  const coding = dataCoding === 8 ? 8 : 3;
  return decodeText(octets, coding, { ...options, headerOctets: 0 });
}

/** One word: `id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…`; what stands in the text is not ours. */
function textField(text: string, name: 'id' | 'stat' | 'err'): string {
  const [own = ''] = text.split(/\btext:/i);
  return new RegExp(`(?:^|[\\s,;])${name}:[ ]?([^\\s,;]{1,64})`, 'i').exec(own)?.[1] ?? '';
}

/**
 * receipted_message_id is the id of the answer, as the standard has it; the text has an id of its own kind. Who writes
 * the same into both means the second kind.
 */
function idOf(parameter: string | undefined, inText: string, { idFormat }: IncomingOptions): string | null {
  if (parameter !== undefined && parameter !== '' && parameter !== inText) {
    return normaliseId(parameter, 'answer', idFormat);
  }
  return inText === '' ? null : normaliseId(inText, 'receipt', idFormat);
}

/** Zeros mean that there was none. */
function errorOf(parameter: Uint8Array | undefined, inText: string): string | null {
  const number = parameter?.length === 3 ? (parameter[1] ?? 0) * 256 + (parameter[2] ?? 0) : 0;
  if (number > 0) return `network-error-${number}`;
  return /^(0*|none|no)$/i.test(inText) ? null : `error-${inText.toLowerCase()}`;
}
