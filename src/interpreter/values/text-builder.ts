/** A text while it is put together: what the author wrote, and the values filled in. */
export class TextBuilder {
  #text = "";
  /** Whether the last character is the author's. */
  #written = false;

  write(text: string): void {
    this.#add(text, true);
  }

  fill(value: string): void {
    this.#add(value, false);
  }

  /** `trim`: without the newline that ends its last line. One that a value ends with is data, and stays. */
  done(trim: boolean | undefined): string {
    return trim === true && this.#written && this.#text.endsWith("\n") ? this.#text.slice(0, -1) : this.#text;
  }

  #add(text: string, written: boolean): void {
    if (text === "") return;
    this.#text += text;
    this.#written = written;
  }
}
