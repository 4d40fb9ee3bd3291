// A Submission as the submit_sm PDUs that carry it, all but their sequence numbers. Pure. Gives a reason instead for what
// acceptance should not have let through: characters outside the alphabet, controls (a raw ESC or NUL never reaches the
// wire), a sender that is none, more parts than were paid for.
// Source: SMPP 3.4 §4.4, §5.2, §7.1.1 (relative time); 3GPP TS 23.038 §4 (data coding), §6.1.2.3.1 (filler).

import { cleanControls, packSeptets } from '../../core/gsm7.js';
import { err, ok, type Result } from '../../core/result.js';
import type { Submission } from '../../core/carriage.js';
import type { Encoding } from '../../core/types.js';
import { cutUserData, fillBitsAfter, type CutPart, type Tie } from '../user-data.js';
import { destinationOf, sourceOf } from './addresses.js';
import type { EncodingOptions } from './options.js';
import type { PduOf } from './pdu.js';
import { int16, int8, TAG } from './tlvs.js';

export type SubmitDraft = Pick<PduOf<'submit_sm'>, 'body' | 'tlvs'>;

export interface References {
  /** Ties the parts of this message together. */
  readonly concatenation: number;
  /** user_message_reference of the first part; the others follow. */
  readonly user: number;
}

const HAS_HEADER = 0x40;
const FINAL_RECEIPT = 1;
const CARRIAGE_RETURN = 0x0d;
const DATA_CODING = {
  gsm7: { normal: 0x00, flash: 0xf0 },
  ucs2: { normal: 0x08, flash: 0x18 },
} as const satisfies Record<Encoding, unknown>;

export function planSubmit(
  submission: Submission,
  options: EncodingOptions,
  references: References,
): Result<readonly SubmitDraft[], string> {
  const { text, encoding } = submission;
  if (cleanControls(text) !== text) return err('controls in the text');
  const common = planCommon(submission, options);
  if (!common) return err('an address that is none');
  const parts = cutParts(submission, options, references.concatenation);
  if (!parts) return err('not in the alphabet, or not in as many parts as were accepted');
  const inPayload = options.parts === 'payload' && submission.parts > 1;
  const drafts = parts.map((part, index): SubmitDraft => {
    const octets = octetsOf(part, encoding, options);
    const tlvs = new Map<number, Uint8Array>();
    if (options.userReference) tlvs.set(TAG.userMessageReference, int16(references.user + index));
    if (inPayload) tlvs.set(TAG.messagePayload, octets);
    if (options.parts === 'sar' && parts.length > 1) {
      tlvs.set(TAG.sarReference, int16(references.concatenation));
      tlvs.set(TAG.sarTotal, int8(parts.length));
      tlvs.set(TAG.sarNumber, int8(index + 1));
    }
    const esmClass = part.header.length > 0 ? HAS_HEADER : 0;
    return { body: { ...common, esmClass, message: inPayload ? new Uint8Array() : octets }, tlvs };
  });
  return ok(drafts);
}

type Common = Omit<SubmitDraft['body'], 'esmClass' | 'message'>;

function planCommon(submission: Submission, options: EncodingOptions): Common | null {
  const source = sourceOf(submission.sender ?? options.sender, options.addressing);
  const destination = destinationOf(submission.to, options.addressing.destination);
  if (!source || !destination) return null;
  return {
    serviceType: options.serviceType,
    sourceTon: source.ton,
    sourceNpi: source.npi,
    source: source.digits,
    destinationTon: destination.ton,
    destinationNpi: destination.npi,
    destination: destination.digits,
    protocolId: 0,
    priority: 0,
    scheduleTime: '',
    validityPeriod: relativeTime(submission.validityMs),
    registeredDelivery: options.receipts ? FINAL_RECEIPT : 0,
    replaceIfPresent: 0,
    dataCoding: DATA_CODING[submission.encoding][submission.flash ? 'flash' : 'normal'],
    defaultMessageId: 0,
  };
}

const TIES: Readonly<Record<EncodingOptions['parts'], readonly Tie[]>> = {
  udh8: ['header8'],
  // Priced with the shorter header: the longer one must not make a part that nobody paid for.
  udh16: ['header16', 'header8'],
  sar: ['network'],
  payload: ['network'],
};

/** Null: the text is not what was accepted. */
function cutParts(
  { text, encoding, parts }: Submission,
  options: EncodingOptions,
  reference: number,
): CutPart[] | null {
  try {
    const cuts = TIES[options.parts].map((tie) => cutUserData(text, encoding, tie, reference));
    const cut = cuts.find(({ length }) => length === parts);
    if (!cut || options.parts !== 'payload') return cut ?? null;
    return [{ header: new Uint8Array(), body: Buffer.concat(cut.map(({ body }) => body)) }];
  } catch {
    // A character outside of the alphabet.
    return null;
  }
}

/** short_message of one part. */
function octetsOf({ header, body }: CutPart, encoding: Encoding, { septets }: EncodingOptions): Uint8Array {
  if (encoding === 'ucs2' || septets === 'unpacked') return header.length > 0 ? Buffer.concat([header, body]) : body;
  const fillBits = fillBitsAfter(header.length);
  // SMPP counts octets only: seven bits that are left over would read as one more character, `@`.
  const isFull = (body.length * 7 + fillBits) % 8 === 1;
  const filled = isFull ? Uint8Array.from([...body, CARRIAGE_RETURN]) : body;
  return Buffer.concat([header, packSeptets(filled, fillBits)]);
}

const LONGEST_SECONDS = 30 * 86_400;

/** `000002000000000R` is two days; whole seconds, one at least. */
export function relativeTime(ms: number): string {
  const seconds = Math.min(LONGEST_SECONDS, Math.max(1, Math.ceil(ms / 1000)));
  const fields = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  const digits = [...fields, seconds % 60].map((field) => String(field).padStart(2, '0'));
  return `0000${digits.join('')}000R`;
}
