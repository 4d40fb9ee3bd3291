// The door of the callbacks against those who only want to hold it: a header that drips is cut in time, a body that is too
// large is not taken, and of very many header fields the rest is not read.

import { connect } from 'node:net';

import { expect, it } from 'vitest';

import { eventually } from '../../support/eventually.js';
import { call } from '../../support/http-call.js';
import { httpRig, TOKEN } from '../../support/http-carrier.js';

const RECEIPT = `/carriers/web/receipt/${TOKEN}`;

async function open(): Promise<{ readonly base: string; readonly taken: unknown[] }> {
  const rig = await httpRig(`url: http://127.0.0.1:9/\ncallbacks: { token: ${TOKEN} }`);
  const taken: unknown[] = [];
  await rig.carrier.start({
    onReceipt: (receipt) => Promise.resolve(void taken.push(receipt)),
    onReply: () => Promise.resolve(),
  });
  return { base: rig.door.address ?? '', taken };
}

it('cuts a header that drips, however busily', async () => {
  const { base } = await open();
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  let closed = false;
  socket.on('error', () => undefined).on('close', () => (closed = true));
  socket.write('POST / HTTP/1.1\r\n');
  const dripping = setInterval(() => socket.write('a: b\r\n'), 200);
  try {
    await eventually('the connection is cut', () => closed, 25_000);
  } finally {
    clearInterval(dripping);
    socket.destroy();
  }
}, 30_000);

it('does not take a body beyond its limit, nor a body behind more header fields than it reads', async () => {
  const { base, taken } = await open();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = 'id=x1&state=delivered';
  expect((await call(base + RECEIPT, { headers, body: `${body}&x=${'y'.repeat(65_536)}` })).status).toBe(404);
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`x-${at}`, 'y']));
  expect((await call(base + RECEIPT, { headers: { ...many, ...headers }, body })).status).not.toBe(200);
  expect(taken).toEqual([]);
  expect((await call(base + RECEIPT, { headers, body })).status).toBe(200);
  expect(taken).toHaveLength(1);
});
