import type { FinishChunk, ModelChunk, ProviderError } from "../../agent/provider.ts";
import { brokeOff, cutShort, type FailureContext, unanswered } from "../common/failure.ts";
import { isObject } from "../common/json.ts";
import type { ReplyProtocol } from "../common/reply-stream.ts";
import { EventReader, type ServerEvent } from "../common/sse.ts";
import { endError, eventError } from "./errors.ts";
import { ReplyReader } from "./reply.ts";

/** A reply of `/v2/chat`: server-sent events, of which each says its `type` (https://docs.cohere.com/v2/docs/streaming). */
export class ChatReply implements ReplyProtocol<ServerEvent> {
  readonly frames: ReplyProtocol<ServerEvent>["frames"];
  readonly #ask: () => Promise<Response>;
  readonly #reader = new ReplyReader();
  readonly #context: FailureContext;
  #ended = false;

  constructor(ask: () => Promise<Response>, context: FailureContext) {
    this.#ask = ask;
    this.#context = context;
    const events = new EventReader();
    this.frames = {
      push: (bytes, out) => events.push(bytes, out),
      end: (out) => {
        this.#ended = true;
        events.end(out);
      },
    };
  }

  async send(): Promise<Response> {
    const response = await this.#ask();
    if (!response.headers.get("content-type")?.includes("text/event-stream")) throw this.#foreign(await response.text());
    return response;
  }

  read({ event, data }: ServerEvent, out: ModelChunk[]): boolean {
    if (data === "[DONE]") return true;
    const value = this.#parse(data);
    if (event === "error" || (value["type"] === undefined && (value["message"] !== undefined || value["error"] !== undefined))) {
      throw eventError(value, this.#context, this.#reader.usage);
    }
    return this.#reader.read(value, out);
  }

  finish(): FinishChunk {
    const { end, usage } = this.#reader;
    const failed = end === undefined ? undefined : endError(end.reason, end.error, this.#context, usage);
    if (failed !== undefined) throw failed;
    const chunk = this.#reader.finish();
    if (chunk === undefined) throw cutShort(this.#context, usage);
    return chunk;
  }

  failure(thrown: unknown): ProviderError {
    return unanswered(thrown, this.#context, this.#reader.usage);
  }

  #parse(text: string): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value)) return value;
    } catch {
      if (this.#ended) throw cutShort(this.#context, this.#reader.usage);
    }
    throw this.#foreign(text);
  }

  #foreign(text: string): ProviderError {
    const start = text.trim().slice(0, 60);
    const said = start === "" ? "nothing" : `"${start}${text.trim().length > 60 ? "…" : ""}"`;
    const hint = "Look at `base_url`, which ends before `/v2`.";
    return brokeOff({ errorClass: "server_error", said: `${this.#context.host} answered with ${said}, which is no event of Cohere's.`, hint }, this.#context);
  }
}
