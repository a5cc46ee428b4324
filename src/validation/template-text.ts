import { normalise, Source } from "../diagnostics/source.ts";
import type * as ast from "../syntax/ast.ts";
import { parseText } from "../syntax/parse.ts";
import type { ParamInfo } from "./checked.ts";
import { findFile } from "./declarations/project-path.ts";
import { plainText } from "./declarations/values.ts";
import type { Context } from "./file-context.ts";

/** Checks a template's text, written in the program or in a file of its own; that file's mistakes are reported in it. */
export function checkTemplateText(decl: ast.TemplateDecl, params: readonly ParamInfo[], context: Context): void {
  if (decl.text !== undefined) {
    context.text(decl.text, context.scopeOf(params));
    return;
  }
  if (decl.from === undefined || plainText(decl.from) === undefined) return;
  const found = findFile(decl.from, `the template "${decl.name.text}"`, context);
  if (found === undefined) return;
  const { program } = context;
  let text = program.texts.get(found.path);
  if (text === undefined) {
    // One newline at the end belongs to the file, not to the text.
    const source = new Source(found.path, normalise(found.text).replace(/\n$/, ""));
    const parsed = parseText(source);
    program.diagnostics.push(...parsed.diagnostics);
    text = { source, text: parsed.text };
    program.texts.set(found.path, text);
  }
  const inFile = context.reportingIn(text.source);
  inFile.text(text.text, inFile.scopeOf(params));
}
