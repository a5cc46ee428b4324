import { type ModelChunk, ProviderError } from "../../agent/provider.ts";
import type { JsonObject } from "../../diagnostics/json.ts";
import { brokeOff, cutShort, type FailureContext } from "../common/failure.ts";
import { isObject } from "../common/json.ts";
import { EventReader, type ServerEvent } from "../common/sse.ts";
import type { Send } from "./client.ts";
import { streamError, toProviderError } from "./errors.ts";
import { ReplyReader } from "./reply.ts";

/** Bytes as they come. The guarded fetch offers this beside `body`, because a web stream costs more than what it carries. */
interface Pieces extends AsyncIterator<Uint8Array, undefined> {
  /** Lets the rest run out, so that the connection can serve again. */
  drain?(): void;
}

const over: IteratorResult<ModelChunk, undefined> = { done: true, value: undefined };
const endOfPieces = { done: true, value: undefined } as const;

/**
 * One request and its reply as chunks. Opens nothing before the first `next`. Ending early (`return`) or an abort of the
 * signal destroys the connection; after the last event it is left to serve again. The package's own stream is passed over:
 * a burst of 2,000 events takes it twice the processor time, a short reply on the same fetch 1.7 times (Node 24).
 */
export class ReplyStream implements AsyncIterableIterator<ModelChunk, undefined> {
  readonly #send: Send;
  readonly #body: JsonObject;
  readonly #context: FailureContext;
  readonly #reader = new ReplyReader();
  readonly #events = new EventReader();
  readonly #arrived: ServerEvent[] = [];
  #chunks: ModelChunk[] = [];
  #head = 0;
  #pieces: Pieces | undefined;
  #started = false;
  #done = false;

  constructor(send: Send, body: JsonObject, context: FailureContext) {
    this.#send = send;
    this.#body = body;
    this.#context = context;
  }

  next(): Promise<IteratorResult<ModelChunk, undefined>> {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) return this.#more();
    this.#head++;
    return Promise.resolve({ done: false, value: chunk });
  }

  async return(): Promise<IteratorResult<ModelChunk, undefined>> {
    await this.#stop();
    return over;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Reads until there is a chunk to give. */
  async #more(): Promise<IteratorResult<ModelChunk, undefined>> {
    this.#chunks = [];
    this.#head = 0;
    try {
      if (!this.#started) {
        this.#started = true;
        await this.#open();
      }
      while (this.#chunks.length === 0 && !this.#done) await this.#read();
    } catch (thrown) {
      await this.#stop();
      throw toProviderError(thrown, this.#context, this.#reader.usage);
    }
    const chunk = this.#chunks[this.#head++];
    return chunk === undefined ? over : { done: false, value: chunk };
  }

  async #open(): Promise<void> {
    const { signal } = this.#context;
    signal.throwIfAborted();
    const response = await this.#send(this.#body, signal);
    if (response.headers.get("content-type")?.includes("text/event-stream")) {
      this.#pieces = piecesOf(response);
      return;
    }
    // A server that does not stream, or something between us and it that answers in its place.
    this.#event({ event: "", data: await response.text() });
    this.#finish();
  }

  async #read(): Promise<void> {
    const { done, value } = this.#pieces === undefined ? endOfPieces : await this.#pieces.next();
    if (done) this.#events.end(this.#arrived);
    else this.#events.push(value, this.#arrived);
    for (const event of this.#arrived) {
      this.#event(event);
      if (this.#reader.over) break;
    }
    this.#arrived.length = 0;
    if (done || this.#reader.over) this.#finish();
  }

  #event({ event, data }: ServerEvent): void {
    const value = this.#parse(data);
    if (event === "error" || (isObject(value) && (value["type"] === "error" || isObject(value["error"])))) {
      throw streamError(value, this.#context, this.#reader.usage);
    }
    this.#reader.read(value, this.#chunks);
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      const start = text.trim().slice(0, 60);
      const said = start === "" ? "nothing" : `"${start}${text.trim().length > 60 ? "…" : ""}"`;
      throw this.#malformed(`${this.#context.host} answered with ${said}, which is no JSON.`);
    }
  }

  #finish(): void {
    const { usage, contextFull } = this.#reader;
    const finish = this.#reader.finish();
    if (finish === undefined) {
      throw this.#pieces === undefined ? this.#malformed(`${this.#context.host} answered with JSON that is no message.`) : cutShort(this.#context, usage);
    }
    if (contextFull) throw brokeOff({ errorClass: "context_length", said: "The reply was cut off because the model's context is full." }, this.#context, usage);
    this.#chunks.push(finish);
    this.#done = true;
    this.#pieces?.drain?.();
  }

  #malformed(message: string): ProviderError {
    const { usage } = this.#reader;
    return new ProviderError("server_error", message, { hint: "Look at `base_url`: it is written without `/v1`.", ...(usage === undefined ? {} : { usage }) });
  }

  async #stop(): Promise<void> {
    const open = !this.#done;
    this.#done = true;
    this.#started = true;
    this.#chunks = [];
    this.#head = 0;
    if (open) await this.#pieces?.return?.();
  }
}

function piecesOf(response: Response): Pieces {
  if ("pieces" in response) return response.pieces as Pieces;
  return (response.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() }))[Symbol.asyncIterator]();
}
