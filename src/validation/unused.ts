import { hasErrors } from "../diagnostics/diagnostic.ts";
import type * as ast from "../syntax/ast.ts";
import { canBeCalled } from "./can-be-called.ts";
import type { Context } from "./file-context.ts";
import type { Program } from "./program.ts";
import { sortWord } from "./words.ts";

/**
 * Warns of what nothing refers to: variables, parameters, imports, and declarations of the entry file where that has a
 * workflow to start (a file that is only there to be imported uses little of what it declares). A file that could not be
 * read whole may use anything, so nothing is said of it.
 */
export function warnOfUnused(program: Program): void {
  const whole = new Set(program.files.filter((file) => !hasErrors(file.diagnostics)).map((file) => file.path));
  for (const { path, name } of program.variables) {
    if (!whole.has(path) || program.used.has(name) || isUnfinished(name, program.contexts.get(path))) continue;
    warn(program.contexts.get(path), "T213", name, `"${name.text}" is never used.`, "Take it out, or write `_` for its name.");
  }
  for (const context of program.contexts.values()) {
    if (!whole.has(context.file.path)) continue;
    for (const decl of context.file.file.declarations) {
      // Of two declarations of one name the second is not looked into.
      if ("name" in decl && decl.kind !== "TestDecl" && context.table.declared.get(decl.name.text)?.decl !== decl) continue;
      if (decl.kind === "TemplateDecl" || decl.kind === "AgentDecl" || decl.kind === "WorkflowDecl") warnOfParams(decl, context);
      if (decl.kind === "ImportDecl") warnOfImports(decl, context);
    }
  }
  const entry = program.contexts.get(program.entry);
  if (entry !== undefined && whole.has(program.entry)) warnOfDeclarations(entry);
}

/** Whether an error in the same declaration may be why nothing reads a name: what would read it is wrong. */
function isUnfinished(name: ast.Name, context: Context | undefined): boolean {
  if (context === undefined) return true;
  const decl = context.file.file.declarations.find(({ start, end }) => start <= name.start && name.end <= end);
  return (
    decl !== undefined &&
    context.program.diagnostics.some(
      ({ severity, span }) => severity === "error" && span.file === context.file.path && decl.start <= span.start && span.end <= decl.end,
    )
  );
}

function warnOfParams(decl: ast.TemplateDecl | ast.AgentDecl | ast.WorkflowDecl, context: Context): void {
  const read = decl.kind !== "TemplateDecl" || decl.from === undefined || context.program.texts.size > 0;
  for (const { name } of decl.params) {
    if (!read || name.text === "" || name.text === "_" || context.program.used.has(name) || isUnfinished(name, context)) continue;
    const plain = new RegExp(`(?<![$\\w])(?:\\{+ *${name.text} *\\}+|\\$${name.text}\\b)`).exec(context.file.source.text.slice(decl.start, decl.end))?.[0];
    const hint = plain === undefined ? "Use it, or take it out." : `\`${plain}\` is plain text: write \`\${${name.text}}\`.`;
    warn(context, "T222", name, `"${decl.name.text}" never uses its parameter "${name.text}".`, hint);
  }
}

function warnOfImports(decl: ast.ImportDecl, context: Context): void {
  for (const { name, alias } of decl.names) {
    const local = alias ?? name;
    if (local.text === "" || context.program.used.has(local)) continue;
    warn(context, "T214", local, `"${local.text}" is imported and never used.`, "Take it out of the `import`.");
  }
}

function warnOfDeclarations(context: Context): void {
  const { program } = context;
  if (!context.file.file.declarations.some((decl) => decl.kind === "WorkflowDecl")) return;
  for (const [name, symbol] of context.table.declared) {
    const { kind } = symbol.decl;
    if (kind === "WorkflowDecl" || kind === "ProfileDecl" || program.used.has(symbol.key)) continue;
    // An agent without a prompt is there to be talked to: by `tantra chat`, if by nobody in the file.
    if (kind === "AgentDecl" && !canBeCalled(symbol.decl)) continue;
    warn(context, "T215", symbol.decl.name, `Nothing uses the ${sortWord(kind)} "${name}".`, "Take it out.");
  }
}

function warn(context: Context | undefined, code: "T213" | "T214" | "T215" | "T222", span: ast.Name, message: string, hint: string): void {
  context?.report({ code, severity: "warning", message, span, hint });
}
