// The rows of the configuration about messages that no carrier has answered for. Part of `schema.ts`.

import { choice, count } from './rows.js';

export const UNANSWERED_ROWS = {
  afterHours: count({
    default: 72,
    min: 1,
    max: 720,
    reload: true,
    help: 'how long a message without an answer of the carrier waits for a receipt or for `petitbleu queue settle`',
  }),
  settleAs: choice(['keep', 'undelivered', 'refused'], {
    default: 'keep',
    reload: true,
    help: '`keep`: it waits on; `undelivered`: it was sent and is charged; `refused`: it was not, and is not charged. The sender is told',
  }),
};
