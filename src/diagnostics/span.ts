/** A half-open range of UTF-16 offsets in one source text. Lines and columns are computed at the edge, by `Source`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span together with the file that it lies in. `file` is relative to the project's root, with `/` on every system. */
export interface FileSpan extends Span {
  readonly file: string;
}
