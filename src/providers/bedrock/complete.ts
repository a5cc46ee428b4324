import { type ModelChunk, type ModelRequest, ProviderError } from "../../agent/provider.ts";
import { cutShort } from "../common/failure.ts";
import type { Send } from "./client.ts";
import type { BedrockContext } from "./context.ts";
import { statusError, streamError, toProviderError } from "./errors.ts";
import { type EventMessage, MessageReader } from "./event-stream.ts";
import { ReplyReader } from "./reply.ts";
import { toBody } from "./wire.ts";

/** Bytes as they come. The guarded fetch offers this beside `body`, because a web stream costs more than what it carries. */
interface Pieces extends AsyncIterator<Uint8Array, unknown> {
  /** Lets the rest run out, so that the connection can serve again. */
  drain?(): void;
}

const decoder = new TextDecoder();

/**
 * One request and its reply as chunks. Opens nothing before the first `next`. Ending early or an abort of the signal
 * destroys the connection; after the last event it is left to serve again.
 */
export async function* complete(send: Send, request: ModelRequest, context: BedrockContext): AsyncGenerator<ModelChunk, undefined> {
  const reader = new ReplyReader();
  let pieces: Pieces | undefined;
  try {
    const response = await send(request.model, toBody(request), context.signal);
    const id = response.headers.get("x-amzn-requestid");
    if (!response.ok) throw statusError(response.status, await response.text(), response.headers, context);
    const chunks: ModelChunk[] = [];
    if (response.headers.get("content-type")?.startsWith("application/vnd.amazon.eventstream") !== true) {
      wholeReply(await response.text(), reader, chunks, context);
    } else {
      pieces = piecesOf(response);
      const messages = new MessageReader();
      const arrived: EventMessage[] = [];
      while (!reader.whole) {
        const { done, value } = await pieces.next();
        if (done === true) break;
        messages.push(value, arrived);
        for (const message of arrived.splice(0)) readMessage(message, reader, chunks, context);
        yield* chunks.splice(0);
      }
      if (messages.within) throw cutShort(context, reader.usage);
    }
    const finish = reader.finish(id);
    if (finish === undefined) throw cutShort(context, reader.usage);
    pieces?.drain?.();
    pieces = undefined;
    yield* chunks;
    yield finish;
  } catch (thrown) {
    throw toProviderError(thrown, context, reader.usage);
  } finally {
    await pieces?.return?.();
  }
}

function readMessage({ headers, payload }: EventMessage, reader: ReplyReader, out: ModelChunk[], context: BedrockContext): void {
  if (headers[":message-type"] !== "event") throw streamError({ headers, payload }, context, reader.usage);
  reader.read(headers[":event-type"] ?? "", parse(decoder.decode(payload), context), out);
}

/** With `stream: false`, or from something between us and the service that does not stream, or answers in its place. */
function wholeReply(text: string, reader: ReplyReader, out: ModelChunk[], context: BedrockContext): void {
  if (!reader.readWhole(parse(text, context), out)) throw malformed(`${context.host} answered with JSON that is no reply of a model.`);
}

function parse(text: string, { host }: BedrockContext): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const start = text.trim().slice(0, 60);
    const said = start === "" ? "nothing" : `"${start}${text.trim().length > 60 ? "…" : ""}"`;
    throw malformed(`${host} answered with ${said}, which is no JSON.`);
  }
}

function malformed(message: string): ProviderError {
  return new ProviderError("server_error", message, { hint: "Look at `base_url`: what answers there is not Bedrock." });
}

function piecesOf(response: Response): Pieces {
  if ("pieces" in response) return response.pieces as Pieces;
  return (response.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() }))[Symbol.asyncIterator]();
}
