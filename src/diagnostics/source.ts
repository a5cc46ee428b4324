import type { Span } from "./span.ts";

/** A place as a person counts: lines and columns from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A file's text with its name; knows where each line starts. */
export class Source {
  /** Relative to the project's root, with `/` on every system: what diagnostics, events and the graph show. */
  readonly path: string;
  /** Without a BOM and with `\n` as the only line end (see `normalise`). All offsets count in this text. */
  readonly text: string;
  #starts: number[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** The line and column of an offset; an offset past the end is the end. */
  position(offset: number): Position {
    const starts = this.#lineStarts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.min(offset, this.text.length) - (starts[low] ?? 0) + 1 };
  }

  /** The text of a line, counted from 1, without its line end; "" past the end. */
  line(number: number): string {
    const starts = this.#lineStarts();
    const start = starts[number - 1];
    if (start === undefined) return "";
    const next = starts[number];
    return this.text.slice(start, next === undefined ? undefined : next - 1);
  }

  get lineCount(): number {
    return this.#lineStarts().length;
  }

  /** `path:line:column`, as every message shows a place. */
  place(span: Span): string {
    const { line, column } = this.position(span.start);
    return `${this.path}:${line}:${column}`;
  }

  #lineStarts(): number[] {
    if (this.#starts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf("\n"); at !== -1; at = this.text.indexOf("\n", at + 1)) starts.push(at + 1);
      this.#starts = starts;
    }
    return this.#starts;
  }
}

/** A text as the language reads it: a BOM is skipped, CRLF reads as LF. */
export function normalise(text: string): string {
  const bare = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return bare.includes("\r\n") ? bare.replaceAll("\r\n", "\n") : bare;
}
