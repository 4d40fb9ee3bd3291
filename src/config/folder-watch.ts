// Tells that something in a folder has changed, some time after the last of it: editors write, rename and delete in
// several steps. The folder may come, go, or be put in the place of another; its parent is watched for that.
// Says only that there may be news; who is told reads for himself. Where watching fails, `reload` is still there.

import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';

import type { Cancel, Clock, Log } from '../ports.js';

export interface FolderWatch {
  /** From now on this folder; the one of before is let go. */
  follow(folder: string): void;
  stop(): void;
}

interface WatchWorld {
  readonly clock: Clock;
  readonly log: Log;
  readonly onChange: () => void;
}

const SETTLES_AFTER_MS = 300;

export function watchFolder({ clock, log, onChange }: WatchWorld): FolderWatch {
  let folder: string | null = null;
  let watchers: FSWatcher[] = [];
  let cancel: Cancel | null = null;

  function settle(): void {
    cancel?.();
    cancel = clock.after(SETTLES_AFTER_MS, () => {
      cancel = null;
      // What has the name now may be another folder than before.
      arm();
      onChange();
    });
  }

  function arm(): void {
    letGo();
    if (folder === null) return;
    const { dir, base } = path.parse(folder);
    watchers = [...start(folder, settle), ...start(dir, (name) => (name === base ? settle() : undefined))];
  }

  function start(place: string, onEvent: (name: string | null) => void): FSWatcher[] {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code !== 'ENOENT') log.warn('domains.not-watched', { folder: place, why: error.code });
    };
    try {
      const watcher = watch(place, { persistent: false }, (_event, name) => onEvent(name));
      return [watcher.on('error', failed)];
    } catch (error) {
      failed(error as NodeJS.ErrnoException);
      return [];
    }
  }

  function letGo(): void {
    for (const watcher of watchers) watcher.close();
    watchers = [];
  }

  return {
    follow: (next) => {
      if (next === folder && watchers.length > 0) return;
      folder = next;
      arm();
    },
    stop: () => {
      cancel?.();
      letGo();
    },
  };
}
