import { describe, expect, it } from 'vitest';

import { Correlation } from '../../../src/carriers/smpp/correlation.js';
import { normaliseId } from '../../../src/carriers/smpp/ids.js';
import { readDelivery, readPiece, type IncomingOptions } from '../../../src/carriers/smpp/incoming.js';
import { readReceipt, type SmppReceipt } from '../../../src/carriers/smpp/receipts.js';
import { Replies } from '../../../src/carriers/smpp/replies.js';
import { int16, int8, TAG } from '../../../src/carriers/smpp/tlvs.js';
import { cutUserData } from '../../../src/carriers/user-data.js';
import type { Reply } from '../../../src/core/types.js';
import { FakeClock } from '../../support/fake-clock.js';
import { RecordingLog } from '../../support/recording-log.js';
import { deliverSm, type Delivering } from '../../support/smsc.js';
import { submission } from '../../support/submission.js';

const OPTIONS: IncomingOptions = {
  ...{ incomingAlphabet: 'gsm7', septets: 'unpacked', idFormat: 'text' },
  unknownSubscriber: ['001'],
};
const FULL = 'id:0123 sub:001 dlvrd:001 submit date:2601150900 done date:260115090112 stat:DELIVRD err:000 text:stat:X';

function receipt(delivering: Delivering, options: Partial<IncomingOptions> = {}): SmppReceipt | null {
  return readReceipt(readDelivery(deliverSm({ esmClass: 4, ...delivering }, 1)), { ...OPTIONS, ...options });
}

describe('a receipt', () => {
  it.each<[string, Partial<SmppReceipt> | null]>([
    [FULL, { id: '0123', state: 'delivered', reason: null, to: '+33639980100' }],
    ['id:9 stat:UNDELIV err:027', { id: '9', state: 'undelivered', reason: 'error-027' }],
    ['id:9 stat:UNDELIV err:001', { id: '9', state: 'undelivered', reason: 'unknown subscriber (error-001)' }],
    ['ID:9 Stat:EXPIRED Err:0', { id: '9', state: 'expired', reason: 'expired' }],
    ['stat:REJECTD id:a-b', { id: 'a-b', state: 'refused', reason: 'rejectd' }],
    ['id: 77 submit date:junk done date:never stat: DELIVERED err:none', { id: '77', state: 'delivered' }],
    ['id:1 stat:DELETED err:', { state: 'undelivered', reason: 'deleted' }],
    ['id:1 stat:ACCEPTD', { state: 'pending', reason: null }],
    ['id:1 stat:ENROUTE err:005', { state: 'pending', reason: null }],
    ['id:1 stat:UNKNOWN', { state: 'pending' }],
    ['id:1', { state: 'pending' }],
    ['stat:DELIVRD', null],
    ['text:id:1 stat:DELIVRD', null],
    ['text:see id:1 stat:DELIVRD', null],
    ['', null],
  ])('by its text: %s', (message, expected) => {
    if (expected === null) expect(receipt({ message })).toBeNull();
    else expect(receipt({ message })).toMatchObject(expected);
  });

  it.each([0, 1, 3, 4])('in data_coding %d', (dataCoding) => {
    expect(receipt({ message: FULL, dataCoding })?.id).toBe('0123');
  });

  it('in UCS-2, and in message_payload', () => {
    const wide = Buffer.from(FULL, 'utf16le').swap16();
    expect(receipt({ message: wide, dataCoding: 8 })?.id).toBe('0123');
    const tlvs = new Map([[TAG.messagePayload, Buffer.from(FULL)]]);
    expect(receipt({ message: '', tlvs })?.id).toBe('0123');
  });

  it('by its parameters before its text, even where it does not say that it is one', () => {
    const tlvs = new Map<number, Uint8Array>([
      [TAG.receiptedMessageId, Buffer.from('abc\0')],
      [TAG.messageState, int8(5)],
      [TAG.networkErrorCode, Uint8Array.of(3, 0, 27)],
    ]);
    const expected = { id: 'abc', state: 'undelivered', reason: 'network-error-27' };
    expect(receipt({ esmClass: 0, message: FULL, tlvs })).toMatchObject(expected);
    expect(readDelivery(deliverSm({ message: FULL, tlvs }, 1)).kind).toBe('receipt');
    expect(receipt({ message: '', tlvs: new Map([[TAG.userMessageReference, int16(7)]]) })).toMatchObject({
      id: null,
      userReference: 7,
    });
  });

  it('is not what a person writes like one', () => {
    expect(readDelivery(deliverSm({ message: FULL }, 1)).kind).toBe('message');
  });

  it('is no receipt where it names a message but no state: somebody has written it', () => {
    const tlvs = new Map([[TAG.receiptedMessageId, Buffer.from('abc\0')]]);
    expect(readDelivery(deliverSm({ message: 'Merci', tlvs }, 1)).kind).toBe('message');
    expect(readDelivery(deliverSm({ message: FULL, tlvs }, 1)).kind).toBe('receipt');
    expect(readDelivery(deliverSm({ esmClass: 4, message: 'Merci', tlvs }, 1)).kind).toBe('receipt');
  });

  it('has its id in the form of the answer', () => {
    const tlvs = new Map([[TAG.receiptedMessageId, Buffer.from('fa\0')]]);
    expect(receipt({ message: 'id:0000000250 stat:DELIVRD' }, { idFormat: 'hex-decimal' })?.id).toBe('250');
    expect(receipt({ message: 'id:250 stat:DELIVRD', tlvs }, { idFormat: 'hex-decimal' })?.id).toBe('250');
    const same = new Map([[TAG.receiptedMessageId, Buffer.from('250\0')]]);
    expect(receipt({ message: 'id:250 stat:DELIVRD', tlvs: same }, { idFormat: 'hex-decimal' })?.id).toBe('250');
  });

  it.each([
    ['text', 'answer', ' 00aB ', '00aB'],
    ['no-zeros', 'receipt', '000', '0'],
    ['no-zeros', 'answer', '0012', '12'],
    ['hex-decimal', 'answer', '000000FA', '250'],
    ['hex-decimal', 'receipt', '0000000250', '250'],
    ['decimal-hex', 'answer', '0250', '250'],
    ['decimal-hex', 'receipt', 'fa', '250'],
    ['hex-decimal', 'answer', 'ffffffffffffffffffff', '1208925819614629174706175'],
    ['hex-decimal', 'answer', 'not-hex', 'not-hex'],
  ] as const)('id as %s in the %s: %s is %s', (format, place, id, expected) => {
    expect(normaliseId(id, place, format)).toBe(expected);
  });
});

