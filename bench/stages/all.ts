// Everything that is measured, in the order of the report. A stage more is a line here, and its goals in goals.ts.

import type { Stage } from '../contest.js';
import { accept } from './accept.js';
import { attachment } from './attachment.js';
import { handRolled } from './hand-rolled.js';
import { slowDisk } from './slow-disk.js';
import { smpp } from './smpp.js';
import { smtpSource } from './smtp-source.js';
import { toSmsc } from './to-smsc.js';

export const STAGES: readonly Stage[] = [accept, smtpSource, slowDisk, handRolled, toSmsc, smpp, attachment];
