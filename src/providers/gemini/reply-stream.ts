import { type ModelChunk, ProviderError } from "../../agent/provider.ts";
import { brokeOff, cutShort, type FailureContext } from "../common/failure.ts";
import { isObject } from "../common/json.ts";
import { EventReader, type ServerEvent } from "../common/sse.ts";
import { statusError, streamError, toProviderError } from "./errors.ts";
import { ReplyReader } from "./reply.ts";

/**
 * One request and its reply as chunks. Opens nothing before the first `next`. An abort of the signal, or a reader that leaves,
 * destroys the connection. Nothing ends a reply but the end of its body, after which the connection serves again.
 */
export async function* replyChunks(send: () => Promise<Response>, context: FailureContext): AsyncGenerator<ModelChunk, undefined> {
  const { signal } = context;
  const reader = new ReplyReader();
  const events = new EventReader();
  const arrived: ServerEvent[] = [];
  let pieces: AsyncIterator<Uint8Array, undefined> | undefined;
  let streamed = false;
  /** What came since the last event, and may be none. */
  let rest: Uint8Array[] = [];
  try {
    signal.throwIfAborted();
    const response = await send();
    if (!response.ok) throw statusError(response.status, await response.text(), response.headers, context);
    pieces = piecesOf(response);
    while (pieces !== undefined) {
      const { done, value } = await pieces.next();
      if (done) {
        pieces = undefined;
        events.end(arrived);
      } else {
        events.push(value, arrived);
        if (arrived.length > 0) rest = [];
        rest.push(value);
      }
      for (const { data } of arrived.splice(0)) {
        streamed = true;
        for (const chunk of chunksOf(parse(data, reader, context), reader, context)) {
          yield chunk;
          signal.throwIfAborted();
        }
      }
    }
    const text = await new Blob(rest as Uint8Array<ArrayBuffer>[]).text();
    for (const value of streamed ? strayError(text) : wholeReply(text, reader, context)) yield* chunksOf(value, reader, context);
    yield finishOf(reader, context);
  } catch (thrown) {
    throw toProviderError(thrown, context, reader.usage);
  } finally {
    // A body that failed says so again.
    await pieces?.return?.().catch(() => undefined);
  }
}

function chunksOf(value: unknown, reader: ReplyReader, context: FailureContext): readonly ModelChunk[] {
  if (isObject(value) && value["error"] !== undefined && value["error"] !== null) throw streamError(value, context, reader.usage);
  const chunks: ModelChunk[] = [];
  reader.read(value, chunks);
  return chunks;
}

function finishOf(reader: ReplyReader, context: FailureContext): ModelChunk {
  const failure = reader.failure();
  if (failure !== undefined) throw brokeOff(failure, context, reader.usage);
  const finish = reader.finish();
  if (finish === undefined) throw cutShort(context, reader.usage);
  return finish;
}

/** The body of a server that does not stream by events: a list of them, or one reply. */
function wholeReply(text: string, reader: ReplyReader, context: FailureContext): readonly unknown[] {
  return text.trim() === "" ? [] : listed(parse(text, reader, context));
}

/** An error that the API writes into a running stream is bare JSON behind the last event. */
function strayError(text: string): readonly unknown[] {
  const blocks = text.trim().split(/\r?\n\r?\n/);
  try {
    return listed(JSON.parse(blocks.at(-1) ?? ""));
  } catch {
    return [];
  }
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function parse(text: string, { usage }: ReplyReader, { host }: FailureContext): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const start = text.trim().slice(0, 60);
    const said = start === "" ? "nothing" : `"${start}${text.trim().length > 60 ? "…" : ""}"`;
    const message = `${host} answered with ${said}, which is no JSON.`;
    throw new ProviderError("server_error", message, { hint: "Look at `base_url`.", ...(usage === undefined ? {} : { usage }) });
  }
}

/** Bytes as they come. The guarded fetch offers them beside `body`, because a web stream costs more than what it carries. */
function piecesOf(response: Response): AsyncIterator<Uint8Array, undefined> {
  if ("pieces" in response) return response.pieces as AsyncIterator<Uint8Array, undefined>;
  return (response.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() }))[Symbol.asyncIterator]();
}
