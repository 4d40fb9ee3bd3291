// Random PDUs and PDUs with something wrong in them, from a seed. `fuzzOne` sends one through framer, codec and all that
// reads a delivery, and throws where that throws or breaks its word.

import { COMMANDS, fieldsOf, type CommandName } from '../../src/carriers/smpp/commands.js';
import { Framer } from '../../src/carriers/smpp/framer.js';
import { readDelivery, readPiece, type IncomingOptions } from '../../src/carriers/smpp/incoming.js';
import { decodePdu, encodePdu, type Decoded, type Pdu } from '../../src/carriers/smpp/pdu.js';
import { readReceipt } from '../../src/carriers/smpp/receipts.js';

/** From 0 to 1. mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
const upTo = (random: Random, most: number): number => Math.floor(random() * (most + 1));
const octets = (random: Random, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => upTo(random, 255)));

const NAMES = Object.keys(COMMANDS) as CommandName[];
const TAGS = [0x001e, 0x0204, 0x020c, 0x020e, 0x020f, 0x0423, 0x0424, 0x0427, 0x1400];
const TEXTS = [
  'id:12 sub:001 dlvrd:001 submit date:2601150900 done date:2601150901 stat:DELIVRD err:000 text:x',
  'STOP',
];

export function randomPdu(random: Random, name = NAMES[upTo(random, NAMES.length - 1)] ?? 'deliver_sm'): Pdu {
  const body = fieldsOf(name).map(([field, form]): [string, unknown] => {
    if (form.kind === 'int') return [field, upTo(random, 255)];
    if (form.kind === 'text') {
      const length = upTo(random, form.octets - 1);
      return [field, String.fromCharCode(...Array.from({ length }, () => 1 + upTo(random, 254)))];
    }
    const text = TEXTS[upTo(random, 3)];
    return [field, text === undefined ? octets(random, upTo(random, 254)) : Buffer.from(text)];
  });
  const tlvs = Array.from({ length: upTo(random, 4) }, (): [number, Uint8Array] => [
    TAGS[upTo(random, TAGS.length - 1)] ?? 0,
    octets(random, upTo(random, random() < 0.5 ? 3 : 40)),
  ]);
  const [status, sequence] = [upTo(random, 0xffff_ffff), upTo(random, 0xffff_ffff)];
  return { command: name, status, sequence, body: Object.fromEntries(body), tlvs: new Map(tlvs) } as unknown as Pdu;
}

/** Octets of a stream: a PDU as it should be, one with something wrong, or noise with a length that is right. */
function randomStream(random: Random): Buffer {
  const kind = random();
  if (kind < 0.15) {
    const noise = octets(random, 16 + upTo(random, 200));
    noise.writeUInt32BE(noise.length, 0);
    if (random() < 0.7) noise.writeUInt32BE(COMMANDS[NAMES[upTo(random, NAMES.length - 1)] ?? 'unbind'].id, 4);
    return noise;
  }
  const whole = encodePdu(randomPdu(random));
  if (kind < 0.3) return whole;
  for (let change = upTo(random, 4); change >= 0; change -= 1) {
    const at = random() < 0.1 ? upTo(random, 3) : 4 + upTo(random, whole.length - 5);
    whole[at] = random() < 0.5 ? upTo(random, 255) : ([0, 0xff, 0x7f, 0x80][upTo(random, 3)] ?? 0);
  }
  const cut = random() < 0.3 ? whole.subarray(0, 16 + upTo(random, whole.length - 16)) : whole;
  if (cut !== whole && random() < 0.8) cut.writeUInt32BE(cut.length, 0);
  return cut;
}

const FORMATS = ['text', 'no-zeros', 'hex-decimal', 'decimal-hex'] as const;

/** `broken`: no frame came of it. */
export function fuzzOne(random: Random): Decoded['kind'] | 'broken' {
  const stream = randomStream(random);
  const framer = new Framer();
  const middle = upTo(random, stream.length);
  const frames = [stream.subarray(0, middle), stream.subarray(middle)].flatMap((chunk) => framer.push(chunk).frames);
  if (frames.reduce((sum, { length }) => sum + length, 0) > stream.length) throw new Error('more frames than octets');
  const [frame] = frames;
  if (!frame) return 'broken';
  const decoded = decodePdu(frame);
  if (decoded.kind === 'pdu') readAll(decoded.pdu, random);
  return decoded.kind;
}

function readAll(pdu: Pdu, random: Random): void {
  // What was read can be written, and means the same again.
  const again = decodePdu(encodePdu(pdu));
  if (again.kind !== 'pdu' || again.pdu.command !== pdu.command) throw new Error('read, written, and not the same');
  if (pdu.command !== 'deliver_sm' && pdu.command !== 'data_sm') return;
  const options: IncomingOptions = {
    incomingAlphabet: random() < 0.5 ? 'gsm7' : 'latin1',
    septets: random() < 0.5 ? 'unpacked' : 'packed',
    unknownSubscriber: [],
    idFormat: FORMATS[upTo(random, 3)] ?? 'text',
  };
  const delivery = readDelivery(pdu);
  readReceipt(delivery, options);
  const { text, place } = readPiece(delivery, options);
  if (text.length > delivery.octets.length * 2) throw new Error('more text than octets');
  if (place && (place.number < 1 || place.number > place.total)) throw new Error('a part out of its message');
}
