// The settings of a carrier over SMPP as the table has them by default, for a test SMSC on this machine.

import type { SmppSettings } from '../../src/carriers/smpp/options.js';

export const SMPP_SETTINGS: SmppSettings = {
  ...{ host: '127.0.0.1', port: 2775, tls: false, ca: null, systemId: 'me', password: 'k4n4ry', systemType: '' },
  ...{ bindMs: 10_000, answerMs: 60_000, enquireLinkMs: 30_000, reconnectMs: 10_000, window: 10 },
  ...{ bindMode: 'transceiver', connections: 1, rate: 0, incomingAlphabet: 'gsm7', idFormat: 'text' },
  sender: null,
  addressing: {
    alphanumeric: { ton: 5, npi: 0 },
    number: { ton: 1, npi: 1 },
    shortCode: { ton: 3, npi: 0 },
    destination: { ton: 1, npi: 1 },
  },
  ...{
    serviceType: '',
    parts: 'udh8',
    septets: 'unpacked',
    receipts: true,
    userReference: false,
    unknownSubscriber: [],
  },
};
