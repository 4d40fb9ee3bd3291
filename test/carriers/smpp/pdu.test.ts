import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { COMMANDS, fieldsOf, type CommandName } from '../../../src/carriers/smpp/commands.js';
import { Framer, LARGEST_PDU_OCTETS } from '../../../src/carriers/smpp/framer.js';
import { decodePdu, encodePdu, type Decoded, type Pdu, type PduOf } from '../../../src/carriers/smpp/pdu.js';
import { NO_TLVS, readInt, readText, TAG } from '../../../src/carriers/smpp/tlvs.js';
import { fuzzOne, randomPdu, seededRandom } from '../../support/smpp-fuzz.js';
import { deliverSm } from '../../support/smsc.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** A header with the right length around a body. */
function frame(commandId: number, body: string, status = 0): Buffer {
  const octets = Buffer.concat([Buffer.alloc(16), hex(body)]);
  octets.writeUInt32BE(octets.length, 0);
  octets.writeUInt32BE(commandId, 4);
  octets.writeUInt32BE(status, 8);
  octets.writeUInt32BE(7, 12);
  return octets;
}

function faultOf(decoded: Decoded): unknown {
  return decoded.kind === 'malformed' ? [decoded.fault.status, decoded.fault.reason] : decoded.kind;
}

describe('a PDU', () => {
  it('is written as the standard lays it out', () => {
    const pdu: PduOf<'bind_transceiver'> = {
      command: 'bind_transceiver',
      status: 0,
      sequence: 1,
      body: {
        ...{ systemId: 'me', password: 'pw', systemType: '', interfaceVersion: 0x34 },
        ...{ addressTon: 0, addressNpi: 0, addressRange: '' },
      },
      tlvs: NO_TLVS,
    };
    const octets = encodePdu(pdu);
    expect(octets).toEqual(hex('0000001b 00000009 00000000 00000001 6d6500 707700 00 34 00 00 00'));
    expect(decodePdu(octets)).toEqual({ kind: 'pdu', pdu });
  });

  it('comes back the same, whichever it is', () => {
    const random = seededRandom(1);
    for (const name of Object.keys(COMMANDS) as CommandName[]) {
      for (let round = 0; round < 20; round += 1) {
        const pdu = randomPdu(random, name);
        const decoded = decodePdu(encodePdu(pdu));
        expect(decoded.kind).toBe('pdu');
        if (decoded.kind === 'pdu') expect(encodePdu(decoded.pdu)).toEqual(encodePdu(pdu));
      }
    }
  });

  it.each<[string, Partial<PduOf<'deliver_sm'>['body']>]>([
    ['a text that is too long', { source: '1'.repeat(21) }],
    ['a text with its end inside', { source: 'a\0b' }],
    ['a text outside of ISO 8859-1', { source: 'Ω' }],
    ['a number of more than an octet', { dataCoding: 256 }],
    ['a message of more than 254 octets', { message: new Uint8Array(255) }],
  ])('is not written with %s', (_name, wrong) => {
    const pdu = deliverSm({ message: '' }, 1);
    expect(() => encodePdu({ ...pdu, body: { ...pdu.body, ...wrong } })).toThrow(RangeError);
  });
});

