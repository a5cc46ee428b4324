import type { FinishChunk, ModelChunk, ProviderError } from "../../agent/provider.ts";
import { cutShort, type FailureContext, quoted, unanswered } from "../common/failure.ts";
import { foreignReply } from "../common/foreign-reply.ts";
import { isObject } from "../common/json.ts";
import type { ReplyProtocol } from "../common/reply-stream.ts";
import { EventReader, type ServerEvent } from "../common/sse.ts";
import { endError, eventError } from "./errors.ts";
import { ReplyReader } from "./reply.ts";

/** A reply of `/v2/chat`: server-sent events, of which each says its `type` (https://docs.cohere.com/v2/docs/streaming). */
export class ChatReply implements ReplyProtocol<ServerEvent> {
  readonly frames = new EventReader();
  readonly #ask: () => Promise<Response>;
  readonly #reader = new ReplyReader();
  readonly #context: FailureContext;

  constructor(ask: () => Promise<Response>, context: FailureContext) {
    this.#ask = ask;
    this.#context = context;
  }

  async send(): Promise<Response> {
    const response = await this.#ask();
    if (!response.headers.get("content-type")?.includes("text/event-stream")) throw this.#foreign(await response.text());
    return response;
  }

  read({ event, data }: ServerEvent, out: ModelChunk[], ended: boolean): boolean {
    if (data === "[DONE]") return true;
    const value = this.#parse(data, ended);
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

  #parse(text: string, ended: boolean): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value)) return value;
    } catch {
      if (ended) throw cutShort(this.#context, this.#reader.usage);
    }
    throw this.#foreign(text);
  }

  #foreign(text: string): ProviderError {
    const hint = "Look at `base_url`, which ends before `/v2`.";
    return foreignReply(`${quoted(text, this.#context)}, which is no event of Cohere's`, { context: this.#context, hint }, this.#reader.usage);
  }
}
