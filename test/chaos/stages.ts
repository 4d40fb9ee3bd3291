// The named stages at which the daemon is killed: each is a tracing point of the program (docs/tracing.md), some only for
// one kind of command or PDU. Pure: the hook in the daemon and the scenarios both read it.

export interface Stage {
  readonly name: string;
  readonly what: string;
  readonly channel: string;
  /** Of what is published there, only this. */
  readonly when?: (message: Published) => boolean;
}

export interface Published {
  readonly commands?: readonly string[];
  readonly octets?: Uint8Array;
  readonly pdu?: { readonly command: string };
}

const SUBMIT_SM = 0x04;

function holds(...wanted: readonly string[]): (message: Published) => boolean {
  return ({ commands }) => commands?.some((command) => wanted.includes(command)) === true;
}

/** The first PDU of the batch will do: under load submits and other requests seldom share one. */
function isSubmit({ octets }: Published): boolean {
  return octets !== undefined && octets.length >= 8 && octets[7] === SUBMIT_SM && octets[4] === 0;
}

function isAnswer({ pdu }: Published): boolean {
  return pdu?.command === 'submit_sm_resp';
}

const STORE = { before: 'petitbleu.store.committing', after: 'petitbleu.store.committed' };

export const STAGES: readonly Stage[] = [
  { name: 'data', what: 'the mail is whole, nothing is written', channel: 'petitbleu.mail.received' },
  { name: 'order-before', what: 'in the transaction of an order', channel: STORE.before, when: holds('acceptOrders') },
  { name: 'order-after', what: 'an order is committed', channel: STORE.after, when: holds('acceptOrders') },
  { name: 'answering', what: 'the 250 is decided, not sent', channel: 'petitbleu.mail.answering' },
  {
    name: 'claim-before',
    what: '`submitting` is being committed',
    channel: STORE.before,
    when: holds('claimDue', 'exchange'),
  },
  { name: 'claim-after', what: '`submitting` is committed', channel: STORE.after, when: holds('claimDue', 'exchange') },
  { name: 'submit-before', what: 'no byte has left', channel: 'petitbleu.smpp.writing', when: isSubmit },
  { name: 'submit-after', what: 'the bytes have left', channel: 'petitbleu.smpp.written', when: isSubmit },
  { name: 'answered', what: "the carrier's answer is read", channel: 'petitbleu.smpp.received', when: isAnswer },
  { name: 'outcome-before', what: 'the answer is being recorded', channel: STORE.before, when: holds('exchange') },
  { name: 'outcome-after', what: 'the answer is recorded', channel: STORE.after, when: holds('exchange') },
  {
    name: 'receipt-before',
    what: 'in the transaction of a receipt',
    channel: STORE.before,
    when: holds('recordReceipt'),
  },
  { name: 'receipt-after', what: 'recorded, the carrier waits', channel: STORE.after, when: holds('recordReceipt') },
  { name: 'notice', what: 'the smarthost has it, not recorded', channel: 'petitbleu.mail.sent' },
  { name: 'notice-before', what: 'in the transaction of a notice', channel: STORE.before, when: holds('recordNotice') },
];

/** What the hook reads, at the moment that it shall strike. */
export interface KillOrder {
  readonly stage: string;
  /** Publications until then. */
  readonly nth: number;
  /** The thread stands still at the stage for so long, as before a slow disk; the others go on till the process dies. */
  readonly holdMs: number;
}

/** What the hook is started with, as JSON in CHAOS_HOOK. */
export interface HookWish {
  /** A file that holds a KillOrder, when there is one. */
  readonly killFile: string;
  /** The wall clock of the daemon runs ahead by so much. */
  readonly clockShiftMs: number;
  /** NORMAL: SQLite does not sync its commits although the program asked for it (the control of the power cuts). */
  readonly synchronous: 'FULL' | 'NORMAL';
}
