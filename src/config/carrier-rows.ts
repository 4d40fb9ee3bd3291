// The part of the table that belongs to a carrier: rows that every type has, and the rows of each type.
// A name that two types share is one row, so that a key means the same before its type is known; a key of another type
// is a mistake (check.ts). Takes nothing, gives rows. Defaults of SMPP: what the field uses; widths: SMPP 3.4 §4, §5.2.

import { SETTINGS } from '../core/settings.js';
import { HTTP_ROWS } from './http-rows.js';
import { choice, count, file, flag, list, secretText, text, type Row } from './rows.js';

export const CARRIER_TYPES = ['simulator', 'smpp', 'http'] as const;
export type CarrierType = (typeof CARRIER_TYPES)[number];
export const DEFAULT_CARRIER = 'simulator';

/** Type of number and numbering plan, SMPP 3.4 §5.2.5 and §5.2.6. */
interface AddressKind {
  readonly ton: number;
  readonly npi: number;
}

export function carrierTypeOf(name: string): CarrierType | undefined {
  return CARRIER_TYPES.find((type) => type === name);
}

/** Printable ASCII, as C-octet strings carry it. */
function ascii(least: number, most: number): (written: string) => string | undefined {
  const form = new RegExp(`^[ -~]{${least},${most}}$`);
  return (written) => (form.test(written) ? written : undefined);
}

function parseHost(written: string): string | undefined {
  return /^[A-Za-z0-9._:-]{1,253}$/.test(written) ? written : undefined;
}

function parseKind(written: string): AddressKind | undefined {
  const [, ton, npi] = /^(\d{1,3})\/(\d{1,3})$/.exec(written) ?? [];
  const kind = { ton: Number(ton), npi: Number(npi) };
  return kind.ton <= 255 && kind.npi <= 255 ? kind : undefined;
}

function addressKind(kind: AddressKind, help: string): Row<AddressKind> {
  const allowed = 'TON/NPI, two numbers from 0 to 255 such as 1/1';
  return text<AddressKind>({
    default: kind,
    allowed,
    help,
    parse: parseKind,
    format: ({ ton, npi }) => `${ton}/${npi}`,
  });
}

const COMMON = {
  type: choice<CarrierType>(CARRIER_TYPES, {
    default: DEFAULT_CARRIER,
    derived: {
      text: "the carrier's name, where that is a type; else there is none",
      value: ({ carrier }) => carrierTypeOf(carrier) ?? DEFAULT_CARRIER,
    },
    help: 'how messages leave: `simulator` delivers in this process and to nobody, `smpp` connects to an SMSC, `http` calls a provider',
  }),
  window: count({
    default: 10,
    min: 1,
    max: 1000,
    help: 'submissions that wait for their answer at once (smpp: on each connection)',
  }),
  outageSeconds: count({
    default: 300,
    min: 1,
    max: 86_400,
    help: 'a carrier that has taken nothing for so long hands what waits for it over to the next one of the route',
  }),
};

const SIMULATOR = {
  latencyMs: count({ default: 50, min: 0, max: 60_000, help: 'from the submission to the answer' }),
  receiptDelayMs: count({ default: 500, min: 0, max: 3_600_000, help: 'from the answer to the receipt' }),
};

