import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import type { RunEvent } from "../../agent/events.ts";
import { RunError } from "../../diagnostics/errors.ts";
import { codeOf, reasonOf } from "../../host/file-reasons.ts";

/** The file of `--events`: JSON Lines, one event each. */
export interface EventsFile {
  readonly sink: (event: RunEvent) => void;
  /** Writes what is left. */
  close(): void;
}

const bufferedBytes = 64 * 1024;

/**
 * Opens the file, and writes to it in pieces, in order. A write that fails (a full disk) is told once to `failed`; the run
 * goes on without the file. Throws T626 when it cannot be opened.
 */
export function openEventsFile(path: string, cwd: string, failed: (why: NodeJS.ErrnoException) => void): EventsFile {
  let file = open(path, cwd);
  let lines: string[] = [];
  let size = 0;
  let scheduled = false;

  function flush(): void {
    scheduled = false;
    if (file === undefined || lines.length === 0) return;
    const bytes = Buffer.from(lines.join(""));
    lines = [];
    size = 0;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    } catch (error) {
      closeQuietly(file);
      file = undefined;
      failed(error as NodeJS.ErrnoException);
    }
  }
  return {
    sink(event) {
      if (file === undefined) return;
      const line = `${JSON.stringify(event)}\n`;
      lines.push(line);
      size += line.length;
      if (size >= bufferedBytes) flush();
      else if (!scheduled) {
        scheduled = true;
        setImmediate(flush);
      }
    },
    close() {
      flush();
      if (file !== undefined) closeQuietly(file);
      file = undefined;
    },
  };
}

function open(path: string, cwd: string): number | undefined {
  try {
    return openSync(resolve(cwd, path), "w");
  } catch (cause) {
    throw unwritable(path, cause, "--events");
  }
}

/** T626, in the words of the system's reason. */
export function unwritable(path: string, cause: unknown, flag: string): RunError {
  return new RunError("invalid_request", `${path} cannot be written: ${reasonOf(cause)}.`, {
    code: "T626",
    cause,
    hint: codeOf(cause) === "EEXIST" ? `Give ${flag} another name.` : `Give ${flag} a file in a folder that you may write to.`,
  });
}

function closeQuietly(file: number): void {
  try {
    closeSync(file);
  } catch {
    // It is of no more use either way.
  }
}
