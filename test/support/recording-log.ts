// A log that keeps what it is told, for tests to read.

import type { Log } from '../../src/ports.js';

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class RecordingLog implements Log {
  readonly entries: LogEntry[] = [];

  debug(event: string, fields = {}): void {
    this.entries.push({ level: 'debug', event, fields });
  }
  info(event: string, fields = {}): void {
    this.entries.push({ level: 'info', event, fields });
  }
  warn(event: string, fields = {}): void {
    this.entries.push({ level: 'warn', event, fields });
  }
  error(event: string, fields = {}): void {
    this.entries.push({ level: 'error', event, fields });
  }

  of(event: string): LogEntry[] {
    return this.entries.filter((entry) => entry.event === event);
  }

  /** Everything, as it would be written. */
  get text(): string {
    return JSON.stringify(this.entries);
  }
}