describe('whose receipt it is', () => {
  const said = { state: 'delivered', reason: null, to: '+33639980100' } as const;

  it('is told by our reference and the number, where ids say nothing', () => {
    const correlation = new Correlation(0xffff, true);
    const one = correlation.begin(submission({ messageId: 'o1-1' }), 1);
    const two = correlation.begin(submission({ messageId: 'o2-1' }), 1);
    expect([one, two]).toEqual([0xffff, 0]);
    expect(correlation.accepted({ messageId: 'o1-1', reference: one, part: 1 }, 'same')).toBe('same');
    // The second of the same: no id at all. It gets one of ours, and the receipt finds it.
    expect(correlation.accepted({ messageId: 'o2-1', reference: two, part: 1 }, 'same')).toBe('o2-1/1');
    expect(correlation.accepted({ messageId: 'o2-1', reference: two, part: 1 }, '')).toBe('o2-1/1');
    const found = correlation.find({ ...said, id: 'unrelated', userReference: 0 });
    expect(found).toEqual({ carrierId: 'o2-1/1', messageId: 'o2-1' });
    const stranger = { ...said, to: '+33600000000', id: 'x', userReference: 0 };
    expect(correlation.find(stranger)).toEqual({ carrierId: 'x' });
    expect(correlation.find({ ...stranger, id: null })).toBeNull();
  });
});

interface Bench {
  readonly replies: Replies;
  readonly taken: Reply[];
  readonly clock: FakeClock;
  readonly receive: (delivering: Delivering) => Promise<void>;
  isDown: boolean;
}

function bench(incoming: Partial<IncomingOptions> = {}): Bench {
  const [clock, taken]: [FakeClock, Reply[]] = [new FakeClock(), []];
  const world = { carrier: 'smsc', incoming: { ...OPTIONS, ...incoming }, clock, log: new RecordingLog() };
  const replies = new Replies({
    ...world,
    onReply: (reply) => (it.isDown ? Promise.reject(new Error('down')) : Promise.resolve(void taken.push(reply))),
  });
  const it: Bench = {
    ...{ replies, taken, clock, isDown: false },
    receive: (delivering) => replies.receive(readDelivery(deliverSm(delivering, 1))),
  };
  return it;
}

/** Both headers and sar_*. */
function partsOf(text: string, tie: 'header8' | 'header16' | 'sar'): Delivering[] {
  const cut = cutUserData(text, 'gsm7', tie === 'sar' ? 'network' : tie, 7);
  return cut.map(({ header, body }, index) => ({
    esmClass: header.length > 0 ? 0x40 : 0,
    message: Buffer.concat([header, body]),
    ...(tie === 'sar' && {
      tlvs: new Map([
        [TAG.sarReference, int16(7)],
        [TAG.sarTotal, int8(cut.length)],
        [TAG.sarNumber, int8(index + 1)],
      ]),
    }),
  }));
}

const LONG = 'Bien reçu, [merci] à vous. '.replace('ç', 'Ç').repeat(20);

