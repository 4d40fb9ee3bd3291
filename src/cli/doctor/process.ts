// What the system gives the program: a version of Node.js that is known to work, and enough open files.

import { openFileLimit, SPARE_FILES } from '../../open-files.js';
import { doubtful, bad, good, type Finding, type Look } from './finding.js';

const OLDEST_NODE = [20, 19];

export const lookAtProcess: Look = ({ config, daemon }) => {
  const version = daemon?.node ?? process.version;
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  const isOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
  const node = isOld ? bad('Node.js', version, `use ${OLDEST_NODE.join('.')} or newer`) : good('Node.js', version);
  const { smtp, submission, lmtp } = config.mail;
  const doors = 1 + [submission.listen, submission.listenTls, lmtp.listen].filter((places) => places.length > 0).length;
  return Promise.resolve([
    node,
    ...lookAtFiles(daemon?.pid ?? process.pid, smtp.limits.connections * doors + SPARE_FILES),
  ]);
};

/** Of the daemon, where it runs. */
function lookAtFiles(pid: number, wanted: number): Finding[] {
  const limit = openFileLimit(pid);
  if (limit === null) return [];
  if (limit >= wanted) return [good('open files', `${limit} allowed`)];
  return [
    doubtful(
      'open files',
      `${limit} allowed, ${wanted} may be needed: fewer clients are let in at once`,
      'raise LimitNOFILE, or lower mail.smtp.limits.connections',
    ),
  ];
}
