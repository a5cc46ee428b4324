import { joinBytes } from "./bytes.ts";

const decoder = new TextDecoder();

/** The body of a server that does not stream, as the one frame that `toFrame` makes of its text. */
export class WholeBody<Frame> {
  readonly #toFrame: (text: string) => Frame;
  readonly #pieces: Uint8Array[] = [];

  constructor(toFrame: (text: string) => Frame) {
    this.#toFrame = toFrame;
  }

  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
  }

  end(out: Frame[]): void {
    out.push(this.#toFrame(decoder.decode(joinBytes(this.#pieces))));
  }
}
