// THE table of command_status: what it is called in our states, and what follows for the message and for the link.
// An answer that is not in it gets a few tries and is then refused. SMPP 3.4 §5.1.3; what to try again: what the field
// does (Kannel, Jasmin), less its duplicates.

/** Those that our side answers with, or asks for by name. */
export const STATUS = {
  ok: 0x00,
  invalidMessageLength: 0x01,
  invalidCommandLength: 0x02,
  invalidCommandId: 0x03,
  wrongBindState: 0x04,
  alreadyBound: 0x05,
  throttled: 0x58,
  temporaryFailure: 0x64,
  invalidOptionalParameters: 0xc0,
  invalidParameterLength: 0xc2,
} as const;

/**
 * `later`: this message, not the others · `pause`: the link, whatever the message · `few-tries`: it may pass, or never ·
 * `refuse`: for good · `configuration`: nothing will pass till somebody mends it, and somebody is told ·
 * `rebind`: this connection is of no use any more
 */
type Meaning = 'later' | 'pause' | 'few-tries' | 'refuse' | 'configuration' | 'rebind';

interface StatusRow {
  readonly code: string;
  readonly meaning: Meaning;
}

const TABLE: ReadonlyMap<number, readonly [code: string, meaning: Meaning]> = new Map([
  [0x01, ['invalid-message-length', 'refuse']],
  [0x02, ['invalid-command-length', 'refuse']],
  [0x03, ['invalid-command', 'refuse']],
  [0x04, ['wrong-bind-state', 'rebind']],
  [0x05, ['already-bound', 'rebind']],
  [0x06, ['invalid-priority', 'refuse']],
  [0x07, ['invalid-registered-delivery', 'refuse']],
  [0x08, ['system-error', 'later']],
  [0x0a, ['invalid-source', 'refuse']],
  [0x0b, ['invalid-destination', 'refuse']],
  [0x0c, ['invalid-message-id', 'refuse']],
  [0x0d, ['bind-failed', 'rebind']],
  [0x0e, ['invalid-password', 'configuration']],
  [0x0f, ['invalid-system-id', 'configuration']],
  [0x14, ['message-queue-full', 'later']],
  [0x15, ['invalid-service-type', 'refuse']],
  [0x40, ['invalid-destination-flag', 'refuse']],
  [0x42, ['invalid-submission', 'refuse']],
  [0x43, ['invalid-esm-class', 'refuse']],
  [0x44, ['invalid-distribution-list', 'refuse']],
  [0x45, ['submission-failed', 'refuse']],
  [0x48, ['invalid-source-ton', 'refuse']],
  [0x49, ['invalid-source-npi', 'refuse']],
  [0x50, ['invalid-destination-ton', 'refuse']],
  [0x51, ['invalid-destination-npi', 'refuse']],
  [0x53, ['invalid-system-type', 'configuration']],
  [0x54, ['invalid-replace-flag', 'refuse']],
  [0x55, ['invalid-number-of-messages', 'refuse']],
  [0x58, ['throttled', 'pause']],
  [0x61, ['invalid-schedule', 'refuse']],
  [0x62, ['invalid-validity', 'refuse']],
  [0x63, ['invalid-predefined-message', 'refuse']],
  [0x64, ['temporary-failure', 'later']],
  [0x65, ['permanent-failure', 'refuse']],
  [0x66, ['rejected', 'refuse']],
  [0xc0, ['invalid-optional-parameters', 'refuse']],
  [0xc1, ['parameter-not-allowed', 'refuse']],
  [0xc2, ['invalid-parameter-length', 'refuse']],
  [0xc3, ['parameter-missing', 'refuse']],
  [0xc4, ['invalid-parameter', 'refuse']],
  [0xfe, ['delivery-failed', 'refuse']],
  [0xff, ['unknown-error', 'few-tries']],
] as const);

/** Of a status that is not 0. */
export function statusRow(status: number): StatusRow {
  const [code, meaning] = TABLE.get(status) ?? [`smpp-0x${status.toString(16).padStart(8, '0')}`, 'few-tries'];
  return { code, meaning };
}
