// Postfix and Exim hand a domain over to the daemon, by LMTP and by pipe(8) to `petitbleu sendmail`: the ways that
// docs/guide-mail-server.md describes. Each recipient has its own fate.

import { chmodSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DaemonProcess } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { openProgram, type OpenProgram } from '../support/open-program.js';
import { run } from '../support/program.js';
import { startExim, startPostfix, type MailServerProcess } from './mail-server.js';

const SENDER = 'alice@example.fr';
const CODE = 'FGB45L';

type Start = (daemon: DaemonProcess, program: OpenProgram) => Promise<MailServerProcess>;

function describeServer(name: string, start: Start): void {
  describe(name, () => {
    let daemon: DaemonProcess;
    let server: MailServerProcess;
    let program: OpenProgram;

    beforeAll(async () => {
      daemon = await DaemonProcess.start({
        yaml: 'mail:\n  domains: [sms.example.fr]\n  lmtp: { listen: ["127.0.0.1:0"] }\n',
      });
      // Mail servers run as users of their own; the socket for sendmail lies in the data folder.
      chmodSync(daemon.folder, 0o711);
      await daemon.must('account', 'create', SENDER, '--code', CODE, '--credits', '100', '--no-mail');
      program = await openProgram();
      server = await start(daemon, program);
    }, 60_000);

    afterAll(async () => {
      await server.stop();
      await daemon.dispose();
      program.dispose();
    });

    const mail = async (to: string, subject: string, text: string) => {
      const where = ['--server', '127.0.0.1', '--port', String(server.port)];
      const ran = await run('swaks', [
        ...where,
        '--from',
        SENDER,
        '--to',
        to,
        '--header',
        `Subject: ${subject}`,
        '--body',
        text,
      ]);
      expect(ran, ran.stdout).toMatchObject({ code: 0 });
    };
    const shown = (text: string) => daemon.phone.filter((entry) => entry.text === text).map(({ to }) => to);

    test.each([
      ['1', 'sms@sms.example.fr', `${CODE}:0684843556-0660919010`, ['+33660919010', '+33684843556']],
      ['2', `sms.${CODE}@sms.example.fr`, '0684843556', ['+33684843556']],
      ['3', `${CODE}.0684843556@sms.example.fr`, '', ['+33684843556']],
    ])('syntax %s', async (syntax, to, subject, numbers) => {
      const text = `${name}, syntax ${syntax}`;
      await mail(to, subject, text);
      await eventually(text, () => shown(text).length >= numbers.length);
      expect(shown(text).toSorted()).toEqual(numbers);
    });

    test('a recipient that is refused does not take the others with it', async () => {
      const text = `${name}, one of two`;
      await mail(`${CODE}.0684843556@sms.example.fr,WR0NG1.0660919010@sms.example.fr`, '', text);
      await eventually(text, () => shown(text).length === 1);
      await eventually('the refusal is in the log', () =>
        /WR0NG1\.0660919010@sms\.example\.fr.*5\.7\.1|Sender or code not accepted/.test(server.log),
      );
      expect(shown(text)).toEqual(['+33684843556']);
      const { stdout } = await daemon.must('account', 'show', SENDER, '--json');
      expect(stdout).not.toContain(CODE);
    });
  });
}

const socketOf = (daemon: DaemonProcess): string => path.join(daemon.folder, 'sendmail/lmtp.sock');

describeServer('Postfix, LMTP', (daemon) => startPostfix(`lmtp:unix:${socketOf(daemon)}`));

describeServer('Postfix, pipe(8)', (daemon, program) =>
  startPostfix(
    'petitbleu:',
    `petitbleu unix - n n - 10 pipe
  flags=Rq user=nobody argv=${process.execPath} ${program.file} sendmail --data ${daemon.folder} -i -f \${sender} -- \${recipient}
`,
  ),
);

describeServer('Exim, LMTP', (daemon) =>
  startExim(`  driver = lmtp\n  socket = ${socketOf(daemon)}\n  batch_max = 100\n`),
);

test('Postfix gives mails to postmaster to a person', async () => {
  const settings = `virtual_alias_maps = inline:{ { postmaster@sms.example.fr = ops@example.net } }
relay_domains = sms.example.fr, example.net
transport_maps = inline:{ { sms.example.fr = error:5.1.1 no such person }, { example.net = discard: } }
`;
  const server = await startPostfix('', '', settings);
  try {
    const where = ['--server', '127.0.0.1', '--port', String(server.port)];
    const ran = await run('swaks', [...where, '--from', SENDER, '--to', 'postmaster@sms.example.fr']);
    expect(ran, ran.stdout).toMatchObject({ code: 0 });
    const line = /to=<ops@example\.net>, orig_to=<postmaster@sms\.example\.fr>.* status=sent/;
    await eventually('it is delivered', () => line.test(server.log));
  } finally {
    await server.stop();
  }
});
