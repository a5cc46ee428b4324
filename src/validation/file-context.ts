import type { Source } from "../diagnostics/source.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type * as ast from "../syntax/ast.ts";
import type { LoadedFile, NamedDecl } from "./checked.ts";
import type { FileContext, Report } from "./context.ts";
import { checkPure, checkText } from "./expressions/pure.ts";
import type { DeclSymbol, FileTable, Program } from "./program.ts";
import { resolveType } from "./resolve-type.ts";
import { type BlockScope, createScope, variable } from "./scope.ts";
import { lockFile, readLock, type ServerLock } from "./server-lock.ts";
import { signatureOf } from "./signatures.ts";
import { sortOf, sortWord } from "./words.ts";

/** A `FileContext` with the program behind it. */
export interface Context extends FileContext {
  readonly program: Program;
  readonly table: FileTable;
  /** The text that reports are placed in: the file's, or that of a template's `from`. */
  readonly source: Source;
  /** As this one, but reporting into another text: that of a template's `from`. */
  reportingIn(source: Source): Context;
  /** The declaration that a name means, without counting as a use. */
  find(name: string): DeclSymbol | undefined;
}

/** The context of a file whose names are declared already. `source` is where reports are placed. */
export function createContext(program: Program, file: LoadedFile, table: FileTable, source: Source = file.source): Context {
  const { path } = source;
  const context: Context = {
    program,
    file,
    table,
    source,
    options: program.options,
    reportingIn: (other) => createContext(program, file, table, other),
    report: (report) => addReport(program, path, report),
    find: (name) => table.declared.get(name) ?? table.imported.get(name)?.target,
    lookup: (name) => lookup(context, name),
    resolve: (at, kinds, want) => resolve(context, at, kinds, want),
    type: (expr) => resolveType(expr, context),
    signature: (key) => signatureOf(key, program),
    scopeOf: (params, parent) => {
      // Every scope comes from here or from the statements: there is one implementation.
      const scope = createScope(program, parent as BlockScope | undefined);
      for (const param of params) {
        if (param.name !== "" && param.name !== "_") scope.variables.set(param.name, variable(param.decl.name, param.decl, param.type, "parameter"));
      }
      return scope;
    },
    pure: (expr, scope, expected) => checkPure(expr, scope as BlockScope, expected, context),
    recordCall: (call, resolved) => void program.calls.set(call, resolved),
    locked: (key) => lockOf(program)?.servers[key],
    text: (text, scope, more) => checkText(text, scope as BlockScope, context, more?.media ?? false),
  };
  return context;
}

/** Read when the first server is looked at; what is wrong with the file is said once, at that server. */
function lockOf(program: Program): ServerLock | undefined {
  if (program.lock === undefined) {
    const read = program.options.readFile(lockFile);
    program.lock = read.ok ? readLock(read.text) : "";
  }
  return typeof program.lock === "string" ? undefined : program.lock;
}

function addReport(program: Program, path: string, report: Report): void {
  const { code, message, span, hint, related } = report;
  program.diagnostics.push({
    code,
    severity: report.severity ?? "error",
    message,
    span: { file: path, start: span.start, end: span.end },
    ...(hint === undefined ? {} : { hint }),
    ...(related === undefined
      ? {}
      : { related: related.map((one) => ({ message: one.message, span: { file: one.file ?? path, start: one.span.start, end: one.span.end } })) }),
  });
}

function lookup(context: Context, name: string): DeclSymbol | undefined {
  const { table, program } = context;
  const imported = table.imported.get(name);
  if (imported !== undefined) program.used.add(imported.name.alias ?? imported.name.name);
  const found = context.find(name);
  if (found !== undefined) program.used.add(found.key);
  return found;
}

function resolve<K extends NamedDecl["kind"]>(
  context: Context,
  at: ast.Name | ast.NameExpr,
  kinds: readonly K[],
  want: string,
): (DeclSymbol & { readonly decl: Extract<NamedDecl, { kind: K }> }) | undefined {
  const name = "text" in at ? at.text : at.name;
  if (name === "") return undefined;
  const found = lookup(context, name);
  if (found !== undefined) {
    context.program.resolved.set(at, found);
    if (isOfKind(found, kinds)) return found;
    const near = suggest(name, namesOfKinds(context, kinds));
    context.report({
      code: "T205",
      message: `"${name}" is ${sortOf[found.decl.kind]}, not ${want}.`,
      span: at,
      hint: near === undefined ? `Write the name of ${want} here.` : `Did you mean "${near}"?`,
      related: [{ file: found.file, span: found.decl.name, message: "declared here" }],
    });
    return undefined;
  }
  if (context.table.imported.has(name)) return undefined;
  reportUnknown(context, at, name, kinds, want);
  return undefined;
}

function reportUnknown(context: Context, at: ast.Name | ast.NameExpr, name: string, kinds: readonly NamedDecl["kind"][], want: string): void {
  const candidates = namesOfKinds(context, kinds);
  const near = suggest(name, candidates);
  // The name that was meant is in use: a typo is one mistake.
  if (near !== undefined) lookup(context, near);
  const sort = kinds.length === 1 && kinds[0] !== undefined ? sortWord(kinds[0]) : want.replace(/(^| or )an? /g, "$1");
  const known =
    candidates.length === 0
      ? `Declare it, or \`import { ${name} } from "./…"\`.`
      : `Known here: ${candidates
          .slice(0, 5)
          .map((one) => `"${one}"`)
          .join(", ")}.`;
  context.report({
    code: "T201",
    message: `There is no ${sort} "${name}".`,
    span: at,
    hint: near === undefined ? known : `Did you mean "${near}"?`,
  });
}

function namesOfKinds(context: Context, kinds: readonly NamedDecl["kind"][]): string[] {
  const names = [...context.table.declared.keys(), ...context.table.imported.keys()];
  return names.filter((name) => {
    const symbol = context.find(name);
    return symbol !== undefined && kinds.includes(symbol.decl.kind);
  });
}

function isOfKind<K extends NamedDecl["kind"]>(
  symbol: DeclSymbol,
  kinds: readonly K[],
): symbol is DeclSymbol & { readonly decl: Extract<NamedDecl, { kind: K }> } {
  return (kinds as readonly string[]).includes(symbol.decl.kind);
}
