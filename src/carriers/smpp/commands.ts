// THE table of SMPP commands: id, and the mandatory fields of the body in their order. The types of PDUs come from it.
// Holds what a client (ESME) sends or gets; other commands are unknown to it and answered so. SMPP 3.4 §4, §5.1.2.

/** A C-octet string of at most so many octets, the terminator counted. */
function text<const N extends number>(octets: N) {
  return { kind: 'text', octets } as const;
}
const INT = { kind: 'int' } as const;
/** sm_length and short_message. */
const MESSAGE = { kind: 'message' } as const;

export type Field = ReturnType<typeof text> | typeof INT | typeof MESSAGE;

const ADDRESSES = {
  serviceType: text(6),
  sourceTon: INT,
  sourceNpi: INT,
} as const;

const BIND = {
  systemId: text(16),
  // The standard has 9; providers hand out longer ones.
  password: text(65),
  systemType: text(13),
  interfaceVersion: INT,
  addressTon: INT,
  addressNpi: INT,
  addressRange: text(41),
} as const;

const BIND_RESP = { systemId: text(16) } as const;

const SHORT_MESSAGE = {
  ...ADDRESSES,
  source: text(21),
  destinationTon: INT,
  destinationNpi: INT,
  destination: text(21),
  esmClass: INT,
  protocolId: INT,
  priority: INT,
  scheduleTime: text(17),
  validityPeriod: text(17),
  registeredDelivery: INT,
  replaceIfPresent: INT,
  dataCoding: INT,
  defaultMessageId: INT,
  message: MESSAGE,
} as const;

const DATA = {
  ...ADDRESSES,
  source: text(65),
  destinationTon: INT,
  destinationNpi: INT,
  destination: text(65),
  esmClass: INT,
  registeredDelivery: INT,
  dataCoding: INT,
} as const;

const MESSAGE_ID = { messageId: text(65) } as const;
const NOTHING = {} as const;

/** The bit that makes the id of the answer from that of the request. */
export const RESPONSE_BIT = 0x8000_0000;

export const COMMANDS = {
  bind_receiver: { id: 0x0000_0001, fields: BIND },
  bind_receiver_resp: { id: 0x8000_0001, fields: BIND_RESP },
  bind_transmitter: { id: 0x0000_0002, fields: BIND },
  bind_transmitter_resp: { id: 0x8000_0002, fields: BIND_RESP },
  submit_sm: { id: 0x0000_0004, fields: SHORT_MESSAGE },
  submit_sm_resp: { id: 0x8000_0004, fields: MESSAGE_ID },
  deliver_sm: { id: 0x0000_0005, fields: SHORT_MESSAGE },
  deliver_sm_resp: { id: 0x8000_0005, fields: MESSAGE_ID },
  unbind: { id: 0x0000_0006, fields: NOTHING },
  unbind_resp: { id: 0x8000_0006, fields: NOTHING },
  bind_transceiver: { id: 0x0000_0009, fields: BIND },
  bind_transceiver_resp: { id: 0x8000_0009, fields: BIND_RESP },
  outbind: { id: 0x0000_000b, fields: { systemId: text(16), password: text(9) } },
  enquire_link: { id: 0x0000_0015, fields: NOTHING },
  enquire_link_resp: { id: 0x8000_0015, fields: NOTHING },
  alert_notification: {
    id: 0x0000_0102,
    fields: { sourceTon: INT, sourceNpi: INT, source: text(65), esmeTon: INT, esmeNpi: INT, esme: text(65) },
  },
  data_sm: { id: 0x0000_0103, fields: DATA },
  data_sm_resp: { id: 0x8000_0103, fields: MESSAGE_ID },
  generic_nack: { id: 0x8000_0000, fields: NOTHING },
} as const satisfies Record<string, { readonly id: number; readonly fields: Readonly<Record<string, Field>> }>;

type Commands = typeof COMMANDS;
export type CommandName = keyof Commands;

type ValueOf<F> = F extends { kind: 'text' } ? string : F extends { kind: 'int' } ? number : Uint8Array;
export type BodyOf<N extends CommandName> = {
  readonly [K in keyof Commands[N]['fields']]: ValueOf<Commands[N]['fields'][K]>;
};

const names = Object.keys(COMMANDS) as CommandName[];
const NAMES: ReadonlyMap<number, CommandName> = new Map(names.map((name) => [COMMANDS[name].id, name]));

/** Undefined: a command that a client has nothing to do with, or none at all. */
export function commandOf(id: number): CommandName | undefined {
  return NAMES.get(id);
}

const FIELDS = Object.fromEntries(names.map((name) => [name, Object.entries(COMMANDS[name].fields)]));

/** The mandatory fields in their order. */
export function fieldsOf(name: CommandName): readonly (readonly [string, Field])[] {
  return FIELDS[name] ?? [];
}