describe('a reply', () => {
  it.each([
    [0, '0574052000', 'été @'],
    [8, '00e9d83dde00', 'é😀'],
    [1, '53544f50', 'STOP'],
    [3, 'e9', 'é'],
    [4, 'e9', 'é'],
    [6, 'bfe0d8d2d5e2', 'Привет'],
    [0xf0, '05', 'é'],
    [0x18, '00e9', 'é'],
  ])('in data_coding %d', async (dataCoding, octets, text) => {
    const { taken, receive } = bench();
    await receive({ dataCoding, message: Buffer.from(octets, 'hex') });
    expect(taken).toMatchObject([{ carrier: 'smsc', from: '+33639980100', to: '36111', text, raw: octets }]);
  });

  it('in what the setting says of data_coding 0, and of packing', async () => {
    const latin = bench({ incomingAlphabet: 'latin1' });
    await latin.receive({ message: Buffer.from('e974e9', 'hex') });
    const packed = bench({ septets: 'packed' });
    await packed.receive({ message: Buffer.from('e8329bfd4697d9ec37', 'hex') });
    expect([latin.taken[0]?.text, packed.taken[0]?.text]).toEqual(['été', 'hellohello']);
  });

  it('has no controls', async () => {
    const { taken, receive } = bench();
    await receive({ dataCoding: 3, message: 'a\u001b[2Jb\0c' });
    expect(taken[0]?.text).toBe('a[2Jbc');
  });

  it.each(['header8', 'header16', 'sar'] as const)('is put together, in any order: %s', async (tie) => {
    const { taken, receive, replies, clock } = bench();
    for (const part of partsOf(LONG, tie).toReversed()) {
      expect(taken).toEqual([]);
      await receive(part);
    }
    expect(taken).toMatchObject([{ text: LONG }]);
    expect(taken[0]?.raw.split(' ')).toHaveLength(4);
    expect([replies.waiting, clock.pending]).toEqual([0, 0]);
  });

  it('joins a surrogate pair that was cut in two', async () => {
    const { taken, receive } = bench();
    await receive({ esmClass: 0x40, dataCoding: 8, message: Buffer.from('0500030102010061d83d', 'hex') });
    await receive({ esmClass: 0x40, dataCoding: 8, message: Buffer.from('050003010202de000062', 'hex') });
    expect(taken[0]?.text).toBe('a😀b');
  });

  it('keeps those of two people and of two references apart; a part twice is one part', async () => {
    const { taken, receive, replies } = bench();
    const [first, second] = partsOf('a'.repeat(200), 'header8');
    if (!first || !second) throw new Error('two parts');
    await receive(first);
    await receive(first);
    await receive({ ...second, from: '33639980101' });
    expect([taken.length, replies.waiting]).toEqual([0, 2]);
    await receive(second);
    expect(taken).toHaveLength(1);
  });

  it('with a part that never comes is given with a gap', async () => {
    const { taken, receive, clock, replies } = bench();
    const [first, , third] = partsOf('a'.repeat(400), 'header8');
    if (first && third) for (const part of [third, first]) await receive(part);
    await clock.advance(10 * 60_000);
    expect(taken.map(({ text }) => text)).toEqual([`${'a'.repeat(153)}[…]${'a'.repeat(94)}`]);
    expect(replies.waiting).toBe(0);
  });

  it('is kept till it is taken: by its last part again, after a while, or at the end', async () => {
    const it = bench();
    const [first, second] = partsOf('a'.repeat(200), 'header8');
    if (!first || !second) throw new Error('two parts');
    it.isDown = true;
    await it.receive(first);
    await expect(it.receive(second)).rejects.toThrow();
    it.isDown = false;
    await it.receive(second);
    expect(it.taken).toHaveLength(1);
    await it.receive(first);
    it.isDown = true;
    await it.clock.advance(10 * 60_000);
    it.isDown = false;
    await it.clock.advance(60_000);
    expect(it.taken).toHaveLength(2);
    await it.receive(first);
    await it.replies.stop();
    expect(it.taken).toHaveLength(3);
    expect(it.clock.pending).toBe(0);
  });

  it('is given once, when its last part comes again while it is being taken', async () => {
    const it = bench();
    const [first, second] = partsOf('a'.repeat(200), 'header8');
    if (!first || !second) throw new Error('two parts');
    await it.receive(first);
    await Promise.all([it.receive(second), it.receive(second)]);
    expect(it.taken).toHaveLength(1);
  });

  it('does not fill the memory with parts that never end', async () => {
    const { receive, replies, taken } = bench();
    for (let index = 0; index < 1_000; index += 1) {
      const [first] = partsOf('a'.repeat(200), 'header8');
      if (first) await receive({ ...first, from: `336399${String(index).padStart(5, '0')}` });
    }
    expect(replies.waiting).toBeLessThanOrEqual(200);
    expect(taken.length + replies.waiting).toBe(1_000);
  });

  it.each([
    ['a header that claims more than there is', 'ff00'],
    ['a header of nothing', '00'],
    ['no octet at all', ''],
    ['part 3 of 2', '0500030102036162'],
    ['part 0', '0500030102006162'],
    ['an element that ends outside', '030005aa6162'],
  ])('survives %s', (_name, octets) => {
    const delivery = readDelivery(deliverSm({ esmClass: 0x40, message: Buffer.from(octets, 'hex') }, 1));
    expect(readPiece(delivery, OPTIONS).place).toBeNull();
  });
});
