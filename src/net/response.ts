import type { Body } from "./body.ts";

/** Header fields as undici gives them: names in lower case, several fields of one name as a list. */
export type HeaderRecord = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The reading half of the web's `Headers` over undici's record. Building a real one for every reply costs as much as
 * reading the reply.
 */
class ReplyHeaders {
  readonly #record: HeaderRecord;

  constructor(record: HeaderRecord) {
    this.#record = record;
  }

  get(name: string): string | null {
    const value = this.#record[name.toLowerCase()];
    return value === undefined ? null : typeof value === "string" ? value : value.join(", ");
  }

  has(name: string): boolean {
    return this.#record[name.toLowerCase()] !== undefined;
  }

  getSetCookie(): string[] {
    const value = this.#record["set-cookie"];
    return value === undefined ? [] : typeof value === "string" ? [value] : value;
  }

  *entries(): IterableIterator<[string, string]> {
    for (const name of Object.keys(this.#record)) {
      const value = this.get(name);
      if (value !== null) yield [name, value];
    }
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(callback: (value: string, name: string) => void): void {
    for (const [name, value] of this.entries()) callback(value, name);
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

const decoder = new TextDecoder();

/**
 * What the guarded fetch answers: the part of the web's `Response` that SDKs use. `bytes` is the cheap way to the body, one
 * `Uint8Array` per piece as it came off the socket; `body` builds a web stream over it, on first use. Either may be read once.
 */
export class GuardedResponse {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly redirected: boolean;
  readonly type = "default";
  readonly headers: ReplyHeaders;
  readonly pieces: Body;
  #used = false;
  #stream: ReadableStream<Uint8Array> | undefined;

  constructor(status: number, statusText: string, headers: HeaderRecord, pieces: Body, url: string, redirected: boolean) {
    this.status = status;
    this.statusText = statusText;
    this.headers = new ReplyHeaders(headers);
    this.pieces = pieces;
    this.url = url;
    this.redirected = redirected;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  get bodyUsed(): boolean {
    return this.#used || (this.#stream?.locked ?? false);
  }

  get body(): ReadableStream<Uint8Array> | null {
    if (this.status === 204 || this.status === 205 || this.status === 304) return null;
    if (this.#stream === undefined) {
      const pieces = this.pieces;
      this.#stream = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const { done, value } = await pieces.next();
            if (done) controller.close();
            else controller.enqueue(value);
          },
          async cancel() {
            await pieces.return();
          },
        },
        { highWaterMark: 0 },
      );
    }
    return this.#stream;
  }

  async text(): Promise<string> {
    return decoder.decode(await this.#all());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async bytes(): Promise<Uint8Array> {
    return await this.#all();
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new Uint8Array(await this.#all()).buffer;
  }

  async blob(): Promise<Blob> {
    return await this.#native().blob();
  }

  async formData(): Promise<FormData> {
    return await this.#native().formData();
  }

  /** Both copies are the platform's own: the cheap way is gone. */
  clone(): Response {
    const [mine, other] = (this.body ?? new ReadableStream<Uint8Array>()).tee();
    this.#stream = mine;
    return new Response(other, { status: this.status, statusText: this.statusText, headers: [...this.headers] });
  }

  #native(): Response {
    return new Response(this.body, { status: this.status, statusText: this.statusText, headers: [...this.headers] });
  }

  async #all(): Promise<Uint8Array> {
    if (this.bodyUsed) throw new TypeError("The body of this response was read already.");
    this.#used = true;
    const pieces: Uint8Array[] = [];
    let size = 0;
    const source: AsyncIterable<Uint8Array> = this.#stream ?? this.pieces;
    for await (const piece of source) {
      pieces.push(piece);
      size += piece.length;
    }
    const only = pieces[0];
    if (only !== undefined && pieces.length === 1) return only;
    const all = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}
