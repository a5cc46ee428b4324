import { type FinishChunk, type ModelChunk, ProviderError } from "../../agent/provider.ts";
import { beginning, brokeOff, cutShort, type FailureContext } from "../common/failure.ts";
import { isObject } from "../common/json.ts";
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
  frames: ReplyProtocol<ServerEvent>["frames"];
  readonly #ask: () => Promise<Response>;
  readonly #context: FailureContext;
  readonly #reader = new ReplyReader();
  #streamed = true;
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
    if (response.headers.get("content-type")?.includes("text/event-stream") !== true) {
      // A server that does not stream, or something between us and it that answers in its place.
      this.#streamed = false;
      this.frames = new WholeBody((data) => ({ event: "", data }));
    }
    return response;
  }

  read({ event, data }: ServerEvent, out: ModelChunk[]): boolean {
    const value = this.#parse(data);
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
      throw this.#streamed ? cutShort(this.#context, usage) : this.#malformed(`${this.#context.host} answered with JSON that is no message.`);
    }
    if (contextFull) throw brokeOff({ errorClass: "context_length", said: "The reply was cut off because the model's context is full." }, this.#context, usage);
    return finish;
  }

  failure(thrown: unknown): ProviderError {
    return toProviderError(thrown, this.#context, this.#reader.usage);
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      if (this.#ended) throw cutShort(this.#context, this.#reader.usage);
      throw this.#malformed(`${this.#context.host} answered with ${beginning(text)}, which is no JSON.`);
    }
  }

  #malformed(message: string): ProviderError {
    const { usage } = this.#reader;
    return new ProviderError("server_error", message, { hint: "Look at `base_url`: it is written without `/v1`.", ...(usage === undefined ? {} : { usage }) });
  }
}