const SMPP_LINK = {
  host: text<string>({
    default: '',
    required: true,
    allowed: 'a host name or an IP address',
    help: 'the SMSC',
    parse: parseHost,
  }),
  port: count({ default: 2775, min: 1, max: 65_535, help: 'its TCP port' }),
  tls: flag({ default: false, help: 'TLS from the start (smpps); the certificate is checked against `host`' }),
  ca: file<string | null>('input', {
    default: null,
    help: 'certificates (PEM) that are trusted instead of those of the system, for a SMSC or provider with one of its own',
  }),
  systemId: text<string>({
    default: '',
    required: true,
    allowed: '1 to 15 characters of ASCII',
    help: 'the user name of the bind',
    parse: ascii(1, 15),
  }),
  password: secretText({
    default: '',
    allowed: 'up to 64 characters of ASCII',
    help: 'the password of the bind; the standard has 8 characters, some providers more',
    parse: ascii(0, 64),
  }),
  systemType: text<string>({
    default: '',
    allowed: 'up to 12 characters of ASCII',
    help: 'the system type of the bind, where the provider asks for one',
    parse: ascii(0, 12),
  }),
  bindMode: choice(['transceiver', 'separate'], {
    default: 'transceiver',
    help: '`separate`: a transmitter and a receiver, for a SMSC that has no transceiver',
  }),
  connections: count({ default: 1, min: 1, max: 32, help: 'how many at once (`separate`: pairs)' }),
  rate: count({
    default: 0,
    min: 0,
    max: 10_000,
    help: 'parts (http: requests) a second at most, over all connections; 0: no limit',
  }),
  answerSeconds: count({
    default: 60,
    min: 1,
    max: 600,
    help: 'a submission without an answer by then is unknown; it is never sent again',
  }),
  bindSeconds: count({ default: 10, min: 1, max: 120, help: 'for the connection and the answer to the bind' }),
  enquireLinkSeconds: count({
    default: 30,
    min: 1,
    max: 3600,
    help: 'a connection that was silent for so long is asked; without an answer it is made anew',
  }),
  reconnectSeconds: count({
    default: 10,
    min: 1,
    max: 600,
    help: 'before a new connection, with jitter; doubles up to 6 times this, 30 times after a refused bind',
  }),
};

const SMPP_MESSAGES = {
  sender: text<string | null>({
    default: null,
    allowed: SETTINGS.sender.allowed,
    help: 'of messages whose account has none; without it the SMSC or provider chooses',
    parse: SETTINGS.sender.parse,
  }),
  addressing: {
    alphanumeric: addressKind({ ton: 5, npi: 0 }, 'a sender with letters'),
    number: addressKind({ ton: 1, npi: 1 }, 'a numeric sender of 9 digits or more, or with `+`'),
    shortCode: addressKind({ ton: 3, npi: 0 }, 'a numeric sender of up to 8 digits'),
    destination: addressKind({ ton: 1, npi: 1 }, 'the number of the handset'),
  },
  serviceType: text<string>({
    default: '',
    allowed: 'up to 5 characters of ASCII',
    help: 'service_type of each message',
    parse: ascii(0, 5),
  }),
  parts: choice(['udh8', 'udh16', 'sar', 'payload'], {
    default: 'udh8',
    help: 'long texts: a header with an 8 or 16 bit reference, sar_* parameters, or the whole in message_payload',
  }),
  septets: choice(['unpacked', 'packed'], {
    default: 'unpacked',
    help: 'GSM 7 bit: one character an octet, or eight in seven octets',
  }),
  incomingAlphabet: choice(['gsm7', 'latin1'], {
    default: 'gsm7',
    help: 'what data_coding 0 means in replies',
  }),
  receipts: flag({ default: true, help: 'ask for receipts' }),
  userReference: flag({
    default: false,
    help: 'send user_message_reference; receipts that give it back are matched by it and the number, whatever their id',
  }),
  idFormat: choice(['text', 'no-zeros', 'hex-decimal', 'decimal-hex'], {
    default: 'text',
    help: 'ids in answers and receipts: the same text; without zeros in front; hexadecimal in the answer and decimal in the receipt; the other way round',
  }),
  unknownSubscriber: list<string>({
    default: [],
    least: 0,
    allowed: 'an error as receipts of this SMSC have it, such as 001',
    help: 'errors that say that nobody has the number: it leaves the groups of its account (`badNumbers`)',
    parse: (error) => (/^[\w.:-]{1,32}$/.test(error) ? error : undefined),
    formatItem: String,
  }),
};

/** The rows of each type. */
export const ROWS_BY_TYPE = {
  simulator: { ...COMMON, ...SIMULATOR },
  smpp: { ...COMMON, ...SMPP_LINK, ...SMPP_MESSAGES },
  http: {
    ...COMMON,
    ...HTTP_ROWS,
    ca: SMPP_LINK.ca,
    rate: SMPP_LINK.rate,
    answerSeconds: SMPP_LINK.answerSeconds,
    sender: SMPP_MESSAGES.sender,
  },
} as const satisfies Record<CarrierType, unknown>;

/** Every row that some type has. */
export const CARRIER_ROWS = { ...ROWS_BY_TYPE.simulator, ...ROWS_BY_TYPE.smpp, ...ROWS_BY_TYPE.http };
