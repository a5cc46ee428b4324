import { joinBytes } from "./bytes.ts";

const newline = 10;
const decoder = new TextDecoder();

/**
 * A reader of JSON lines (one JSON value a line, https://jsonlines.org) that is fed bytes as they come off the socket, cut
 * anywhere. Bytes become text a whole line at a time, so no character is ever cut. Blank lines are passed over.
 */
export class LineReader {
  /** Bytes of the line that has not ended yet. */
  #rest: Uint8Array[] = [];

  /** Appends the lines that `bytes` complete to `out`. */
  push(bytes: Uint8Array, out: string[]): void {
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; start = end + 1, end = bytes.indexOf(newline, start)) {
      this.#line(bytes.subarray(start, end), out);
    }
    if (start < bytes.length) this.#rest.push(start === 0 ? bytes : bytes.subarray(start));
  }

  /** Appends what is left when the stream ends: the last line may have no end. */
  end(out: string[]): void {
    this.#line(new Uint8Array(), out);
  }

  #line(end: Uint8Array, out: string[]): void {
    let text: string;
    if (this.#rest.length === 0) text = decoder.decode(end);
    else {
      text = decoder.decode(joinBytes([...this.#rest, end]));
      this.#rest = [];
    }
    const line = text.trim();
    if (line !== "") out.push(line);
  }
}
