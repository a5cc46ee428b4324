import type { FinishChunk, ModelChunk, ModelRequest, ProviderError } from "../../agent/provider.ts";
import { cutShort, quoted, unanswered } from "../common/failure.ts";
import { foreignReply } from "../common/foreign-reply.ts";
import { isObject } from "../common/json.ts";
import { LineReader } from "../common/json-lines.ts";
import type { ReplyProtocol } from "../common/reply-stream.ts";
import { lineError, type OllamaContext } from "./errors.ts";
import { ReplyReader } from "./reply.ts";

/** A reply of `/api/chat`: a JSON object a line (https://docs.ollama.com/api/streaming). */
export class ChatReply implements ReplyProtocol<string> {
  readonly frames = new LineReader();
  readonly #ask: () => Promise<Response>;
  readonly #reader: ReplyReader;
  readonly #context: OllamaContext;
  /** Lines that were read. */
  #lines = 0;

  constructor(request: ModelRequest, ask: () => Promise<Response>, context: OllamaContext) {
    this.#ask = ask;
    this.#reader = new ReplyReader(request);
    this.#context = context;
  }

  async send(): Promise<Response> {
    const response = await this.#ask();
    // Its first line would be read as one of a reply, and say nothing.
    if (response.headers.get("content-type")?.includes("text/html")) throw this.#foreign(await response.text());
    return response;
  }

  read(text: string, out: ModelChunk[], ended: boolean): boolean {
    const line = this.#parse(text, ended);
    this.#lines++;
    const { error } = line;
    if (error !== undefined && error !== null) throw lineError(error, this.#context);
    return this.#reader.read(line, out);
  }

  finish(): FinishChunk {
    const chunk = this.#reader.finish();
    if (chunk === undefined) throw cutShort(this.#context);
    return chunk;
  }

  failure(thrown: unknown): ProviderError {
    return unanswered(thrown, this.#context);
  }

  #parse(text: string, ended: boolean): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value)) return value;
    } catch {
      if (ended && this.#lines > 0) throw cutShort(this.#context);
    }
    throw this.#foreign(text);
  }

  #foreign(text: string): ProviderError {
    const hint = "Look at `base_url`: it is the server's address and no more, such as http://127.0.0.1:11434.";
    return foreignReply(`${quoted(text, this.#context)}, which is no reply of Ollama's`, { context: this.#context, hint });
  }
}
