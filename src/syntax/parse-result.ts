import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import type { SourceFile, StringExpr } from "./ast.ts";

/** What `parse(source)` gives: always a tree, as much of it as could be read, and everything wrong with the syntax. */
export interface ParseResult {
  readonly source: Source;
  readonly file: SourceFile;
  readonly diagnostics: readonly Diagnostic[];
}

/** What `parseText(source)` gives for a file named by `template … from`: one text whose `${}` and `%{}` are read. */
export interface ParseTextResult {
  readonly source: Source;
  readonly text: StringExpr;
  readonly diagnostics: readonly Diagnostic[];
}
