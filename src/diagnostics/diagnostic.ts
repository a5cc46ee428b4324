import type { Code } from "./codes.ts";
import type { FileSpan } from "./span.ts";

export type Severity = "error" | "warning";

/** A second place that helps to understand the first: "declared here", "the other one". */
export interface Related {
  readonly span: FileSpan;
  readonly message: string;
}

/** What is wrong with a program, and where. Returned, never thrown. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** One sentence about the user's program, ending in a full stop. */
  readonly message: string;
  readonly span: FileSpan;
  readonly related?: readonly Related[];
  /** What to type, as a sentence. */
  readonly hint?: string;
}

/** Whether any of these keeps a program from running. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
