// tshark as the oracle: every PDU of every case of segments.json and characters.json, in each way in which parts can be
// tied together, is taken apart by it, and has the text, encoding, header and lengths that the cases say.

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import type { EncodingOptions } from '../../src/carriers/smpp/options.js';
import { encodePdu } from '../../src/carriers/smpp/pdu.js';
import { planSubmit } from '../../src/carriers/smpp/submit.js';
import { transliterate } from '../../src/core/transliterate.js';
import type { Encoding } from '../../src/core/types.js';
import { run } from '../support/program.js';
import { SMPP_SETTINGS } from '../support/smpp-settings.js';
import { temporaryFolder } from '../support/store.js';
import { submission } from '../support/submission.js';

const execute = promisify(execFile);

interface Case {
  readonly name: string;
  readonly text: string;
  readonly encoding: Encoding;
  readonly segments: number;
  readonly smLengths: readonly number[] | null;
}

const readCases = (name: string): unknown[] =>
  (JSON.parse(readFileSync(new URL(`../../fixtures/cases/${name}`, import.meta.url), 'utf8')) as { cases: unknown[] })
    .cases;

const SEGMENTS = readCases('segments.json') as Case[];
const CHARACTERS = (
  readCases('characters.json') as {
    text: string;
    unicode: 'when-needed' | 'never' | 'prefer';
    result: string;
    encoding: Encoding;
  }[]
).map(({ text, unicode, result, encoding }): Case => {
  const spelled = transliterate(text, unicode).text;
  expect(spelled).toBe(result);
  return { name: `${text} (${unicode})`, text: spelled, encoding, segments: 1, smLengths: null };
});
const CASES = [...SEGMENTS, ...CHARACTERS];

/** One packet as tshark read it: the values of each field. */
type Packet = Readonly<Record<string, readonly string[] | undefined>>;

const FIELDS = [
  ...['smpp.sequence_number', 'smpp.data_coding', 'smpp.esm.submit.features', 'smpp.sm_length', 'smpp.message_text'],
  ...['gsm_sms.udh.mm.msg_id', 'gsm_sms.udh.mm.msg_parts', 'gsm_sms.udh.mm.msg_part'],
  ...['smpp.sar_msg_ref_num', 'smpp.sar_total_segments', 'smpp.sar_segment_seqnum', 'smpp.validity_period_r'],
  ...['smpp.source_addr_ton', 'smpp.source_addr', 'smpp.dest_addr_ton', 'smpp.destination_addr'],
  ...['smpp.regdel.receipt', 'smpp.command_status', '_ws.malformed', 'smpp.message_payload', 'smpp.message'],
];

interface SentPart {
  readonly of: Case;
  /** From 1. */
  readonly number: number;
  readonly total: number;
  readonly packet: Packet;
}

async function dissect(options: Partial<EncodingOptions>, flash = false): Promise<SentPart[]> {
  const sent: Omit<SentPart, 'packet'>[] = [];
  const dump: string[] = [];
  for (const [index, of] of CASES.entries()) {
    const { text, encoding, segments: parts } = of;
    const message = submission({ text, encoding, parts, flash, sender: 'MAIRIE', validityMs: 2 * 86_400_000 });
    const references = { concatenation: 0x1200 + index, user: index };
    const planned = planSubmit(message, { ...SMPP_SETTINGS, ...options }, references);
    if (!planned.ok) throw new Error(`${of.name}: ${planned.error}`);
    for (const [at, draft] of planned.value.entries()) {
      sent.push({ of, number: at + 1, total: planned.value.length });
      dump.push(hexDump(encodePdu({ command: 'submit_sm', status: 0, sequence: sent.length, ...draft })));
    }
  }
  const packets = await tshark(dump.join('\n'));
  expect(packets).toHaveLength(sent.length);
  return sent.map((one, index) => ({ ...one, packet: packets[index] ?? {} }));
}

function hexDump(octets: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < octets.length; at += 16) {
    const pairs =
      octets
        .subarray(at, at + 16)
        .toString('hex')
        .match(/../g) ?? [];
    lines.push(`${at.toString(16).padStart(6, '0')} ${pairs.join(' ')}`);
  }
  return `${lines.join('\n')}\n`;
}

async function tshark(dump: string): Promise<Packet[]> {
  const folder = temporaryFolder();
  const [text, capture] = [path.join(folder, 'pdus.txt'), path.join(folder, 'pdus.pcap')];
  writeFileSync(text, dump);
  expect((await run('text2pcap', ['-q', '-T', '40000,2775', text, capture])).code).toBe(0);
  const decodeAs = ['-d', 'tcp.port==2775,smpp', '-o', 'smpp.decode_sms_over_smpp:GSM 7-bit', '-Y', 'smpp'];
  const fields = FIELDS.flatMap((field) => ['-e', field]);
  const { stdout: shown } = await execute('tshark', ['-r', capture, ...decodeAs, '-T', 'json', ...fields], {
    encoding: 'buffer',
  });
  const parsed = JSON.parse(joinedSurrogates(shown)) as { _source: { layers: Packet } }[];
  return parsed.map(({ _source }) => _source.layers);
}

