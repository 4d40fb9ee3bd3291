// One mail over LMTP, to a unix socket or a port: the replies to the recipients, in their order.

import { SmtpClient } from './smtp-client.js';

export interface LmtpMail {
  readonly from?: string;
  readonly to: readonly string[];
  readonly headers?: readonly string[];
  readonly text?: string;
}

/** The reply to each RCPT that was refused, or after DATA. */
export async function deliverLmtp(place: string | number, mail: LmtpMail): Promise<string[]> {
  const { from = 'alice@example.fr', to, headers = [], text = 'Bonjour' } = mail;
  const client = typeof place === 'string' ? SmtpClient.openPath(place) : SmtpClient.open(place);
  await client.reply();
  await client.asks('LHLO client.example', `MAIL FROM:<${from}>`);
  const replies = await client.asks(...to.map((address) => `RCPT TO:<${address}>`));
  const taken = [...replies.keys()].filter((at) => replies[at]?.startsWith('250'));
  if (taken.length > 0) {
    await client.ask('DATA');
    client.send(`${[`From: ${from}`, ...headers, '', text].join('\r\n')}\r\n.\r\n`);
    for (const at of taken) replies[at] = await client.reply();
  }
  client.end();
  return replies;
}
