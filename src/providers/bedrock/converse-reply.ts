import type { FinishChunk, ModelChunk, ProviderError } from "../../agent/provider.ts";
import { brokeOff, cutShort } from "../common/failure.ts";
import { foreignReply, noJson, type Place } from "../common/foreign-reply.ts";
import { parsed } from "../common/json.ts";
import type { ReplyProtocol } from "../common/reply-stream.ts";
import { WholeBody } from "../common/whole-body.ts";
import type { BedrockContext } from "./context.ts";
import { statusError, streamError, toProviderError } from "./errors.ts";
import { type EventMessage, MessageReader } from "./event-stream.ts";
import { ReplyReader } from "./reply.ts";

/** A message of the stream, or the text of a whole reply. */
type Frame = EventMessage | string;

const decoder = new TextDecoder();

/** A reply of `/converse-stream`, or of `/converse` as one body. */
export class ConverseReply implements ReplyProtocol<Frame> {
  frames: ReplyProtocol<Frame>["frames"];
  readonly #ask: () => Promise<Response>;
  readonly #context: BedrockContext;
  readonly #reader = new ReplyReader();
  #id: string | null = null;

  constructor(ask: () => Promise<Response>, context: BedrockContext) {
    this.#ask = ask;
    this.#context = context;
    const messages = new MessageReader();
    this.frames = {
      push: (bytes, out) => messages.push(bytes, out as EventMessage[]),
      end: () => {
        if (messages.within) throw cutShort(context, this.#reader.usage);
      },
    };
  }

  async send(): Promise<Response> {
    const response = await this.#ask();
    if (!response.ok) throw statusError(response.status, await response.text(), response.headers, this.#context);
    this.#id = response.headers.get("x-amzn-requestid");
    // With `stream: false`, or from something between us and the service that does not stream, or answers in its place.
    if (response.headers.get("content-type")?.startsWith("application/vnd.amazon.eventstream") !== true) this.frames = new WholeBody((text) => text);
    return response;
  }

  read(frame: Frame, out: ModelChunk[]): boolean {
    if (typeof frame === "string") {
      if (!this.#reader.readWhole(this.#parse(frame), out)) throw foreignReply("JSON that is no reply of a model", this.#place);
      return true;
    }
    const { headers, payload } = frame;
    if (headers[":message-type"] !== "event") throw streamError(frame, this.#context, this.#reader.usage);
    this.#reader.read(headers[":event-type"] ?? "", this.#parse(decoder.decode(payload)), out);
    return this.#reader.whole;
  }

  finish(): FinishChunk {
    const { failure, usage } = this.#reader;
    if (failure !== undefined) throw brokeOff(failure, this.#context, usage);
    const finish = this.#reader.finish(this.#id);
    if (finish === undefined) throw cutShort(this.#context, usage);
    return finish;
  }

  failure(thrown: unknown): ProviderError {
    return toProviderError(thrown, this.#context, this.#reader.usage);
  }

  #parse(text: string): unknown {
    return parsed(text, () => noJson(text, false, this.#place));
  }

  get #place(): Place {
    return { context: this.#context, hint: "Look at `base_url`: what answers there is not Bedrock." };
  }
}
