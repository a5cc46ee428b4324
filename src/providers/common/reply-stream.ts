import type { FinishChunk, ModelChunk, ProviderError } from "../../agent/provider.ts";

/** How one reply of a vendor's is asked for and read. It belongs to one request and may hold what it has seen. */
export interface ReplyProtocol<Frame> {
  /** Sends the request. Rejects where the answer is no stream of this protocol. */
  send(): Promise<Response>;
  /** Cuts bytes into what is read one by one: events, lines. */
  readonly frames: { push(bytes: Uint8Array, out: Frame[]): void; end(out: Frame[]): void };
  /**
   * Appends the chunks of one frame; true: it was the last. `ended`: it is what was left when the body was over, and may have
   * been cut off. Throws where the frame says that something is wrong.
   */
  read(frame: Frame, out: ModelChunk[], ended: boolean): boolean;
  /** The last chunk. Throws where nothing had said that the reply was over. */
  finish(): FinishChunk;
  /** Whatever was thrown on the way, as the one error that a provider throws. */
  failure(thrown: unknown): ProviderError;
}

/** Bytes as they come. The guarded fetch offers this beside `body`, because a web stream costs more than what it carries. */
interface Pieces extends AsyncIterator<Uint8Array, undefined> {
  /** Lets the rest run out, so that the connection can serve again. */
  drain?(): void;
}

const over: IteratorResult<ModelChunk, undefined> = { done: true, value: undefined };

/**
 * One request and its reply as chunks. Opens nothing before the first `next`. Ending early (`return`) or an abort of the
 * signal destroys the connection; after the last frame it is left to serve again. An error comes after the chunks of what
 * had arrived before it, however the bytes were cut.
 */
export class ReplyStream<Frame> implements AsyncIterableIterator<ModelChunk, undefined> {
  readonly #protocol: ReplyProtocol<Frame>;
  readonly #signal: AbortSignal;
  readonly #arrived: Frame[] = [];
  #chunks: ModelChunk[] = [];
  #head = 0;
  #pieces: Pieces | undefined;
  #started = false;
  #done = false;
  #error: ProviderError | undefined;

  constructor(protocol: ReplyProtocol<Frame>, signal: AbortSignal) {
    this.#protocol = protocol;
    this.#signal = signal;
  }

  next(): Promise<IteratorResult<ModelChunk, undefined>> {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined || this.#signal.aborted) return this.#more();
    this.#head++;
    return Promise.resolve({ done: false, value: chunk });
  }

  async return(): Promise<IteratorResult<ModelChunk, undefined>> {
    this.#chunks = [];
    this.#error = undefined;
    await this.#stop();
    return over;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Reads until there is a chunk to give. What is left of the last ones is void: the signal aborted. */
  async #more(): Promise<IteratorResult<ModelChunk, undefined>> {
    const left = this.#head < this.#chunks.length;
    this.#chunks = [];
    this.#head = 0;
    try {
      if (left) this.#signal.throwIfAborted();
      if (!this.#started) await this.#open();
      while (this.#chunks.length === 0 && !this.#done) await this.#read();
    } catch (thrown) {
      this.#error = this.#protocol.failure(thrown);
      await this.#stop();
      if (this.#signal.aborted) this.#chunks = [];
    }
    const chunk = this.#chunks[this.#head];
    if (chunk !== undefined) {
      this.#head++;
      return { done: false, value: chunk };
    }
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
    return over;
  }

  async #open(): Promise<void> {
    this.#started = true;
    this.#signal.throwIfAborted();
    const response = await this.#protocol.send();
    this.#pieces = piecesOf(response);
  }

  async #read(): Promise<void> {
    const { done, value } = await (this.#pieces as Pieces).next();
    const ended = done === true;
    if (ended) this.#protocol.frames.end(this.#arrived);
    else this.#protocol.frames.push(value, this.#arrived);
    for (const frame of this.#arrived) {
      if (this.#protocol.read(frame, this.#chunks, ended)) {
        this.#finish();
        return;
      }
    }
    this.#arrived.length = 0;
    if (ended) this.#finish();
  }

  #finish(): void {
    this.#chunks.push(this.#protocol.finish());
    this.#done = true;
    this.#pieces?.drain?.();
  }

  async #stop(): Promise<void> {
    const open = !this.#done;
    this.#done = true;
    this.#started = true;
    if (open) await this.#pieces?.return?.();
  }
}

function piecesOf(response: Response): Pieces {
  if ("pieces" in response) return response.pieces as Pieces;
  return (response.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() }))[Symbol.asyncIterator]();
}
