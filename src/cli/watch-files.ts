import { type FSWatcher, statSync, watch } from "node:fs";
import { dirname, join, sep } from "node:path";
import { setTimeout } from "node:timers/promises";
import { RunError } from "../diagnostics/errors.ts";

/** Files that are watched. The folders are, in truth: editors replace files and do not write into them. */
export interface FileWatch {
  /** From here on changes of these count, whether they are there yet or not, and of what is called so in these folders. Throws where the system refuses. */
  follow(files: Iterable<string>, folders?: Iterable<string>): void;
  /** Files that changed since the last call, by absolute path. Waits for the first, and until a burst of them is over. */
  changes(): Promise<ReadonlySet<string>>;
  /** Leaves nothing behind that keeps the process. */
  close(): void;
}

/** A file that is being written is empty for a moment, and a tool may write many. */
const burstMs = 30;
/** What never stops changing is looked at all the same. */
const mostWaits = 50;

/** `among` says which other files of a followed folder count. */
export function watchFiles(among: (path: string) => boolean = () => false): FileWatch {
  const watchers = new Map<string, FSWatcher>();
  let files: ReadonlySet<string> = new Set();
  let folders: ReadonlySet<string> = new Set();
  const changed = new Set<string>();
  let noted = 0;
  let wake: () => void = () => undefined;

  function note(path: string, folder: string): void {
    // A folder that came or went takes what is in it along.
    const counting = [...files].filter((file) => file === path || file.startsWith(path + sep));
    if (folders.has(folder) && among(path)) counting.push(path);
    if (counting.length === 0) return;
    for (const file of counting) changed.add(file);
    noted++;
    wake();
  }
  function open(folder: string): void {
    if (watchers.has(folder)) return;
    const watcher = opened(folder, (name) => note(join(folder, name), folder));
    // It is gone, or no longer ours to read: whoever names a file in it says so.
    watcher.on("error", () => {
      watcher.close();
      watchers.delete(folder);
    });
    watchers.set(folder, watcher);
  }

  return {
    follow(wanted, within = []) {
      files = new Set(wanted);
      folders = new Set(within);
      const needed = new Set([...folders, ...[...files].map((path) => nearestFolder(dirname(path)))]);
      for (const [folder, watcher] of watchers) {
        if (needed.has(folder)) continue;
        watcher.close();
        watchers.delete(folder);
      }
      for (const folder of needed) open(folder);
    },
    async changes() {
      if (changed.size === 0) await new Promise<void>((resolve) => (wake = resolve));
      for (let before = -1, waits = 0; before !== noted && waits < mostWaits; waits++) {
        before = noted;
        await setTimeout(burstMs);
      }
      const all = new Set(changed);
      changed.clear();
      return all;
    },
    close() {
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

function opened(folder: string, changed: (name: string) => void): FSWatcher {
  try {
    return watch(folder, (_event, name) => {
      if (name !== null) changed(name);
    });
  } catch (cause) {
    const full = cause instanceof Error && "code" in cause && (cause.code === "ENOSPC" || cause.code === "EMFILE");
    const why = full ? "the system watches as much as it may" : cause instanceof Error ? cause.message : String(cause);
    const hint = "Name fewer folders, or run without --watch.";
    throw new RunError("failed", `The folder ${folder} cannot be watched: ${why}.`, { hint, cause });
  }
}

/** The folder, or the nearest above it that is there. */
function nearestFolder(folder: string): string {
  const found = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  return found || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
