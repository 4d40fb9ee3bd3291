// The test SMSC with the simulator's numbers: the last three digits say what it answers and which receipts and replies it
// sends. Receipts carry their parameters and the reference of the message; what is not taken is sent again.

import type { Behaviour } from '../../src/carriers/behaviours.js';
import { int16, int8, TAG } from '../../src/carriers/smpp/tlvs.js';
import { settle } from './fake-clock.js';
import type { Delivering, Smsc, SmscAnswer, SmscSession, Submit } from './smsc.js';

const STATUSES = new Map([
  ['invalid-destination', 0x0b],
  ['message-queue-full', 0x14],
  ['throttled', 0x58],
  ['class-not-supported', 0x45],
]);
const STATES = { pending: 1, delivered: 2, expired: 3, undelivered: 5, refused: 8 } as const;
const TRIES = 5;

export function answerAs(smsc: Smsc, behaviours: ReadonlyMap<string, Behaviour>): void {
  const deferred = new Set<string>();
  smsc.answer = async (submit): Promise<SmscAnswer> => {
    const behaviour = behaviours.get(submit.body.destination.slice(-3));
    const id = smsc.newId();
    const isDeferred = behaviour?.answer.startsWith('defer') && !deferred.has(submit.body.destination);
    if (behaviour?.answer === 'refuse' || isDeferred) {
      deferred.add(submit.body.destination);
      return STATUSES.get(behaviour?.code ?? '') ?? 0x45;
    }
    const told = tell(smsc, { submit, id, behaviour });
    if (behaviour?.receipts === 'early') await told;
    return behaviour?.answer === 'silent' ? 'silence' : id;
  };
}

interface Taken {
  readonly submit: Submit;
  readonly id: string;
  readonly behaviour: Behaviour | undefined;
}

async function tell(smsc: Smsc, { submit, id, behaviour }: Taken): Promise<void> {
  // A little later than the answer, unless that waits.
  await settle(3);
  const receiver = await receiving(smsc);
  for (const state of behaviour?.states ?? ['delivered' as const]) {
    const tlvs = new Map([
      [TAG.receiptedMessageId, Buffer.from(`${id}\0`)],
      [TAG.messageState, int8(STATES[state])],
      [TAG.networkErrorCode, Uint8Array.of(3, 0, state === 'undelivered' ? 27 : 0)],
      [TAG.userMessageReference, submit.tlvs.get(TAG.userMessageReference) ?? int16(0)],
    ]);
    const text = `id:${id} stat:${state === 'delivered' ? 'DELIVRD' : 'UNDELIV'} err:000 text:`;
    await insist(receiver, { from: submit.body.destination, esmClass: 4, message: text, tlvs });
  }
  const reply = behaviour?.reply ?? null;
  if (reply === null) return;
  const message = Buffer.from(reply, 'utf16le').swap16();
  await insist(receiver, { from: submit.body.destination, to: submit.body.source, dataCoding: 8, message });
}

/** The connection over which deliveries go. */
async function receiving(smsc: Smsc): Promise<SmscSession> {
  const last = await smsc.session();
  const isReceiver = ({ got, isOpen }: SmscSession): boolean =>
    isOpen && got.some(({ command }) => command === 'bind_receiver' || command === 'bind_transceiver');
  return smsc.sessions.findLast(isReceiver) ?? last;
}

async function insist(session: SmscSession, delivering: Delivering): Promise<void> {
  for (let tries = 0; tries < TRIES && session.isOpen; tries += 1) {
    if ((await session.deliver(delivering)) === 0) return;
  }
}
