// The part of the npm package `smpp` (0.5.1, which comes without types) that the benchmark uses.

declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server } from 'node:net';

  interface Pdu {
    readonly command_status: number;
    readonly message_id: string;
    response(fields?: Readonly<Record<string, string | number>>): Pdu;
  }

  type Fields = Readonly<Record<string, string | number>>;

  interface Session extends EventEmitter {
    send(pdu: Pdu): boolean;
    close(): void;
    bind_transceiver(fields: Fields, onAnswer: (pdu: Pdu) => void): boolean;
    submit_sm(fields: Fields, onAnswer: (pdu: Pdu) => void): boolean;
    on(event: 'bind_transceiver' | 'submit_sm' | 'enquire_link' | 'unbind', take: (pdu: Pdu) => void): this;
    on(event: 'error', take: (error: Error) => void): this;
    once(event: 'close', take: () => void): this;
  }

  interface SmppPackage {
    connect(options: { readonly host: string; readonly port: number }, onOpen: () => void): Session;
    createServer(onSession: (session: Session) => void): Server;
  }

  const smpp: SmppPackage;
  export default smpp;
  export type { Fields, Pdu, Session };
}
