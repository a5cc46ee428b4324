import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { FileSpan } from "../../diagnostics/span.ts";
import type { TestDecl } from "../../syntax/ast.ts";
import type { WholeProgram } from "../rule.ts";

/** A test has a name of its own in its file, and expects something. */
export function* testsThatTell({ files }: WholeProgram): Iterable<Diagnostic> {
  for (const { path, file, source } of files) {
    const named = new Map<string, FileSpan>();
    for (const decl of file.declarations) {
      if (decl.kind !== "TestDecl") continue;
      const span = { file: path, start: decl.name.start, end: decl.name.end };
      const name = source.text.slice(span.start, span.end);
      const first = named.get(name);
      if (first !== undefined) {
        yield {
          code: "T203",
          severity: "error",
          message: `There is a test ${name} already.`,
          span,
          hint: "Say in its name what it shows that the other does not.",
          related: [{ span: first, message: "the first one" }],
        };
      } else named.set(name, span);
      if (!expects(decl)) {
        yield {
          code: "T471",
          severity: "warning",
          message: `The test ${name} expects nothing, so it fails only where something else does.`,
          span,
          hint: "Write what must hold: `expect …`.",
        };
      }
    }
  }
}

function expects({ body }: TestDecl): boolean {
  return body.some(({ kind }) => kind === "ExpectStmt");
}