describe('what comes in', () => {
  const DELIVER = '00 0101 3100 0101 3200 00 00 00 00 00 00 00 00 00';
  it.each([
    ['a text without its end', 0x8000_0004, '31 32', [0x02, 'a text without its end']],
    ['a text that is too long', 0x8000_0004, '31'.repeat(65) + '00', [0xc2, 'a text that is too long']],
    ['a body that ends early', 0x05, '00 01', [0x02, 'ends within a field']],
    ['a request without its body', 0x05, '', [0x02, 'a text without its end']],
    ['sm_length beyond the end', 0x05, `${DELIVER} 02 61`, [0x01, 'a length beyond the end']],
    ['sm_length of 255', 0x05, `${DELIVER} ff ${'61'.repeat(255)}`, [0x01, 'sm_length above 254']],
    ['a parameter beyond the end', 0x05, `${DELIVER} 00 0427 0002 02`, [0xc0, 'a length beyond the end']],
    ['octets after the last parameter', 0x05, `${DELIVER} 00 0427`, [0xc0, 'octets after the last parameter']],
    ['octets after a body without fields', 0x15, '00', [0xc0, 'octets after the last parameter']],
    ['a command that nobody knows', 0x0000_0999, '', 'unknown'],
    ['a command that is not for us', 0x0000_0003, '00', 'unknown'],
  ])('%s', (_name, id, body, expected) => {
    const decoded = decodePdu(frame(id, body));
    expect(faultOf(decoded)).toEqual(expected);
    if (decoded.kind !== 'pdu') expect(decoded.header).toEqual({ commandId: id, status: 0, sequence: 7 });
  });

  it('may be an answer without a body', () => {
    const decoded = decodePdu(frame(0x8000_0004, '', 0x58));
    expect(decoded).toMatchObject({ kind: 'pdu', pdu: { status: 0x58, body: { messageId: '' } } });
  });

  it('keeps parameters that nobody knows, and of one given twice the first', () => {
    const decoded = decodePdu(frame(0x05, `${DELIVER} 00 1400 0001 aa 0427 0001 02 0427 0001 05 001e 0003 313200`));
    const { tlvs } = (decoded as { pdu: Pdu }).pdu;
    expect(readInt(tlvs, TAG.messageState, 1)).toBe(2);
    expect(readText(tlvs, TAG.receiptedMessageId)).toBe('12');
    expect(tlvs.get(0x1400)).toEqual(hex('aa'));
    // Of the wrong length: as if it were not there.
    expect(readInt(tlvs, TAG.receiptedMessageId, 2)).toBeUndefined();
  });
});

describe('the framer', () => {
  const pdus = Array.from({ length: 30 }, (_, index) => encodePdu(randomPdu(seededRandom(index), 'deliver_sm')));

  it('gives whole PDUs, however they are cut', () => {
    const stream = Buffer.concat(pdus);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sizes) => {
        const framer = new Framer();
        const frames: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          frames.push(...framer.push(stream.subarray(at, at + size)).frames);
          at += size;
        }
        expect(frames).toEqual(pdus);
      }),
      { numRuns: 50 },
    );
  });

  it.each([0, 15, LARGEST_PDU_OCTETS + 1, 0xffff_ffff])('ends for good at a length of %d', (length) => {
    const framer = new Framer();
    const [first = Buffer.alloc(0)] = pdus;
    const wrong = Buffer.alloc(16);
    wrong.writeUInt32BE(length, 0);
    const { frames, wrongLength } = framer.push(Buffer.concat([first, wrong, first]));
    expect([frames, wrongLength]).toEqual([[first], length]);
    expect(framer.push(first)).toEqual({ frames: [], wrongLength: null });
  });

  it('takes octets that drip in without copying them again and again', () => {
    const large = encodePdu({
      ...deliverSm({ message: '' }, 1),
      tlvs: new Map([[TAG.messagePayload, new Uint8Array(65_000)]]),
    });
    const framer = new Framer();
    const joins = vi.spyOn(Buffer, 'concat');
    onTestFinished(() => joins.mockRestore());
    let frames = 0;
    for (const octet of large) frames += framer.push(Buffer.of(octet)).frames.length;
    expect(frames).toBe(1);
    // Once to read the length, once for the whole.
    expect(joins.mock.calls.length).toBeLessThanOrEqual(2);
  });
});

describe('junk', () => {
  it('of 10,000 random and changed PDUs never throws, and never claims what is not there', () => {
    const random = seededRandom(42);
    const kinds = { pdu: 0, unknown: 0, malformed: 0, broken: 0 };
    for (let round = 0; round < 10_000; round += 1) kinds[fuzzOne(random)] += 1;
    // All four ways are gone.
    for (const count of Object.values(kinds)) expect(count).toBeGreaterThan(100);
  });

  it('has a form for every field of the table', () => {
    const kinds = new Set((Object.keys(COMMANDS) as CommandName[]).flatMap((n) => fieldsOf(n).map(([, f]) => f.kind)));
    expect(kinds).toEqual(new Set(['text', 'int', 'message']));
  });
});
