// Asks the daemon to read its configuration again. A file with mistakes changes nothing, and all of them are told.

import { mistake, type Told } from '../../control/protocol.js';
import { told, type OperationContext, type ReloadReport } from './context.js';

export async function reload(context: OperationContext): Promise<Told<ReloadReport>> {
  if (context.reload === null) return mistake('unavailable', 'no daemon runs on this data folder: nothing to reload');
  return told(await context.reload(), 'config');
}
