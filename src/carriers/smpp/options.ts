// What a carrier over SMPP is told: where the SMSC is, how messages are written, how its ids are read.
// Takes nothing, gives types; every default stands in the table of the configuration. SMPP 3.4 §4 and §5.2.

/** Type of number and numbering plan, SMPP 3.4 §5.2.5 and §5.2.6. */
export interface AddressKind {
  readonly ton: number;
  readonly npi: number;
}

/** How a Submission becomes submit_sm. */
export interface EncodingOptions {
  /** Source of messages that have none; null: the SMSC chooses. */
  readonly sender: string | null;
  readonly addressing: {
    readonly alphanumeric: AddressKind;
    readonly number: AddressKind;
    readonly shortCode: AddressKind;
    readonly destination: AddressKind;
  };
  readonly serviceType: string;
  /** How the parts of a long text are tied together; never mixed in one message. */
  readonly parts: 'udh8' | 'udh16' | 'sar' | 'payload';
  readonly septets: 'unpacked' | 'packed';
  readonly receipts: boolean;
  readonly userReference: boolean;
}

/** As text; zeros in front stripped; hexadecimal in the answer and decimal in the receipt; the other way round. */
export type IdFormat = 'text' | 'no-zeros' | 'hex-decimal' | 'decimal-hex';

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** PEM; null: the authorities of the system. */
  readonly ca: string | null;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  /** How long for the connection and the answer to the bind. */
  readonly bindMs: number;
  /** How long for the answer to a request. */
  readonly answerMs: number;
  /** A connection silent for so long is asked whether it lives. */
  readonly enquireLinkMs: number;
  readonly reconnectMs: number;
  /** submit_sm without an answer on one connection. */
  readonly window: number;
}

export interface SmppSettings extends EncodingOptions, LinkOptions {
  readonly bindMode: 'transceiver' | 'separate';
  readonly connections: number;
  /** Parts a second over all connections; 0: no limit. */
  readonly rate: number;
  /** What data_coding 0 means in what comes in. */
  readonly incomingAlphabet: 'gsm7' | 'latin1';
  readonly idFormat: IdFormat;
  /** Errors of receipts that say: nobody has that number. */
  readonly unknownSubscriber: readonly string[];
}
