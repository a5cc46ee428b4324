import type { FinishChunk, ModelChunk, ProviderError } from "../../agent/provider.ts";
import { brokeOff, cutShort, type FailureContext } from "../common/failure.ts";
import { foreignReply, noJson, type Place } from "../common/foreign-reply.ts";
import { isObject, parsed } from "../common/json.ts";
import type { ReplyProtocol } from "../common/reply-stream.ts";
import { EventReader, type ServerEvent } from "../common/sse.ts";
import { WholeBody } from "../common/whole-body.ts";
import { streamError, toProviderError } from "./errors.ts";
import { ReplyReader } from "./reply.ts";

/**
 * A reply of `/v1/messages`: server-sent events (https://platform.claude.com/docs/en/build-with-claude/streaming). The
 * package's own stream is passed over: a burst of 2,000 events takes it twice the processor time, a short reply on the same
 * fetch 1.7 times (Node 24).
 */
export class MessagesReply implements ReplyProtocol<ServerEvent> {
  frames: ReplyProtocol<ServerEvent>["frames"] = new EventReader();
  readonly #ask: () => Promise<Response>;
  readonly #context: FailureContext;
  readonly #reader = new ReplyReader();
  #streamed = true;

  constructor(ask: () => Promise<Response>, context: FailureContext) {
    this.#ask = ask;
    this.#context = context;
  }

  async send(): Promise<Response> {
    const response = await this.#ask();
    if (response.headers.get("content-type")?.includes("text/event-stream") !== true) {
      // A server that does not stream, or something between us and it that answers in its place.
      this.#streamed = false;
      this.frames = new WholeBody((data) => ({ event: "", data }));
    }
    return response;
  }

  read({ event, data }: ServerEvent, out: ModelChunk[], ended: boolean): boolean {
    const value = parsed(data, () => noJson(data, ended && this.#streamed, this.#place, this.#reader.usage));
    if (event === "error" || (isObject(value) && (value["type"] === "error" || isObject(value["error"])))) {
      throw streamError(value, this.#context, this.#reader.usage);
    }
    this.#reader.read(value, out);
    return this.#reader.over;
  }

  finish(): FinishChunk {
    const { usage, contextFull } = this.#reader;
    const finish = this.#reader.finish();
    if (finish === undefined) {
      throw this.#streamed ? cutShort(this.#context, usage) : foreignReply("JSON that is no message", this.#place, usage);
    }
    if (contextFull) throw brokeOff({ errorClass: "context_length", said: "The reply was cut off because the model's context is full." }, this.#context, usage);
    return finish;
  }

  failure(thrown: unknown): ProviderError {
    return toProviderError(thrown, this.#context, this.#reader.usage);
  }

  get #place(): Place {
    return { context: this.#context, hint: "Look at `base_url`: it is written without `/v1`." };
  }
}
