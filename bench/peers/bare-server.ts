// smtp-server as it comes, in one process: reads each mail to its end and forgets it. With `parse` mailparser takes it
// apart first; with `greet-at-once` the 100 ms before its greeting, for which it has no option, are patched out.

import type { AddressInfo } from 'node:net';

import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';

const words = process.argv.slice(2);

if (words.includes('greet-at-once')) {
  const prototype = SMTPConnection.prototype as unknown as {
    init: () => void;
    connectionReady: () => void;
    _setListeners: (ready: () => void) => void;
  };
  prototype.init = function () {
    this._setListeners(() => this.connectionReady());
  };
}

const server = new SMTPServer({
  ...{ authOptional: true, hideSTARTTLS: true, disableReverseLookup: true, logger: false, maxClients: 10_000 },
  onData: (stream, _session, answer) => {
    if (words.includes('parse')) {
      simpleParser(stream).then(
        () => answer(),
        (error: unknown) => answer(error as Error),
      );
      return;
    }
    stream.on('data', () => undefined);
    stream.on('end', () => answer());
  },
});
server.on('error', () => undefined);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
