// SIGHUP: the configuration is read again, whole or not at all.

import { expect, test } from 'vitest';

import type { DaemonProcess } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { configuration, SENDER, startForTest, startWithAccount } from './account.js';

const LONG = 'long '.repeat(50).trim();

/** Whether the daemon would take a text of two parts, which depends on the setting `long`. */
async function takesLongTexts(daemon: DaemonProcess): Promise<boolean> {
  const { stdout } = await daemon.run(
    ...['send', '--from', SENDER, '--to', '0684843556', '--text', LONG, '--dry-run', '--json'],
  );
  return (JSON.parse(stdout) as { accepted: boolean }).accepted;
}

const reloads = (daemon: DaemonProcess): number =>
  daemon.events.filter(({ event }) => event === 'config.reloaded').length;

test('SIGHUP: changed defaults take effect without a restart', async () => {
  const daemon = await startWithAccount('defaults: {long: off}');
  expect(await takesLongTexts(daemon)).toBe(false);
  daemon.configure(configuration('defaults: {long: on}'));
  daemon.signal('SIGHUP');
  await eventually('it is read again', () => reloads(daemon) === 1);
  expect(await takesLongTexts(daemon)).toBe(true);
});

test('SIGHUP: a mistake changes nothing and is told with its place', async () => {
  const daemon = await startWithAccount('defaults: {long: on}');
  daemon.configure(configuration('defaults: {long: off, zone: Europe/Paname}'));
  daemon.signal('SIGHUP');
  await eventually('the mistake is told', () => daemon.stderr.includes('nothing has changed'));
  expect(daemon.stderr).toMatch(/petitbleu\.yaml:2:\d+.*defaults\.zone.*Europe\/Paname/);
  expect(reloads(daemon)).toBe(0);
  expect(await takesLongTexts(daemon)).toBe(true);

  const command = await daemon.run('reload');
  expect(command).toMatchObject({ code: 78 });
  expect(command.stderr).toContain('Europe/Paname');
  expect(await daemon.stop()).toEqual({ code: 0, signal: null });
});

test.each(['', '# to be written\n\n', 'mail:\n'])(
  'a file that has been emptied changes nothing: %j',
  async (emptied) => {
    const daemon = await startWithAccount('defaults: {long: on}');
    daemon.configure(emptied);
    const command = await daemon.run('reload');
    expect(command).toMatchObject({ code: 78 });
    expect(command.stderr).toMatch(/petitbleu\.yaml: empty.*restart/);
    expect(await takesLongTexts(daemon)).toBe(true);

    daemon.configure(configuration('defaults: {long: off}'));
    await daemon.must('reload');
    expect(await takesLongTexts(daemon)).toBe(false);
  },
);

test('a file that was empty from the start may be read again', async () => {
  const daemon = await startForTest({ yaml: '' });
  await daemon.must('reload');
});

test('`petitbleu reload` names what waits for a restart', async () => {
  const daemon = await startWithAccount();
  daemon.configure(configuration('carriers: {simulator: {window: 7}}'));
  const { stdout } = await daemon.must('reload');
  expect(stdout).toContain('carriers.simulator.window');
});
