// What the peers are called, in reports, results and goals.

export const BARE = 'smtp-server, bare';
export const BARE_AT_ONCE = 'smtp-server, bare, no greeting delay';
export const PARSING = 'smtp-server + mailparser';
export const HARAKA = 'Haraka, discarding';
export const POSTFIX_QUEUE = 'Postfix, queue only';
export const SLOW_POSTFIX = 'Postfix, queue only, slow disk';
export const PERL = 'Postfix + pipe + Perl';
export const PYTHON = 'Postfix + pipe + Python';
export const KANNEL = 'Kannel, sendsms → fakesmsc, spool';
export const NPM_CLIENT = 'npm smpp client';

export const PETITBLEU = 'petitbleu';
export const SLOW_PETITBLEU = 'petitbleu, slow disk';
export const NO_GUARD = 'petitbleu, duplicates off';
export const SENDING = 'petitbleu, mail → SMSC';
export const CARRIER = 'petitbleu, carrier alone';
export const QUEUE = 'petitbleu, store and carrier';
