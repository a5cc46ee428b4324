import { codes } from "./codes.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";
import type { Source } from "./source.ts";
import type { FileSpan } from "./span.ts";

/** A place for other programs: lines and columns from 1, the end after the last character, columns in UTF-16 units. */
export interface PlaceJson {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A diagnostic for other programs: what `tantra check --json` prints a list of (`schemas/diagnostic.schema.json`). */
export interface DiagnosticJson extends PlaceJson {
  readonly code: string;
  readonly severity: Severity;
  /** The code's, of two to four words. */
  readonly title: string;
  readonly message: string;
  readonly hint?: string;
  readonly related: readonly (PlaceJson & { readonly message: string })[];
}

/** `source` gives a file's text; without it every place in that file is its first character. */
export function diagnosticJson(
  { code, severity, message, span, hint, related = [] }: Diagnostic,
  source: (file: string) => Source | undefined,
): DiagnosticJson {
  const place = (at: FileSpan): PlaceJson => {
    const text = source(at.file);
    const from = text?.position(at.start) ?? { line: 1, column: 1 };
    const to = text?.position(at.end) ?? from;
    return { file: at.file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  };
  return {
    code,
    severity,
    title: codes[code],
    message,
    ...place(span),
    ...(hint === undefined ? {} : { hint }),
    related: related.map((other) => ({ message: other.message, ...place(other.span) })),
  };
}
