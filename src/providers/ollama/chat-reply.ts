import type { FinishChunk, ModelChunk, ModelRequest, ProviderError } from "../../agent/provider.ts";
import { brokeOff, cutShort, unanswered } from "../common/failure.ts";
import { isObject } from "../common/json.ts";
import { LineReader } from "../common/json-lines.ts";
import type { ReplyProtocol } from "../common/reply-stream.ts";
import { lineError, type OllamaContext } from "./errors.ts";
import { ReplyReader } from "./reply.ts";

/** A reply of `/api/chat`: a JSON object a line (https://docs.ollama.com/api/streaming). */
export class ChatReply implements ReplyProtocol<string> {
  readonly send: () => Promise<Response>;
  readonly frames: ReplyProtocol<string>["frames"];
  readonly #reader: ReplyReader;
  readonly #context: OllamaContext;
  /** Lines that were read, and whether no more will come. */
  #lines = 0;
  #ended = false;

  constructor(request: ModelRequest, send: () => Promise<Response>, context: OllamaContext) {
    this.send = send;
    this.#reader = new ReplyReader(request);
    this.#context = context;
    const lines = new LineReader();
    this.frames = {
      push: (bytes, out) => lines.push(bytes, out),
      end: (out) => {
        this.#ended = true;
        lines.end(out);
      },
    };
  }

  read(text: string, out: ModelChunk[]): boolean {
    const line = this.#parse(text);
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

  #parse(text: string): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value)) return value;
    } catch {
      if (this.#ended && this.#lines > 0) throw cutShort(this.#context);
    }
    const start = `${text.slice(0, 60)}${text.length > 60 ? "…" : ""}`;
    const hint = "Look at `base_url`: it is the server's address and no more, such as http://127.0.0.1:11434.";
    throw brokeOff({ errorClass: "server_error", said: `${this.#context.host} answered with "${start}", which is no reply of Ollama's.`, hint }, this.#context);
  }
}
