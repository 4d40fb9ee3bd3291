// The raw mail → its header block and the parts that can hold its text, undecoded. Reads the MIME structure with
// mailsplit, the splitter that mailparser is built on (why not mailparser: docs/adr/0003-mail-parsing.md).
// Never looks into attached mails, stops as soon as the text is found, and holds every cap on structure.

import { Splitter, type MessageChunk, type MimeNode } from '@zone-eu/mailsplit';
import { rejection, type Rejection } from '../core/rejection.js';
import { err, ok, type Result } from '../core/result.js';
import type { TextPart } from './plain.js';

const MAX_HEADER_BYTES = 256 * 1024;
const MAX_PARTS = 1000;
const MAX_DEPTH = 32;
/** Of a text or HTML part; what follows is not read. An SMS has at most 1,224 characters. */
const MAX_PART_BYTES = 4 * 1024 * 1024;
const SLICE_BYTES = 64 * 1024;

export interface Parts {
  /** Of the mail itself; empty where the mail is. */
  readonly header: Buffer;
  /** The first text/plain and the first text/html that are no attachment. */
  readonly plain: TextPart | null;
  readonly html: TextPart | null;
  readonly calendar: boolean;
  readonly encrypted: boolean;
  /** S/MIME with the text inside of the signature. */
  readonly opaque: boolean;
  /** What stands in a multipart before its first part; all of it where its boundary is wrong. */
  readonly unsplit: readonly Buffer[];
  readonly partCount: number;
}

type Collected = { -readonly [K in keyof Parts]: Parts[K] } & { readonly unsplit: Buffer[] };

/** A raw mail: all of it, or its bytes in order, asked for as they are needed. */
export type RawMail = Uint8Array | AsyncIterable<Uint8Array>;

/** `isBlank` is asked once, for the complete plain part: one with text ends the reading. */
export async function readParts(raw: RawMail, isBlank: (part: TextPart) => boolean): Promise<Result<Parts, Rejection>> {
  const reading = new Reading(isBlank);
  try {
    for await (const chunk of split(raw)) {
      const verdict = reading.take(chunk as MimeNode | MessageChunk);
      if (verdict === 'too deep') return unreadable(`parts nested deeper than ${MAX_DEPTH}`);
      if (verdict === 'done') break;
    }
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : String(error));
  }
  return ok(reading.parts);
}

export function unreadable(why: string): Result<never, Rejection> {
  return err(rejection('mail-unreadable', { why }));
}

function split(raw: RawMail): Splitter {
  const splitter = new Splitter({ ignoreEmbedded: true, maxHeadSize: MAX_HEADER_BYTES, maxChildNodes: MAX_PARTS });
  feed(splitter, raw instanceof Uint8Array ? slices(raw) : raw).catch((error: unknown) => {
    splitter.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return splitter;
}

/** A mail whose text stands before 20 MB of attachments is not read to its end. */
async function feed(splitter: Splitter, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
  for await (const { buffer, byteOffset, byteLength } of pieces) {
    if (splitter.destroyed) return;
    await new Promise<void>((written) => {
      splitter.write(Buffer.from(buffer, byteOffset, byteLength), () => written());
    });
  }
  if (!splitter.destroyed) splitter.end();
}

function* slices(raw: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < raw.length; at += SLICE_BYTES) yield raw.subarray(at, at + SLICE_BYTES);
}

class Reading {
  readonly parts: Collected = {
    header: Buffer.alloc(0),
    plain: null,
    html: null,
    calendar: false,
    encrypted: false,
    opaque: false,
    unsplit: [],
    partCount: 0,
  };
  private open: { readonly node: MimeNode; readonly part: TextPart; bytes: number } | null = null;
  private asked = false;

  constructor(private readonly isBlank: (part: TextPart) => boolean) {}

  take(chunk: MimeNode | MessageChunk): 'more' | 'done' | 'too deep' {
    if (chunk.type === 'node') return this.enter(chunk);
    if (chunk.type === 'data' && chunk.node.root && this.parts.partCount === 0) this.parts.unsplit.push(chunk.value);
    if (this.open?.node === chunk.node && this.open.bytes < MAX_PART_BYTES) {
      this.open.part.chunks.push(chunk.value);
      this.open.bytes += chunk.value.length;
    }
    return 'more';
  }

  private enter(node: MimeNode): 'more' | 'done' | 'too deep' {
    this.open = null;
    if (this.parts.plain && !this.asked) {
      this.asked = true;
      if (!this.isBlank(this.parts.plain)) return 'done';
    }
    if (depthOf(node) > MAX_DEPTH) return 'too deep';
    if (node.root) this.parts.header = node.getHeaders();
    else this.parts.partCount++;
    this.classify(node, node.contentType === false ? 'text/plain' : node.contentType);
    return this.parts.encrypted && this.parts.plain === null ? 'done' : 'more';
  }

  private classify(node: MimeNode, type: string): void {
    if (type === 'multipart/encrypted') this.parts.encrypted = true;
    else if (/^application\/(?:x-)?pkcs7-mime$/.test(type)) this.classifySmime(node);
    else if (type === 'text/calendar') this.parts.calendar = true;
    else if (isAttachment(node)) return;
    else if (type === 'text/html') this.parts.html ??= this.openPart(node);
    else if (type === 'text/plain' || type === 'text') this.parts.plain ??= this.openPart(node);
  }

  private classifySmime(node: MimeNode): void {
    const field = node.headers === false ? '' : node.headers.getFirst('content-type');
    if (/smime-type\s*=\s*"?(?:signed|compressed)-data/i.test(field)) this.parts.opaque = true;
    else this.parts.encrypted = true;
  }

  private openPart(node: MimeNode): TextPart {
    const part: TextPart = {
      charset: node.charset === false ? null : node.charset,
      encoding: node.encoding === false ? '' : node.encoding,
      flowed: node.flowed,
      delSp: node.delSp,
      chunks: [],
    };
    this.open = { node, part, bytes: 0 };
    return part;
  }
}

/** A text with a file name is a file, whatever its disposition says (Apple Mail shows such files inline). */
function isAttachment(node: MimeNode): boolean {
  if (node.disposition !== false && node.disposition !== 'inline' && node.disposition !== '') return true;
  if (node.parentNode === false) return false;
  // What stands in a digest is a mail unless it says otherwise (RFC 2046 §5.1.5).
  return node.filename !== false || node.parentNode.multipart === 'digest';
}

function depthOf(node: MimeNode): number {
  let depth = 0;
  for (let parent = node.parentNode; parent !== false; parent = parent.parentNode) depth++;
  return depth;
}
