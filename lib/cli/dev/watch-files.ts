import fs from 'node:fs';
import path from 'node:path';

/** Editors write a file in several steps. */
const QUIET_MS = 100;

export interface FileWatch {
  close(): void;
}

/**
 * Calls back once after files changed. Watches their folders, because editors replace files.
 *
 * @param onChange - called at most once
 */
export function watchFiles(files: ReadonlySet<string>, onChange: () => void): FileWatch {
  const folders = new Set([...files].map((file) => path.dirname(file)));
  let timer: NodeJS.Timeout | undefined;
  const watchers = [...folders].map((folder) =>
    fs.watch(folder, (_, name) => {
      if (!files.has(path.join(folder, String(name)))) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        close();
        onChange();
      }, QUIET_MS);
    }),
  );
  const close = () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
  return { close };
}
