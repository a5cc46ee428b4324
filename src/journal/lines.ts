import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";

/** SHA-256 of a text as hex. */
export type Hash = (text: string) => string;

/** So many hex digits of a line's hash stand at its end: no damage is taken for what was written. */
const digits = 12;
const beforeSum = ',"sum":"';
const afterSum = '"}';
const sumLength = beforeSum.length + digits + afterSum.length;

/** One line of a run's file: its number, what it says, and a checksum over both. With its line break. */
export function lineOf(n: number, content: JsonObject | object, hash: Hash): string {
  const text = `{"n":${n},${JSON.stringify(content).slice(1)}`;
  return `${text.slice(0, -1)}${beforeSum}${hash(text).slice(0, digits)}${afterSum}\n`;
}

export interface ReadLines {
  /** How many there are. */
  readonly n: number;
  /** Characters up to the end of the last whole line. */
  readonly end: number;
  /** What stands behind that and is no whole line: how many characters were cut off. */
  readonly torn: number;
}

/** The lines of a file, each with its line break; the last may have none. */
export interface Lines extends Iterable<string> {
  /** The line of this number, from 1, once more: one that was given before. */
  again(n: number): string;
}

export function linesOf(text: string): Lines {
  const starts: number[] = [];
  const from = (start: number): string => text.slice(start, text.indexOf("\n", start) + 1 || text.length);
  return {
    *[Symbol.iterator]() {
      starts.length = 0;
      for (let at = 0; at < text.length; ) {
        const line = from(at);
        starts.push(at);
        yield line;
        at += line.length;
      }
    },
    again: (n) => from(starts[n - 1] ?? text.length),
  };
}

/** What a line says, as the members of a JSON object, once more. It was whole when it was read first. */
export function membersAgain(lines: Lines, n: number, file: string): string {
  const line = lines.again(n);
  const start = beginOf(n);
  if (!line.startsWith(start) || !line.endsWith(`${afterSum}\n`)) throw damaged(file, n);
  return line.slice(start.length, -sumLength - 1);
}

/**
 * Gives the lines of a run's file to `take`: the number of each, and what it says as the members of a JSON object. What a crash has torn off at the end is left
 * out; anything else that is not as it was written is never believed: throws a `RunError` (T651) with the place.
 */
export function readLines(lines: Iterable<string>, file: string, hash: Hash, take: (n: number, members: string) => void): ReadLines {
  let n = 0;
  let end = 0;
  let torn = 0;
  for (const line of lines) {
    const broken = line.endsWith("\n");
    const body = whole(broken ? line.slice(0, -1) : line, hash);
    const start = beginOf(n + 1);
    if (torn === 0 && broken && body?.startsWith(start)) {
      n++;
      end += line.length;
      take(n, body.slice(start.length, -1));
    } else {
      // A write that was cut short, and nothing that came after it: no whole line stands behind the damage, and one without
      // its line break was not written to its end, whatever else of it is there.
      if (body !== undefined ? broken || torn > 0 : broken && endsWhole(line.slice(0, -1), hash)) throw damaged(file, n + 1);
      torn += line.length;
    }
  }
  return { n, end, torn };
}

function beginOf(n: number): string {
  return `{"n":${n},`;
}

/** Whether a whole line stands at the end of one that is not: the line break before it is what was damaged. */
function endsWhole(text: string, hash: Hash): boolean {
  for (let at = text.indexOf('{"n":', 1); at !== -1; at = text.indexOf('{"n":', at + 1)) if (whole(text.slice(at), hash) !== undefined) return true;
  return false;
}

/** The line without its checksum, if that fits. */
function whole(text: string, hash: Hash): string | undefined {
  const body = `${text.slice(0, -sumLength)}}`;
  return text.endsWith(`${beforeSum}${hash(body).slice(0, digits)}${afterSum}`) ? body : undefined;
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
