import { closeSync, openSync, readSync } from "node:fs";
import { RunError } from "../diagnostics/errors.ts";
import type { Lines } from "../journal/lines.ts";
import { reasonOf } from "./file-reasons.ts";

/** So many bytes are read at once by whoever reads a file from its beginning. */
const pieceBytes = 1 << 18;
/** For lines that are looked at again, which as a rule is in their order; branches are each at a place of their own. */
const windowBytes = 1 << 16;
const mostWindows = 8;

interface Window {
  readonly from: number;
  readonly bytes: Buffer;
}

/** The lines of a file. */
export interface FileLines extends Lines {
  /** So many bytes the first `n` lines take that were given: what stands behind them may be no text at all. */
  bytesOf(n: number): number;
}

/** The lines of a run's file, of which only pieces are in memory. `file`: what messages call it. Throws T653 where it cannot be read. */
export function fileLines(path: string, file: string): FileLines {
  /** Where each line begins, and behind the last one where it ends. */
  let starts: number[] = [0];
  let windows: Window[] = [];

  function* each(): Generator<string> {
    starts = [0];
    windows = [];
    let left = Buffer.alloc(0);
    for (const piece of piecesIn(path, file)) {
      const bytes = left.length === 0 ? piece : Buffer.concat([left, piece]);
      let from = 0;
      for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, from)) {
        starts.push((starts.at(-1) ?? 0) + at + 1 - from);
        yield bytes.toString("utf8", from, at + 1);
        from = at + 1;
      }
      left = Buffer.from(bytes.subarray(from));
    }
    if (left.length === 0) return;
    starts.push((starts.at(-1) ?? 0) + left.length);
    yield left.toString("utf8");
  }
  function windowAt(start: number, end: number): Window {
    const open = windows.findIndex(({ from, bytes }) => from <= start && end <= from + bytes.length);
    const window = windows[open] ?? { from: start, bytes: opened(path, file, (descriptor) => readAt(descriptor, start, Math.max(windowBytes, end - start))) };
    if (open !== 0) windows = [window, ...windows.filter((other) => other !== window)].slice(0, mostWindows);
    return window;
  }

  return {
    [Symbol.iterator]: each,
    again(n) {
      const [start = 0, end = start] = starts.slice(n - 1, n + 1);
      const { from, bytes } = windowAt(start, end);
      return bytes.toString("utf8", start - from, end - from);
    },
    bytesOf: (n) => starts[n] ?? 0,
  };
}

/** Of an open file so many bytes, or as many as there are. */
export function readAt(descriptor: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let read = 0;
  for (let more = 1; more > 0 && read < length; read += more) more = readSync(descriptor, bytes, read, length - read, from + read);
  return bytes.subarray(0, read);
}

function opened<T>(path: string, file: string, work: (descriptor: number) => T): T {
  const descriptor = readable(file, () => openSync(path, "r"));
  try {
    return readable(file, () => work(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** Each is good until the next one is asked for. */
function* piecesIn(path: string, file: string): Generator<Buffer> {
  const piece = Buffer.alloc(pieceBytes);
  const descriptor = readable(file, () => openSync(path, "r"));
  try {
    for (;;) {
      const read = readable(file, () => readSync(descriptor, piece));
      if (read === 0) return;
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(descriptor);
  }
}

function readable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new RunError("invalid_request", `${file} cannot be read: ${reasonOf(error, "read")}.`, {
      code: "T653",
      cause: error,
      hint: "`tantra runs` lists the runs.",
    });
  }
}
