import type { Code } from "../../diagnostics/codes.ts";
import type { Related } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";

/** Something wrong with the syntax, before it has a file. */
export interface Problem extends Span {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
  readonly related?: readonly (Pick<Related, "message"> & { readonly span: Span })[];
}

/** A text with more mistakes is no program; the first thousand are told. */
export const mostProblems = 1000;
