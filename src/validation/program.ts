import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import type * as ast from "../syntax/ast.ts";
import type { CheckOptions, LoadedFile, ResolvedCall, Signature, Symbol } from "./checked.ts";
import type { Context } from "./file-context.ts";
import type { ServerLock } from "./server-lock.ts";
import type { Type } from "./types.ts";

export type DeclSymbol = Symbol & { readonly of: "decl" };
export type VariableSymbol = Symbol & { readonly of: "variable" };

/** A name that an `import` brings into a file. `target` is undefined where what it names does not exist. */
export interface ImportedName {
  readonly decl: ast.ImportDecl;
  readonly name: ast.ImportName;
  readonly target: DeclSymbol | undefined;
}

/** What the names of one file mean. */
export interface FileTable {
  readonly declared: Map<string, DeclSymbol>;
  readonly imported: Map<string, ImportedName>;
}

/** A program while it is being checked; the side tables become those of `CheckedProgram`. */
export interface Program {
  readonly entry: string;
  readonly options: CheckOptions;
  readonly files: LoadedFile[];
  readonly texts: Map<string, { readonly source: Source; readonly text: ast.StringExpr }>;
  readonly tables: Map<string, FileTable>;
  readonly contexts: Map<string, Context>;
  readonly declarations: Map<string, DeclSymbol>;
  readonly typeOf: Map<ast.Expr, Type>;
  readonly typeOfType: Map<ast.TypeExpr | ast.TypeDecl, Type>;
  readonly resolved: Map<ast.Node | ast.Name, Symbol>;
  readonly calls: Map<ast.CallExpr, ResolvedCall>;
  readonly signatures: Map<string, Signature>;
  readonly fileOf: Map<ast.Decl, string>;
  readonly diagnostics: Diagnostic[];
  /** Workflows whose results are being found out, each called by the one before. */
  readonly open: Set<string>;
  /** Every `let`, loop's and caught name, as far as it was read: what is never used is looked for at the end. */
  readonly variables: { readonly path: string; readonly name: ast.Name }[];
  /** What something refers to: declarations by `file#name`, variables and imported names by where they are declared. */
  readonly used: Set<string | ast.Name>;
  /** The project's `mcp.lock.json`, or what is wrong with it ("" where there is none); undefined: nobody has asked. */
  lock: ServerLock | string | undefined;
}

export function createProgram(entry: string, options: CheckOptions): Program {
  return {
    entry,
    options,
    files: [],
    texts: new Map(),
    tables: new Map(),
    contexts: new Map(),
    declarations: new Map(),
    typeOf: new Map(),
    typeOfType: new Map(),
    resolved: new Map(),
    calls: new Map(),
    signatures: new Map(),
    fileOf: new Map(),
    diagnostics: [],
    open: new Set(),
    variables: [],
    used: new Set(),
    lock: undefined,
  };
}
