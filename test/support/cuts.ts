import type { ModelChunk } from "../../src/agent/provider.ts";
import type { ReplyProtocol } from "../../src/providers/common/reply-stream.ts";

/** Where a recorded stream is cut in two: every 7th byte and all around each line's end; every byte where SOAK is set. */
export function cutsOf(bytes: Uint8Array): number[] {
  const ends = Array.from(bytes.keys()).filter((at) => bytes[at] === 10);
  const near = new Set(ends.flatMap((end) => [end - 2, end - 1, end, end + 1, end + 2, end + 3]));
  return Array.from(bytes.keys()).filter((at) => process.env["SOAK"] !== undefined || at % 7 === 0 || near.has(at));
}

/** The chunks of a stream that arrives in these pieces. What is not yet whole when it ends is whole then. */
export function chunksOf<Frame>(protocol: ReplyProtocol<Frame>, pieces: readonly Uint8Array[]): ModelChunk[] {
  const chunks: ModelChunk[] = [];
  const frames: Frame[] = [];
  for (const piece of pieces) {
    protocol.frames.push(piece, frames);
    for (const frame of frames.splice(0)) if (protocol.read(frame, chunks, false)) return [...chunks, protocol.finish()];
  }
  protocol.frames.end(frames);
  for (const frame of frames) if (protocol.read(frame, chunks, true)) break;
  return [...chunks, protocol.finish()];
}
