import { joinBytes } from "./bytes.ts";

const newline = 10;
const decoder = new TextDecoder();

/**
 * A reader of JSON lines (one JSON value a line, https://jsonlines.org) that is fed bytes as they come off the socket, cut
 * anywhere. Bytes become text only up to the last line end, all lines of a piece at once, so no character is ever cut. Blank
 * lines are passed over.
 */
export class LineReader {
  /** Bytes of the line that has not ended yet. */
  #rest: Uint8Array[] = [];

  /** Appends the lines that `bytes` complete to `out`. */
  push(bytes: Uint8Array, out: string[]): void {
    const cut = bytes.lastIndexOf(newline) + 1;
    if (cut > 0) {
      this.#rest.push(bytes.subarray(0, cut));
      this.end(out);
    }
    if (cut < bytes.length) this.#rest.push(bytes.subarray(cut));
  }

  /** Appends what is left when the stream ends: the last line may have no end. */
  end(out: string[]): void {
    const text = decoder.decode(joinBytes(this.#rest));
    this.#rest = [];
    for (let start = 0; start < text.length; ) {
      const next = text.indexOf("\n", start);
      const end = next === -1 ? text.length : next;
      const line = text.slice(start, end).trim();
      if (line !== "") out.push(line);
      start = end + 1;
    }
  }
}
