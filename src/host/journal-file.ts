import { closeSync, fdatasync, ftruncateSync, openSync, writeSync } from "node:fs";
import { RunError } from "../diagnostics/errors.ts";
import type { JournalFile } from "../journal/file.ts";
import { reasonOf } from "./file-reasons.ts";

/** What of the file system a run's file needs: a test puts one that fails in its place. */
export interface FileSystem {
  open(path: string, flags: string, mode: number): number;
  write(file: number, bytes: Uint8Array, from: number, position: number): number;
  truncate(file: number, length: number): void;
  /** Resolves when the content is on the disk. */
  sync(file: number): Promise<void>;
  close(file: number): void;
}

export const fileSystem: FileSystem = {
  open: openSync,
  write: (file, bytes, from, position) => writeSync(file, bytes, from, bytes.length - from, position),
  truncate: ftruncateSync,
  sync: (file) => new Promise((resolve, reject) => fdatasync(file, (error) => (error === null ? resolve() : reject(error)))),
  close: closeSync,
};

export interface OpenedJournalFile extends JournalFile {
  close(): void;
}

/** Opens a run's file: a new one, or one whose first `length` bytes stay. Its errors say why in words. */
export function openJournalFile(path: string, length: number | "new", fs: FileSystem = fileSystem): OpenedJournalFile {
  const file = inWords(() => fs.open(path, length === "new" ? "wx" : "r+", 0o600));
  let size = length === "new" ? 0 : length;
  try {
    if (length !== "new") inWords(() => fs.truncate(file, length));
  } catch (error) {
    fs.close(file);
    throw error;
  }
  return {
    append(text) {
      const bytes = Buffer.from(text);
      try {
        inWords(() => {
          for (let at = 0; at < bytes.length; ) at += fs.write(file, bytes, at, size + at);
        });
        size += bytes.length;
      } catch (error) {
        // All of it or nothing.
        try {
          fs.truncate(file, size);
        } catch {
          // What is half written is known by its checksum.
        }
        throw error;
      }
    },
    async sync() {
      try {
        await fs.sync(file);
      } catch (error) {
        throw new Error(reasonOf(error), { cause: error });
      }
    },
    close: () => fs.close(file),
  };
}

function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof RunError ? error : new Error(reasonOf(error), { cause: error });
  }
}
