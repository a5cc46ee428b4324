import type { Span } from "../../diagnostics/span.ts";
import type { Comment, Doc } from "../ast.ts";

/** The comments of a file, and which of them document something: `///` on lines of their own right before what they document. */
export class Docs {
  readonly #text: string;
  readonly #comments: Comment[] = [];
  readonly #skipped: Span[] = [];
  /** The first comment that no declaration has been asked about. */
  #next = 0;
  readonly #dangling: Comment[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** More comments, behind those that are known. */
  add(comments: readonly Comment[]): void {
    for (const comment of comments) this.#comments.push(comment);
  }

  /** All of them, in the order of the text. */
  get comments(): readonly Comment[] {
    return this.#comments;
  }

  /** The doc before the token at an offset. Asked in the order of the text; `///` passed over on the way describe nothing. */
  take(offset: number): Doc | undefined {
    const comments = this.#comments;
    const from = this.#next;
    const ahead = comments[from];
    if (ahead === undefined || ahead.start >= offset) return undefined;
    while (this.#next < comments.length && (comments[this.#next]?.start ?? offset) < offset) this.#next++;
    let first = this.#next;
    let last = first;
    let after = offset;
    for (let i = this.#next - 1; i >= from; i--) {
      const comment = comments[i];
      if (comment === undefined || !isBlank(this.#text, comment.end, after)) break;
      if (this.#isDoc(comment)) {
        if (first === last) last = i + 1;
        first = i;
      } else if (first !== last) break;
      after = comment.start;
    }
    if (first === last) first = last = this.#next;
    if (first > from) this.#pass(from, first);
    if (last < this.#next) this.#pass(last, this.#next);
    if (first === last) return undefined;
    const only = last === first + 1 ? comments[first] : undefined;
    if (only !== undefined) return { start: only.start, end: only.end, text: withoutSlashes(only.text) };
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
      return before === undefined || !isBlank(this.#text, before.end, comment.start);
    });
  }

  #pass(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const comment = this.#comments[i];
      if (comment?.text.startsWith("///") && !comment.text.startsWith("////")) this.#dangling.push(comment);
    }
  }

  #isDoc(comment: Comment | undefined): boolean {
    if (comment === undefined || !comment.text.startsWith("///") || comment.text.startsWith("////")) return false;
    return isBlank(this.#text, comment.start === 0 ? 0 : this.#text.lastIndexOf("\n", comment.start - 1) + 1, comment.start);
  }
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (text.charCodeAt(i) > 32) return false;
  return true;
}

function withoutSlashes(text: string): string {
  return text.slice(text.charCodeAt(3) === 32 ? 4 : 3).trimEnd();
}
