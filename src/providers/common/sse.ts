import { joinBytes } from "./bytes.ts";

const newline = 10;
const carriageReturn = 13;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** One event of a stream of server-sent events. `event` is "" where the server named none. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * A reader of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream)
 * that is fed bytes as they come off the socket, cut anywhere. Bytes are turned into text only up to the last line end: no
 * byte of a longer UTF-8 character is one, so no character is ever cut, and the decoder needs no memory of its own.
 * Of the fields, `id` and `retry` mean nothing here.
 */
export class EventReader {
  /** Bytes of the line that has not ended yet. */
  #rest: Uint8Array[] = [];
  #event = "";
  #data: string | undefined;
  #first = true;

  /** Appends the events that `bytes` complete to `out`. */
  push(bytes: Uint8Array, out: ServerEvent[]): void {
    if (bytes.length === 0) return;
    let piece = bytes;
    const before = this.#rest.at(-1);
    if (before !== undefined && before[before.length - 1] === carriageReturn) {
      // Only now it shows whether that return was a line end by itself.
      piece = joinBytes([...this.#rest, bytes]);
      this.#rest = [];
    }
    const cut = lastLineEnd(piece);
    if (cut === 0) {
      this.#rest.push(piece);
      return;
    }
    const lines = cut === piece.length ? piece : piece.subarray(0, cut);
    const text = decoder.decode(this.#rest.length === 0 ? lines : joinBytes([...this.#rest, lines]));
    this.#rest = cut === piece.length ? [] : [piece.subarray(cut)];
    this.#lines(text, out);
  }

  /** Appends what is left when the stream ends. Some servers leave out the last blank line. */
  end(out: ServerEvent[]): void {
    if (this.#rest.length > 0) {
      const text = decoder.decode(joinBytes(this.#rest));
      this.#rest = [];
      this.#lines(`${text}\n`, out);
    }
    this.#dispatch(out);
  }

  /** `text` ends with a line end. */
  #lines(text: string, out: ServerEvent[]): void {
    let unmarked = text;
    if (this.#first) {
      this.#first = false;
      if (text.charCodeAt(0) === 0xfeff) unmarked = text.slice(1);
    }
    // Almost no server writes carriage returns, and JSON never holds a bare one: one look saves one per line.
    const plain = unmarked.includes("\r") ? unmarked.replace(/\r\n?/g, "\n") : unmarked;
    for (let start = 0, end = plain.indexOf("\n"); end !== -1; start = end + 1, end = plain.indexOf("\n", start)) {
      if (end === start) this.#dispatch(out);
      else this.#line(plain, start, end);
    }
  }

  #line(text: string, start: number, end: number): void {
    if (text.startsWith("data:", start)) {
      const from = text.charCodeAt(start + 5) === 32 ? start + 6 : start + 5;
      const value = text.slice(Math.min(from, end), end);
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    } else if (text.startsWith("event:", start)) {
      this.#event = text.slice(start + 6, end).trimStart();
    } else if (end === start + 4 && text.startsWith("data", start)) {
      this.#data = this.#data === undefined ? "" : `${this.#data}\n`;
    }
  }

  #dispatch(out: ServerEvent[]): void {
    if (this.#data !== undefined) out.push({ event: this.#event, data: this.#data });
    this.#data = undefined;
    this.#event = "";
  }
}

/** How many of the bytes belong to whole lines. A carriage return at the very end waits for what follows it. */
function lastLineEnd(bytes: Uint8Array): number {
  const at = bytes.lastIndexOf(newline);
  if (at !== -1) return at + 1;
  return bytes.length < 2 ? 0 : bytes.lastIndexOf(carriageReturn, bytes.length - 2) + 1;
}
