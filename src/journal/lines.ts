import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";

/** SHA-256 of a text as hex. */
export type Hash = (text: string) => string;

/** So many hex digits of a line's hash stand at its end: no damage is taken for what was written. */
const digits = 12;
const ending = /,"sum":"([0-9a-f]{12})"\}$/;

/** One line of a run's file: its number, what it says, and a checksum over both. With its line break. */
export function lineOf(n: number, content: JsonObject | object, hash: Hash): string {
  const text = JSON.stringify({ n, ...content });
  return `${text.slice(0, -1)},"sum":"${hash(text).slice(0, digits)}"}\n`;
}

export interface ReadLines {
  /** Each with its number under `n`. */
  readonly lines: readonly JsonObject[];
  /** Characters up to the end of the last whole line. */
  readonly end: number;
  /** What stands behind that and is no whole line: how many characters were cut off. */
  readonly torn: number;
}

/**
 * The lines of a run's file. What a crash has torn off at the end is left out; anything else that is not as it was written
 * is never believed: throws a `RunError` (T651) with the place.
 */
export function readLines(text: string, file: string, hash: Hash): ReadLines {
  const lines: JsonObject[] = [];
  let at = 0;
  while (at < text.length) {
    const stop = text.indexOf("\n", at);
    // Without its line break it was not written to its end, whatever else of it is there.
    if (stop === -1) return { lines, end: at, torn: text.length - at };
    const line = readLine(text.slice(at, stop), lines.length + 1, hash);
    if (line === undefined) {
      if (isTail(text, at, hash)) return { lines, end: at, torn: text.length - at };
      throw damaged(file, lines.length + 1);
    }
    lines.push(line);
    at = stop + 1;
  }
  return { lines, end: text.length, torn: 0 };
}

function readLine(text: string, n: number, hash: Hash): JsonObject | undefined {
  const content = whole(text, hash);
  return content?.["n"] === n ? content : undefined;
}

/** The line's content, if its checksum fits. */
function whole(text: string, hash: Hash): JsonObject | undefined {
  const [tail, sum] = ending.exec(text) ?? [];
  if (tail === undefined) return undefined;
  const body = `${text.slice(0, -tail.length)}}`;
  return hash(body).slice(0, digits) === sum ? (JSON.parse(body) as JsonObject) : undefined;
}

/** No whole line stands behind the damage: a write that was cut short, and nothing that came after it. */
function isTail(text: string, from: number, hash: Hash): boolean {
  const first = text.indexOf("\n", from);
  if (whole(text.slice(from, first === -1 ? text.length : first), hash) !== undefined) return false;
  for (let at = first; at !== -1 && at + 1 < text.length; ) {
    const stop = text.indexOf("\n", at + 1);
    if (whole(text.slice(at + 1, stop === -1 ? text.length : stop), hash) !== undefined) return false;
    at = stop;
  }
  return true;
}

/** T651. */
export function unusable(message: string, place: string, hint: string): RunError {
  return new RunError("invalid_request", message, { code: "T651", place, hint });
}

function damaged(file: string, line: number): RunError {
  return unusable(
    "This line is not as Tantra wrote it: it was damaged or changed.",
    `${file}:${line}:1`,
    line === 1
      ? "Nothing of the file can be believed: begin a new run."
      : `To go on from before it, delete line ${line} and all behind it: what happened from there on is then done again.`,
  );
}
