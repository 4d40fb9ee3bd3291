// Every carrier through the one suite. A new carrier gets its line here.

import { onTestFinished } from 'vitest';

import { BEHAVIOURS } from '../../src/carriers/behaviours.js';
import { createSimulator } from '../../src/carriers/simulator.js';
import { createSmppCarrier } from '../../src/carriers/smpp/carrier.js';
import type { SmppSettings } from '../../src/carriers/smpp/options.js';
import { FakeClock } from '../support/fake-clock.js';
import { answerAs as answerHttpAs, carrierYaml } from '../support/http-behaviours.js';
import { httpRig, TOKEN } from '../support/http-carrier.js';
import { HttpProvider } from '../support/http-provider.js';
import { RecordingLog } from '../support/recording-log.js';
import { SMPP_SETTINGS } from '../support/smpp-settings.js';
import { Smsc } from '../support/smsc.js';
import { answerAs } from '../support/smsc-behaviours.js';
import { describeCarrier, type CarrierUnderTest } from './carrier.js';

function stopped({ carrier, clock }: CarrierUnderTest): CarrierUnderTest {
  onTestFinished(async () => {
    const stopping = carrier.stop();
    await clock.advance(10_000);
    await stopping;
  });
  return { carrier, clock };
}

describeCarrier('simulator', () => {
  const clock = new FakeClock();
  const delays = { latencyMs: 50, receiptDelayMs: 500 };
  const world = { clock, log: new RecordingLog() };
  const carrier = createSimulator({ name: 'sim', window: 10, ...delays, phoneFile: null, ...world });
  return Promise.resolve(stopped({ carrier, clock }));
});

const openSmpp = (changes: Partial<SmppSettings>) => async (): Promise<CarrierUnderTest> => {
  const smsc = await Smsc.start();
  const clock = new FakeClock();
  answerAs(smsc, BEHAVIOURS);
  const settings = { ...SMPP_SETTINGS, userReference: true, answerMs: 5_000, port: smsc.port, ...changes };
  const world = { clock, log: new RecordingLog(), random: Math.random };
  return stopped({ carrier: createSmppCarrier({ name: 'smsc', ...settings, ...world }), clock });
};

describeCarrier('smpp', openSmpp({}));
describeCarrier('smpp with transmitters and receivers', openSmpp({ bindMode: 'separate', connections: 2 }));
describeCarrier('smpp with sar_* parameters', openSmpp({ parts: 'sar' }));

describeCarrier('http', async () => {
  const provider = await HttpProvider.start();
  answerHttpAs(provider, BEHAVIOURS);
  return stopped(await httpRig(carrierYaml(provider, TOKEN)));
});
