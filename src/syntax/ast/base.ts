import type { Span } from "../../diagnostics/span.ts";

/** What every node of the tree has: its kind and where it stands. */
export interface NodeBase extends Span {
  readonly kind: string;
}

/** A name as written, with its place. `text` is "" where recovery found none. */
export interface Name extends Span {
  readonly text: string;
}

/** `///` lines before a declaration, field or parameter: the text without the slashes and one blank, joined by `\n`. */
export interface Doc extends Span {
  readonly text: string;
}

/** A `//`, `///` or `//!` comment, as written. Blank lines are read off the source between two offsets. */
export interface Comment extends Span {
  readonly text: string;
}
