import type { FinishChunk, ModelChunk, ProviderError } from "../../agent/provider.ts";
import { joinBytes } from "../common/bytes.ts";
import { brokeOff, cutShort, type FailureContext } from "../common/failure.ts";
import { noJson } from "../common/foreign-reply.ts";
import { isObject, parsed } from "../common/json.ts";
import type { ReplyProtocol } from "../common/reply-stream.ts";
import { EventReader, type ServerEvent } from "../common/sse.ts";
import { statusError, streamError, toProviderError } from "./errors.ts";
import { ReplyReader } from "./reply.ts";

const decoder = new TextDecoder();

/** A reply of `streamGenerateContent?alt=sse`: server-sent events, each a whole object. Nothing ends it but the end of its body. */
export class GenerateReply implements ReplyProtocol<ServerEvent> {
  readonly frames: ReplyProtocol<ServerEvent>["frames"];
  readonly #ask: () => Promise<Response>;
  readonly #context: FailureContext;
  readonly #reader = new ReplyReader();
  #streamed = false;

  constructor(ask: () => Promise<Response>, context: FailureContext) {
    this.#ask = ask;
    this.#context = context;
    const events = new EventReader();
    /** What came since the last event, and may be none. */
    let rest: Uint8Array[] = [];
    this.frames = {
      push: (bytes, out) => {
        const before = out.length;
        events.push(bytes, out);
        if (out.length > before) {
          this.#streamed = true;
          rest = [];
        }
        rest.push(bytes);
      },
      end: (out) => {
        const before = out.length;
        events.end(out);
        if (out.length > before) this.#streamed = true;
        const text = decoder.decode(joinBytes(rest));
        const data = this.#streamed ? strayJson(text) : text.trim();
        if (data !== "") out.push({ event: "", data });
      },
    };
  }

  async send(): Promise<Response> {
    const response = await this.#ask();
    if (!response.ok) throw statusError(response.status, await response.text(), response.headers, this.#context);
    return response;
  }

  /** A server that does not stream by events answers with a list of them, or with one reply. */
  read({ data }: ServerEvent, out: ModelChunk[], ended: boolean): boolean {
    const value = parsed(data, () => noJson(data, ended && this.#streamed, { context: this.#context, hint: "Look at `base_url`." }, this.#reader.usage));
    for (const each of Array.isArray(value) ? value : [value]) {
      if (isObject(each) && each["error"] !== undefined && each["error"] !== null) throw streamError(each, this.#context, this.#reader.usage);
      this.#reader.read(each, out);
    }
    return false;
  }

  finish(): FinishChunk {
    const { usage } = this.#reader;
    const failure = this.#reader.failure();
    if (failure !== undefined) throw brokeOff(failure, this.#context, usage);
    const finish = this.#reader.finish();
    if (finish === undefined) throw cutShort(this.#context, usage);
    return finish;
  }

  failure(thrown: unknown): ProviderError {
    return toProviderError(thrown, this.#context, this.#reader.usage);
  }
}

/** An error that the API writes into a running stream is bare JSON behind the last event. */
function strayJson(text: string): string {
  const last =
    text
      .trim()
      .split(/\r?\n\r?\n/)
      .at(-1) ?? "";
  try {
    JSON.parse(last);
    return last;
  } catch {
    return "";
  }
}
