import type { ModelChunk } from "../../agent/provider.ts";
import { type FinishChunk, ProviderError } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { JsonObject } from "../../diagnostics/json.ts";
import { cutShort } from "../common/failure.ts";
import { isObject } from "../common/json.ts";
import { EventReader, type ServerEvent } from "../common/sse.ts";
import type { Send } from "./client.ts";
import { type OpenAIContext, streamError, toProviderError } from "./errors.ts";

/** Turns the events of one reply, or the reply that came whole, into chunks. */
export interface Reader {
  /** What it reads, as a message says it: "chat completion". */
  readonly what: string;
  /** What was reported so far; a stream that breaks takes it along. */
  readonly usage: Usage | undefined;
  /** Appends the chunks of one event to `out`. Gives whether the reply is over with it. */
  read(event: unknown, out: ModelChunk[]): boolean;
  /** The last chunk, or undefined where the reply never said that it was over. */
  finish(): FinishChunk | undefined;
}

/** Bytes as they come. The guarded fetch offers this beside `body`, because a web stream costs more than what it carries. */
interface Pieces extends AsyncIterator<Uint8Array, undefined> {
  /** Lets the rest run out, so that the connection can serve again. */
  drain?(): void;
}

const over: IteratorResult<ModelChunk, undefined> = { done: true, value: undefined };

/**
 * One request and its reply as chunks. Opens nothing before the first `next`. Ending early (`return`) or an abort of the
 * signal destroys the connection; after the last event it is left to serve again.
 *
 * The package's own stream is passed over: of a burst of 2,000 chunks, against an undici program that does nothing but split
 * and parse (1.0), it takes 3.4 to 4.7 times the processor time on any fetch, and this 1.0 to 1.3 (`bench/`, Node 24).
 */
export class ReplyStream implements AsyncIterableIterator<ModelChunk, undefined> {
  readonly #client: Promise<Send>;
  readonly #body: () => JsonObject;
  readonly #context: OpenAIContext;
  readonly #reader: Reader;
  readonly #events = new EventReader();
  readonly #arrived: ServerEvent[] = [];
  #chunks: ModelChunk[] = [];
  #head = 0;
  #pieces: Pieces | undefined;
  #started = false;
  #done = false;

  constructor(client: Promise<Send>, body: () => JsonObject, context: OpenAIContext, reader: Reader) {
    this.#client = client;
    this.#body = body;
    this.#context = context;
    this.#reader = reader;
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
    const body = this.#body();
    const send = await this.#client;
    const response = await send(body, signal);
    if (response.headers.get("content-type")?.includes("text/event-stream")) {
      this.#pieces = piecesOf(response);
      return;
    }
    // A server that does not stream, or something between us and it that answers in its place.
    this.#whole(await response.text());
  }

  async #read(): Promise<void> {
    const { done, value } = this.#pieces === undefined ? endOfPieces : await this.#pieces.next();
    if (done) this.#events.end(this.#arrived);
    else this.#events.push(value, this.#arrived);
    for (const event of this.#arrived) {
      if (event.data === "[DONE]") {
        this.#finish();
        return;
      }
      if (this.#event(event)) {
        this.#finish();
        return;
      }
    }
    this.#arrived.length = 0;
    if (done) this.#finish();
  }

  #event({ event, data }: ServerEvent): boolean {
    const value = this.#parse(data);
    const error = isObject(value) ? value["error"] : undefined;
    if (error !== undefined && error !== null) throw streamError(error, this.#context, this.#reader.usage);
    if (event === "error") throw streamError(value, this.#context, this.#reader.usage);
    return this.#reader.read(value, this.#chunks);
  }

  #whole(text: string): void {
    const value = this.#parse(text);
    const error = isObject(value) ? value["error"] : undefined;
    if (error !== undefined && error !== null) throw streamError(error, this.#context);
    this.#reader.read(value, this.#chunks);
    this.#finish();
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
    const finish = this.#reader.finish();
    if (finish === undefined) throw this.#cutOff();
    this.#chunks.push(finish);
    this.#done = true;
    this.#pieces?.drain?.();
  }

  #cutOff(): ProviderError {
    if (this.#pieces !== undefined) return cutShort(this.#context, this.#reader.usage);
    return this.#malformed(`${this.#context.host} answered with JSON that is no ${this.#reader.what}.`);
  }

  #malformed(message: string): ProviderError {
    const { usage } = this.#reader;
    return new ProviderError("server_error", message, { hint: "Look at `base_url`: it usually ends in `/v1`.", ...(usage === undefined ? {} : { usage }) });
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

const endOfPieces = { done: true, value: undefined } as const;

function piecesOf(response: Response): Pieces {
  if ("pieces" in response) return response.pieces as Pieces;
  return (response.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() }))[Symbol.asyncIterator]();
}
