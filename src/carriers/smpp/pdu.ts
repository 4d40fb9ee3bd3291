// The codec of SMPP: one whole PDU as octets, to a typed value and back. Pure: no I/O, no state.
// Decoding never throws and believes no length; encoding throws a RangeError for a value that does not fit its field.
// Source: SMPP 3.4 §3.2 (format), §4 (PDUs), §5.3.1 (optional parameters).

import { COMMANDS, commandOf, fieldsOf, RESPONSE_BIT, type BodyOf, type CommandName } from './commands.js';
import { OctetReader, OctetWriter, type Fault } from './octets.js';
import { STATUS } from './statuses.js';
import type { Tlvs } from './tlvs.js';

export const HEADER_OCTETS = 16;
/** short_message; 255 is not allowed. */
export const MESSAGE_OCTETS = 254;

export interface PduOf<N extends CommandName> {
  readonly command: N;
  readonly status: number;
  readonly sequence: number;
  readonly body: BodyOf<N>;
  readonly tlvs: Tlvs;
}

export type Pdu = { readonly [N in CommandName]: PduOf<N> }[CommandName];

interface Header {
  readonly commandId: number;
  readonly status: number;
  readonly sequence: number;
}

export type Decoded =
  | { readonly kind: 'pdu'; readonly pdu: Pdu }
  /** A command that is not in the table. */
  | { readonly kind: 'unknown'; readonly header: Header }
  | { readonly kind: 'malformed'; readonly header: Header; readonly fault: Fault };

type Value = string | number | Uint8Array;

export function isResponse(commandId: number): boolean {
  return commandId >= RESPONSE_BIT;
}

/** `octets` is one frame: as many as its command_length says, at least those of a header. */
export function decodePdu(octets: Buffer): Decoded {
  const header = readHeader(octets);
  const command = commandOf(header.commandId);
  if (!command) return { kind: 'unknown', header };
  const reader = new OctetReader(octets, HEADER_OCTETS);
  // An answer that says no may end here, and some that say yes do as well.
  const hasBody = reader.left > 0 || !isResponse(header.commandId);
  const body = hasBody ? readBody(reader, command) : emptyBody(command);
  const tlvs = readTlvs(reader);
  if (reader.fault) return { kind: 'malformed', header, fault: reader.fault };
  const { status, sequence } = header;
  // The one place where the type is claimed: the body was read by the fields of its command.
  return { kind: 'pdu', pdu: { command, status, sequence, body, tlvs } as unknown as Pdu };
}

function readHeader(octets: Buffer): Header {
  return {
    commandId: octets.readUInt32BE(4),
    status: octets.readUInt32BE(8),
    sequence: octets.readUInt32BE(12),
  };
}

function readBody(reader: OctetReader, command: CommandName): Record<string, Value> {
  const body: Record<string, Value> = {};
  for (const [name, field] of fieldsOf(command)) {
    switch (field.kind) {
      case 'text':
        body[name] = reader.text(field.octets);
        break;
      case 'int':
        body[name] = reader.int8();
        break;
      case 'message':
        body[name] = readMessage(reader);
        break;
    }
  }
  return body;
}

function readMessage(reader: OctetReader): Uint8Array {
  const length = reader.int8();
  if (length > MESSAGE_OCTETS) reader.fail(STATUS.invalidMessageLength, 'sm_length above 254');
  return reader.octets(length, STATUS.invalidMessageLength);
}

function emptyBody(command: CommandName): Record<string, Value> {
  const values = { text: '', int: 0, message: new Uint8Array() };
  return Object.fromEntries(fieldsOf(command).map(([name, { kind }]) => [name, values[kind]]));
}

function readTlvs(reader: OctetReader): Tlvs {
  const tlvs = new Map<number, Uint8Array>();
  while (reader.left > 0) {
    if (reader.left < 4) reader.fail(STATUS.invalidOptionalParameters, 'octets after the last parameter');
    const tag = reader.int16();
    const length = reader.int16();
    const value = reader.octets(length, STATUS.invalidOptionalParameters);
    if (!tlvs.has(tag)) tlvs.set(tag, value);
  }
  return tlvs;
}

export function encodePdu(pdu: Pdu): Buffer {
  const writer = new OctetWriter();
  writePdu(writer, pdu);
  return writer.take();
}

/** Behind what `writer` holds; where it throws, that is all that `writer` holds. */
export function writePdu(writer: OctetWriter, pdu: Pdu): void {
  const start = writer.length;
  try {
    writeFields(writer, pdu);
    writer.setInt32(start, writer.length - start);
  } catch (fault) {
    writer.cutBack(start);
    throw fault;
  }
}

function writeFields(writer: OctetWriter, pdu: Pdu): void {
  // The length, known at the end.
  writer.int32(0);
  writer.int32(COMMANDS[pdu.command].id);
  writer.int32(pdu.status);
  writer.int32(pdu.sequence);
  const body = pdu.body as Readonly<Record<string, Value>>;
  for (const [name, field] of fieldsOf(pdu.command)) {
    const value = body[name];
    if (field.kind === 'text' && typeof value === 'string') writer.text(value, field.octets);
    else if (field.kind === 'int' && typeof value === 'number') writer.int8(value);
    else if (field.kind === 'message' && value instanceof Uint8Array) writeMessage(writer, value);
    else throw new RangeError(`${pdu.command} without its ${name}`);
  }
  for (const [tag, value] of pdu.tlvs) {
    writer.int16(tag);
    writer.int16(value.length);
    writer.octets(value);
  }
}

function writeMessage(writer: OctetWriter, message: Uint8Array): void {
  if (message.length > MESSAGE_OCTETS) throw new RangeError(`a message of ${message.length} octets`);
  writer.int8(message.length);
  writer.octets(message);
}
