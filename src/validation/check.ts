import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type * as ast from "../syntax/ast.ts";
import type { CheckedProgram, CheckOptions } from "./checked.ts";
import { checkDeclaration } from "./declarations/check-declaration.ts";
import { withoutEchoes } from "./echoes.ts";
import type { Context } from "./file-context.ts";
import { checkImportCycles } from "./import-cycles.ts";
import { loadFiles } from "./load.ts";
import { neededFirst } from "./needs-first.ts";
import { checkParams } from "./params.ts";
import { createProgram, type DeclSymbol, type Program } from "./program.ts";
import { resolveTypeDecl } from "./resolve-type.ts";
import { brokenRules } from "./rules.ts";
import { lockFile } from "./server-lock.ts";
import { isCallable, signatureOf } from "./signatures.ts";
import { declareNames } from "./symbols.ts";
import { checkTemplateText } from "./template-text.ts";
import { checkTestBody } from "./test-body.ts";
import { warnOfUnused } from "./unused.ts";
import { checkWorkflowBody } from "./workflow-body.ts";

/**
 * Checks a program: the entry file (a path relative to the root, with `/`) and all that it imports. Gives the trees, what
 * every name, type and call in them means, and everything that is wrong, in the order of files and places. Reads nothing
 * but what `options.readFile` gives; never throws for what a program says.
 */
export function check(entry: string, options: CheckOptions): CheckedProgram {
  const program = createProgram(entry, options);
  const targets = loadFiles(program);
  declareNames(program, targets);
  checkImportCycles(program, targets);
  for (const symbol of neededFirst(program)) learn(symbol, program);
  for (const context of program.contexts.values()) for (const decl of context.file.file.declarations) checkOne(decl, context);
  warnOfUnused(program);
  warnOfLock(program);
  const { kinds } = options;
  const checked = { ...program, kinds };
  for (const diagnostic of brokenRules(checked)) program.diagnostics.push(diagnostic);
  return { ...checked, diagnostics: inOrder(program) };
}

/** Types and inferred results first, so that what is wrong with one is reported where it is declared. */
function learn(symbol: DeclSymbol, program: Program): void {
  const context = program.contexts.get(symbol.file);
  if (context === undefined) return;
  if (symbol.decl.kind === "TypeDecl") resolveTypeDecl(symbol, context);
  else signatureOf(symbol.key, program);
}

function checkOne(decl: ast.Decl, context: Context): void {
  if (decl.kind === "ImportDecl" || decl.kind === "TypeDecl") return;
  const { program } = context;
  const symbol = decl.kind === "TestDecl" ? undefined : context.table.declared.get(decl.name.text);
  // Of two declarations of one name the second is reported and not looked into.
  if (decl.kind !== "TestDecl" && symbol?.decl !== decl) return;
  checkDeclaration(decl, context);
  if (decl.kind === "TestDecl") checkTestBody(decl, context);
  if (!isCallable(decl) || symbol === undefined) return;
  const signature = signatureOf(symbol.key, program);
  if (signature === undefined) return;
  checkParams(signature.params, context);
  if (decl.kind === "TemplateDecl") checkTemplateText(decl, signature.params, context);
  if (decl.kind === "WorkflowDecl" && decl.result !== undefined) checkWorkflowBody(decl, signature.params, context, signature.result);
}

/** A lock that cannot be read: nothing is known of the servers, and whoever wrote it should know. */
function warnOfLock({ lock, files, diagnostics }: Program): void {
  const at = files.flatMap(({ path, file }) => file.declarations.flatMap((decl) => (decl.kind === "McpDecl" ? [{ path, decl }] : [])))[0];
  if (typeof lock !== "string" || lock === "" || at === undefined) return;
  diagnostics.push({
    code: "T545",
    severity: "warning",
    message: `What ${lockFile} knows of the servers cannot be used: ${lock}.`,
    span: { file: at.path, start: at.decl.name.start, end: at.decl.name.end },
    hint: "Write it anew: `tantra mcp pull FILE`.",
  });
}

/** In the order of files and places; what two checks say in the same words about one place is said once. */
function inOrder(program: Program): Diagnostic[] {
  const places = new Map(program.files.map((file, index) => [file.path, index]));
  const place = (diagnostic: Diagnostic): number => places.get(diagnostic.span.file) ?? places.size;
  const sorted = [...withoutEchoes(program, program.diagnostics)].sort((a, b) => place(a) - place(b) || a.span.start - b.span.start || a.span.end - b.span.end);
  const said = new Set<string>();
  return sorted.filter(({ code, message, span }) => {
    const key = `${code} ${span.file} ${span.start} ${span.end} ${message}`;
    const first = !said.has(key);
    said.add(key);
    return first;
  });
}
