/** What undici hands over with a response; the three things a body needs of it. */
export interface BodyControl {
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/** Bytes that may wait here before the socket is paused. */
const highWater = 64 * 1024;

/** How long the rest of a body that nobody wants may take until its connection is given up, in milliseconds. */
const drainGrace = 1000;

const endOfBody: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined };

/**
 * A response's bytes as they arrive: an async iterator with one reader, filled by the dispatcher. It is an array and at most
 * one waiting promise, because a stream of Node's or of the web costs more per piece than a whole streamed token may.
 */
export class Body implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #control: BodyControl;
  readonly #pieces: Uint8Array[] = [];
  #head = 0;
  #bytes = 0;
  #paused = false;
  #ended = false;
  #unwanted = false;
  #error: unknown;
  #failed = false;
  #waiting: { resolve(result: IteratorResult<Uint8Array, undefined>): void; reject(error: unknown): void } | undefined;
  #grace: { unref?(): unknown } | undefined;
  #onClose: (() => void) | undefined;

  /** `onClose` is called once, when nothing more will arrive. */
  constructor(control: BodyControl, onClose: () => void) {
    this.#control = control;
    this.#onClose = onClose;
  }

  /** Whether everything has arrived or failed. */
  get closed(): boolean {
    return this.#ended || this.#failed;
  }

  push(piece: Uint8Array): void {
    if (this.#unwanted || this.closed) return;
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting.resolve({ done: false, value: piece });
      return;
    }
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes >= highWater && !this.#paused) {
      this.#paused = true;
      this.#control.pause();
    }
  }

  end(): void {
    if (this.closed) return;
    this.#ended = true;
    this.#settle();
    this.#waiting?.resolve(endOfBody);
    this.#waiting = undefined;
  }

  /** What has arrived can still be read, and then this. */
  fail(error: unknown): void {
    if (this.closed) return;
    this.#failed = true;
    this.#error = error;
    this.#settle();
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  /** As `fail`, and what has arrived is dropped: whoever reads is to stop at once. */
  cancel(reason: unknown): void {
    this.#drop();
    this.fail(reason);
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const piece = this.#pieces[this.#head];
    if (piece !== undefined) {
      this.#head++;
      this.#bytes -= piece.length;
      if (this.#head === this.#pieces.length) {
        this.#pieces.length = 0;
        this.#head = 0;
        if (this.#paused) {
          this.#paused = false;
          this.#control.resume();
        }
      }
      return Promise.resolve({ done: false, value: piece });
    }
    if (this.#failed) return Promise.reject(this.#error);
    if (this.#ended || this.#unwanted) return Promise.resolve(endOfBody);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Reading stops before the end: the socket is destroyed, unless everything has arrived already. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#unwanted = true;
    this.#drop();
    this.#waiting?.resolve(endOfBody);
    this.#waiting = undefined;
    if (!this.closed) this.#control.abort(new Error("The rest of the response is not wanted."));
    return Promise.resolve(endOfBody);
  }

  /** The rest holds nothing of interest: it is let run out, so that the connection can serve again, but not for long. */
  drain(): void {
    this.#unwanted = true;
    this.#drop();
    this.#waiting?.resolve(endOfBody);
    this.#waiting = undefined;
    if (this.closed) return;
    this.#control.resume();
    const timer = setTimeout(() => this.#control.abort(new Error("The response did not end.")), drainGrace);
    timer.unref?.();
    this.#grace = timer;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #drop(): void {
    this.#pieces.length = 0;
    this.#head = 0;
    this.#bytes = 0;
  }

  #settle(): void {
    if (this.#grace !== undefined) clearTimeout(this.#grace as ReturnType<typeof setTimeout>);
    this.#grace = undefined;
    this.#onClose?.();
    this.#onClose = undefined;
  }
}
