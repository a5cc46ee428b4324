/** What comes over a server's standard output, line by line. */
export interface LineSink {
  line(text: string): void;
  /** A line that was longer than allowed; of it only the two ends are there. */
  tooLong(head: string, tail: string): void;
}

const keptEnds = 2000;

/** Takes bytes as they come and gives whole lines. Holds no more than `most` bytes, whatever is sent. */
export function splitLines(most: number, sink: LineSink): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let size = 0;
  let long: { readonly head: string; tail: Uint8Array } | undefined;

  function add(piece: Uint8Array): void {
    size += piece.length;
    if (long !== undefined) {
      long.tail = lastBytes([long.tail, piece]);
      return;
    }
    parts.push(piece);
    if (size <= most) return;
    long = { head: decoder.decode(joined(parts).subarray(0, keptEnds)), tail: lastBytes(parts) };
    parts = [];
  }
  function end(): void {
    if (long !== undefined) sink.tooLong(long.head, decoder.decode(long.tail));
    else sink.line(decoder.decode(joined(parts)));
    parts = [];
    size = 0;
    long = undefined;
  }

  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, at));
      end();
      from = at + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  };
}

const newline = 0x0a;

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function lastBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = joined(parts.slice(-2));
  return whole.slice(Math.max(0, whole.length - keptEnds));
}
