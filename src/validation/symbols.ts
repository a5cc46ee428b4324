import type { Span } from "../diagnostics/span.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type * as ast from "../syntax/ast.ts";
import type { LoadedFile, NamedDecl } from "./checked.ts";
import { type Context, createContext } from "./file-context.ts";
import { isLibraryFunction } from "./library.ts";
import type { ImportTargets } from "./load.ts";
import type { DeclSymbol, FileTable, Program } from "./program.ts";
import { builtInTypes, optionWords, sortOf } from "./words.ts";

/** Gives every file its table of names, first what it declares and then what it imports. */
export function declareNames(program: Program, targets: ImportTargets): void {
  for (const file of program.files) {
    const table: FileTable = { declared: new Map(), imported: new Map() };
    const context = createContext(program, file, table);
    program.tables.set(file.path, table);
    program.contexts.set(file.path, context);
    for (const decl of file.file.declarations) {
      if (decl.kind !== "ImportDecl" && decl.kind !== "TestDecl" && decl.name.text !== "") declare(decl, file, context);
    }
  }
  for (const context of program.contexts.values()) {
    for (const decl of context.file.file.declarations) {
      if (decl.kind === "ImportDecl") for (const name of decl.names) importName(name, decl, targets.get(decl), context);
    }
  }
}

function declare(decl: NamedDecl, file: LoadedFile, context: Context): void {
  const name = decl.name.text;
  const first = context.table.declared.get(name);
  if (first !== undefined) {
    reportTaken(context, decl.name, `"${name}" is declared twice.`, "Give one of the two another name.", first.decl.name);
    return;
  }
  if (name === "_") {
    context.report({ code: "T204", message: "`_` binds nothing, so it names no declaration.", span: decl.name, hint: "Give it a name." });
    return;
  }
  const symbol: DeclSymbol = { of: "decl", key: `${file.path}#${name}`, file: file.path, decl };
  const reserved = reservedAs(name, decl);
  if (reserved !== undefined) {
    reportReserved(context, decl.name, `"${name}" is ${reserved.what}`, reserved.instead);
    // Nobody can use it by that name, which is the same mistake.
    context.program.used.add(symbol.key);
  }
  context.table.declared.set(name, symbol);
  context.program.declarations.set(symbol.key, symbol);
}

function reservedAs(name: string, decl: NamedDecl): { readonly what: string; readonly instead: string } | undefined {
  if (optionWords.has(name)) return { what: "a word that options take", instead: `${name}_one` };
  if (isLibraryFunction(name)) return { what: "a function of the library", instead: `my_${name}` };
  if (decl.kind !== "TypeDecl" || !(builtInTypes as readonly string[]).includes(name)) return undefined;
  return { what: "a type of the language", instead: `My${name}` };
}

function importName(name: ast.ImportName, decl: ast.ImportDecl, path: string | undefined, context: Context): void {
  const { table, program } = context;
  const local = name.alias ?? name.name;
  if (name.name.text === "" || local.text === "") return;
  // A file that imports itself is reported as a ring of imports.
  if (path === context.file.path) {
    program.used.add(local);
    if (name.alias !== undefined) table.imported.set(local.text, { decl, name, target: table.declared.get(name.name.text) });
    return;
  }
  const taken = table.imported.get(local.text);
  const declared = table.declared.get(local.text);
  if (taken !== undefined || declared !== undefined) program.used.add(local);
  if (taken !== undefined) {
    const first = taken.name.alias ?? taken.name.name;
    reportTaken(context, local, `"${local.text}" is imported twice.`, "Import it once, or give one of the two another name with `as`.", first);
    return;
  }
  if (declared !== undefined) {
    const hint = `Give one of the two another name: \`import { ${name.name.text} as other_${name.name.text} }\`.`;
    reportTaken(context, local, `"${local.text}" is imported, and declared in this file too.`, hint, declared.decl.name);
    return;
  }
  const target = path === undefined ? undefined : program.tables.get(path)?.declared.get(name.name.text);
  table.imported.set(local.text, { decl, name, target });
  if (target !== undefined) {
    program.resolved.set(name, target);
    if (name.alias !== undefined && (optionWords.has(local.text) || isLibraryFunction(local.text))) {
      reportReserved(
        context,
        local,
        `"${local.text}" is ${optionWords.has(local.text) ? "a word that options take" : "a function of the library"}`,
        `my_${local.text}`,
      );
    }
    return;
  }
  // What stands for nothing is not reported as unused, too.
  program.used.add(local);
  if (path === undefined) return;
  const there = [...(program.tables.get(path)?.declared.keys() ?? [])];
  const near = suggest(name.name.text, there);
  const meant = near === undefined ? undefined : program.tables.get(path)?.declared.get(near);
  // Whoever goes on to use the name that was meant is right.
  if (meant !== undefined && name.alias === undefined && !table.declared.has(meant.decl.name.text) && !table.imported.has(meant.decl.name.text)) {
    table.imported.set(meant.decl.name.text, { decl, name, target: meant });
  }
  const elsewhere = program.tables.get(path)?.imported.get(name.name.text)?.target;
  context.report({
    code: "T207",
    message: `"${path}" declares no "${name.name.text}".`,
    span: name.name,
    hint:
      near !== undefined
        ? `Did you mean "${near}"?`
        : elsewhere !== undefined
          ? `Import it from where it is declared, "${elsewhere.file}".`
          : there.length === 0
            ? "That file declares nothing."
            : `It declares ${there
                .slice(0, 6)
                .map((one) => `"${one}"`)
                .join(", ")}.`,
  });
}

function reportTaken(context: Context, span: Span, message: string, hint: string, first: Span): void {
  context.report({ code: "T203", message, span, hint, related: [{ span: first, message: "the first one" }] });
}

function reportReserved(context: Context, span: Span, what: string, instead: string): void {
  context.report({ code: "T204", message: `${what}, so no declaration can have that name.`, span, hint: `Choose another, such as "${instead}".` });
}

/** Reports a name of a variable, parameter or loop that already means something where it stands. */
export function reportShadowing(context: Context, name: ast.Name, variable: ast.Name | undefined): boolean {
  if (variable !== undefined) {
    const hint = "Give it another name, or write `NAME = …` without `let` to change the one there is.";
    context.report({ code: "T203", message: `"${name.text}" is in use already.`, span: name, hint, related: [{ span: variable, message: "the first one" }] });
    return true;
  }
  const decl = context.find(name.text);
  if (decl === undefined) return false;
  context.report({
    code: "T203",
    message: `"${name.text}" is ${sortOf[decl.decl.kind]} already.`,
    span: name,
    hint: "Give it another name: no name may mean two things.",
    related: [{ file: decl.file, span: decl.decl.name, message: "declared here" }],
  });
  return true;
}
