// The rows of the configuration about how long what is kept. Part of `schema.ts`; the reasons are in docs/privacy.md.

import { count } from './rows.js';

const LONGEST_DAYS = 3650;

export const RETENTION_ROWS = {
  textDays: count({
    default: 90,
    min: 1,
    max: LONGEST_DAYS,
    reload: true,
    help: 'days after which the texts of finished orders, receipts and replies are erased; the records stay, without text',
  }),
  recordDays: count({
    default: 400,
    min: 62,
    max: LONGEST_DAYS,
    reload: true,
    help: 'days after which the records themselves go (numbers, states, receipts, replies): a bill can be disputed for a year; the ledger stays',
  }),
  noticeDays: count({
    default: 30,
    min: 1,
    max: LONGEST_DAYS,
    reload: true,
    help: 'days after which outcome mails that have left are forgotten',
  }),
  parkedDays: count({
    default: 30,
    min: 3,
    max: LONGEST_DAYS,
    reload: true,
    help: 'days after which receipts that fit no message are forgotten',
  }),
};
