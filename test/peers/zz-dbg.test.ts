import { it } from 'vitest';
import { DaemonProcess, sendMail } from '/work/main/test/support/daemon.js';
import { freePort, Kannel } from '/work/main/test/peers/kannel.js';
it('x', async () => {
  const kannel = await Kannel.start();
  const daemon = await DaemonProcess.start({ yaml: `
mail: { domains: [sms.example.fr] }
log: { level: debug }
http: { listen: "127.0.0.1:${await freePort()}" }
carriers:
  kannel: { type: http, preset: kannel, url: "${kannel.url}", username: petitbleu, password: s3cret, callbacks: { token: kannel-token-0123456789 } }
` });
  await daemon.must('account', 'create', 'alice@example.fr', '--code', 'FGB45L', '--credits', '1000', '--no-mail');
  const text = `${'a'.repeat(152)}€${'b'.repeat(100)}`;
  await sendMail(daemon.port, { from: 'alice@example.fr', to: `sms.FGB45L@sms.example.fr`, subject: '0684843557', text });
  await new Promise(r => setTimeout(r, 3000));
  console.log(await daemon.messages(), kannel.arrived);
  console.log(daemon.stderr.slice(-3000));
  await daemon.dispose(); await kannel.stop();
}, 30000);
