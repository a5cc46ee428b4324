import type { Span } from "../../diagnostics/span.ts";
import type { Comment, Doc } from "../ast.ts";

/** The comments of a file, and which of them document something: `///` on lines of their own right before what they document. */
export class Docs {
  readonly #text: string;
  readonly #comments: readonly Comment[];
  readonly #skipped: Span[] = [];
  /** The first comment that no declaration has been asked about. */
  #next = 0;
  readonly #dangling: Comment[] = [];

  constructor(text: string, comments: readonly Comment[]) {
    this.#text = text;
    this.#comments = comments;
  }

  /** The doc before the token at an offset. Asked in the order of the text; `///` passed over on the way describe nothing. */
  take(offset: number): Doc | undefined {
    const comments = this.#comments;
    const from = this.#next;
    while (this.#next < comments.length && (comments[this.#next]?.start ?? offset) < offset) this.#next++;
    if (this.#next === from) return undefined;
    let first = this.#next;
    let last = first;
    let after = offset;
    for (let i = this.#next - 1; i >= from; i--) {
      const comment = comments[i];
      if (comment === undefined || /\S/.test(this.#text.slice(comment.end, after))) break;
      if (this.#isDoc(comment)) {
        if (first === last) last = i + 1;
        first = i;
      } else if (first !== last) break;
      after = comment.start;
    }
    if (first === last) first = last = this.#next;
    this.#pass(from, first);
    this.#pass(last, this.#next);
    const lines = comments.slice(first, last);
    const start = lines[0]?.start;
    const end = lines.at(-1)?.end;
    if (start === undefined || end === undefined) return undefined;
    return { start, end, text: lines.map(({ text }) => withoutSlashes(text)).join("\n") };
  }

  /** The `//!` lines before the first token. */
  ofFile(firstToken: number): Doc | undefined {
    const lines = [];
    for (const comment of this.#comments) {
      if (comment.start > firstToken || !comment.text.startsWith("//!")) break;
      lines.push(comment);
    }
    const start = lines[0]?.start;
    const end = lines.at(-1)?.end;
    return start === undefined || end === undefined ? undefined : { start, end, text: lines.map(({ text }) => withoutSlashes(text)).join("\n") };
  }

  /** Nothing between two offsets was read, so nobody can say what the comments there describe. */
  skipped(start: number, end: number): void {
    if (end > start) this.#skipped.push({ start, end });
  }

  /** `///` that describe nothing, the first line of each group. */
  dangling(): readonly Comment[] {
    this.#pass(this.#next, this.#comments.length);
    let skip = 0;
    return this.#dangling.filter((comment, index) => {
      while ((this.#skipped[skip]?.end ?? Number.POSITIVE_INFINITY) <= comment.start) skip++;
      if ((this.#skipped[skip]?.start ?? Number.POSITIVE_INFINITY) <= comment.start) return false;
      const before = this.#dangling[index - 1];
      return before === undefined || /\S/.test(this.#text.slice(before.end, comment.start));
    });
  }

  #pass(from: number, to: number): void {
    for (const comment of this.#comments.slice(from, to)) if (comment.text.startsWith("///") && !comment.text.startsWith("////")) this.#dangling.push(comment);
  }

  #isDoc(comment: Comment | undefined): boolean {
    if (comment === undefined || !comment.text.startsWith("///") || comment.text.startsWith("////")) return false;
    const line = this.#text.slice(this.#text.lastIndexOf("\n", comment.start - 1) + 1, comment.start);
    return line.trim() === "";
  }
}

function withoutSlashes(text: string): string {
  return text.slice(3).replace(/^ /, "").trimEnd();
}