/** tshark writes each half of a surrogate pair as if it were a character: as an escape of JSON both are one again. */
function joinedSurrogates(octets: Buffer): string {
  const half = /\xed([\xa0-\xbf])([\x80-\xbf])/g;
  const escaped = octets.toString('latin1').replace(half, (_, high: string, low: string) => {
    const unit = 0xd000 | ((high.charCodeAt(0) & 0x3f) << 6) | (low.charCodeAt(0) & 0x3f);
    return `\\u${unit.toString(16)}`;
  });
  return Buffer.from(escaped, 'latin1').toString('utf8');
}

const one = (packet: Packet, field: string): string | undefined => packet[field]?.[0];
const number = (packet: Packet, field: string): number | undefined => {
  const value = one(packet, field);
  return value === undefined ? undefined : Number(value);
};

/** The same for all, whatever the parts: addresses, validity, receipt, alphabet. */
function checkCommon({ of, packet }: SentPart, coding: Readonly<Record<Encoding, string>>): void {
  expect(packet['_ws.malformed'], of.name).toBeUndefined();
  expect(one(packet, 'smpp.data_coding'), of.name).toBe(coding[of.encoding]);
  expect(one(packet, 'smpp.source_addr')).toBe('MAIRIE');
  expect(number(packet, 'smpp.source_addr_ton')).toBe(5);
  expect(one(packet, 'smpp.destination_addr')).toBe('33639980100');
  expect(number(packet, 'smpp.dest_addr_ton')).toBe(1);
  expect(number(packet, 'smpp.validity_period_r')).toBe(2 * 86_400);
  expect(number(packet, 'smpp.regdel.receipt')).toBe(1);
}

/** The parts of each case together are its text. */
function checkTexts(sent: readonly SentPart[], textOf = shownText): void {
  for (const of of CASES) {
    const parts = sent.filter((part) => part.of === of);
    expect(parts.map(textOf).join(''), of.name).toBe(of.text);
  }
}

function shownText({ packet }: SentPart): string {
  return one(packet, 'smpp.message_text') ?? '';
}

/** tshark knows data_coding 0x18 as reserved and shows the octets. */
function flashText(part: SentPart): string {
  if (part.of.encoding === 'gsm7') return shownText(part);
  const octets = Buffer.from((one(part.packet, 'smpp.message') ?? '').replaceAll(':', ''), 'hex');
  return Buffer.from(octets.subarray(part.total > 1 ? 6 : 0))
    .swap16()
    .toString('utf16le');
}

const NORMAL = { gsm7: '0x00', ucs2: '0x08' };

describe(`tshark reads ${CASES.length} cases`, () => {
  it('with a header and an 8 bit reference: text, alphabet, header and sm_length of each part', async () => {
    const sent = await dissect({});
    checkTexts(sent);
    for (const part of sent) {
      const { of, packet, total } = part;
      checkCommon(part, NORMAL);
      expect(total, of.name).toBe(of.segments);
      if (of.smLengths) expect(number(packet, 'smpp.sm_length'), of.name).toBe(of.smLengths[part.number - 1]);
      expect(number(packet, 'smpp.esm.submit.features')).toBe(total > 1 ? 1 : 0);
      const header = ['msg_id', 'msg_parts', 'msg_part'].map((name) => number(packet, `gsm_sms.udh.mm.${name}`));
      expect(header, of.name).toEqual(
        total > 1 ? [CASES.indexOf(of), total, part.number] : [undefined, undefined, undefined],
      );
    }
  });

  it('as flash', async () => {
    const sent = await dissect({}, true);
    checkTexts(sent, flashText);
    for (const part of sent) checkCommon(part, { gsm7: '0xf0', ucs2: '0x18' });
  });

  it('with a 16 bit reference, where that takes no more parts', async () => {
    const sent = await dissect({ parts: 'udh16' });
    checkTexts(sent);
    const references = sent
      .filter(({ total }) => total > 1)
      .map(({ packet }) => number(packet, 'gsm_sms.udh.mm.msg_id'));
    expect(references.some((reference = 0) => reference >= 0x1200)).toBe(true);
    for (const part of sent) {
      checkCommon(part, NORMAL);
      expect(part.total).toBe(part.of.segments);
      expect(number(part.packet, 'smpp.sm_length')).toBeLessThanOrEqual(160);
    }
  });

  it('with sar_* parameters', async () => {
    const sent = await dissect({ parts: 'sar' });
    checkTexts(sent);
    for (const part of sent) {
      checkCommon(part, NORMAL);
      expect(number(part.packet, 'smpp.esm.submit.features')).toBe(0);
      const names = ['msg_ref_num', 'total_segments', 'segment_seqnum'];
      const sar = names.map((name) => number(part.packet, `smpp.sar_${name}`));
      const reference = 0x1200 + CASES.indexOf(part.of);
      expect(sar).toEqual(part.total > 1 ? [reference, part.total, part.number] : [undefined, undefined, undefined]);
    }
  });

  it('with the whole text in message_payload', async () => {
    const sent = await dissect({ parts: 'payload' });
    expect(sent).toHaveLength(CASES.length);
    checkTexts(sent);
    for (const part of sent) {
      checkCommon(part, NORMAL);
      const isLong = part.of.segments > 1;
      expect(one(part.packet, 'smpp.message_payload') !== undefined, part.of.name).toBe(isLong);
      expect((number(part.packet, 'smpp.sm_length') ?? 0) === 0, part.of.name).toBe(isLong);
    }
  });
});
