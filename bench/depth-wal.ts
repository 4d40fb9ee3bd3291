// `depth-wal FILE BYTES`: lets the WAL of a database grow beyond so many bytes, and dies without closing it. The rows must
// change: SQLite writes no page that is what it was.

import { statSync } from 'node:fs';

import Database from 'better-sqlite3';

const [, , file = '', bytes = '0'] = process.argv;
const database = new Database(file);
database.pragma('wal_autocheckpoint = 0');
const touch = database.prepare(
  'UPDATE messages SET created_at = created_at + 1 WHERE id IN (SELECT id FROM messages LIMIT 50000)',
);
do touch.run();
while (statSync(`${file}-wal`).size < Number(bytes));
process.kill(process.pid, 'SIGKILL');
