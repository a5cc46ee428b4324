import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import type * as ast from "../syntax/ast.ts";
import type { KindData } from "./kind-data.ts";
import type { Type } from "./types.ts";

/** A file of a program, parsed; `path` is relative to the root. */
export interface LoadedFile {
  readonly path: string;
  readonly source: Source;
  readonly file: ast.SourceFile;
  readonly diagnostics: readonly Diagnostic[];
}

/** What checking needs from outside: nothing is looked up, no key, no SDK, no network. */
export interface CheckOptions {
  /** The kinds of provider that a file may name, by name. */
  readonly kinds: Readonly<Record<string, KindData>>;
  /** Whether the price table knows a model of a kind; undefined: not asked (no warning about unpriced models under a budget). */
  readonly priced?: (kind: string, modelId: string) => boolean;
  /** The host may give functions in the place of tools' modules: one that is not there is a warning, and an error of the run that needs it. */
  readonly hostTools?: boolean;
  /** The text of a file inside the project's root (path relative to it, `/`), or why there is none. Follows no link out. */
  readonly readFile: (path: string) => ReadResult;
}
export type ReadResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: "missing" | "folder" | "outside" | "encoding" | "unreadable"; readonly detail?: string };

/** What a name in a file stands for. `file` is where the declaration lies, `key` is `file#name`. */
export type Symbol =
  | { readonly of: "decl"; readonly key: string; readonly file: string; readonly decl: NamedDecl }
  | { readonly of: "variable"; readonly name: string; readonly type: Type; readonly node: ast.Node }
  | { readonly of: "function"; readonly name: string };

export type NamedDecl =
  | ast.ProviderDecl
  | ast.ModelDecl
  | ast.RetryDecl
  | ast.BudgetDecl
  | ast.McpDecl
  | ast.ProfileDecl
  | ast.TypeDecl
  | ast.TemplateDecl
  | ast.ToolDecl
  | ast.AgentDecl
  | ast.WorkflowDecl;

/** A parameter with its resolved type. */
export interface ParamInfo {
  readonly name: string;
  readonly type: Type;
  readonly required: boolean;
  readonly doc?: string;
  readonly decl: ast.Param;
}

/** What a callable declaration takes and gives. */
export interface Signature {
  readonly params: readonly ParamInfo[];
  readonly result: Type;
}

/** What a call expression calls, decided by the checker so that the compiler does not decide again. */
export type ResolvedCall =
  | { readonly of: "template" | "agent" | "tool" | "workflow"; readonly key: string; readonly args: ReadonlyMap<string, ast.Expr> }
  | { readonly of: "mcp"; readonly key: string; readonly tool: string; readonly args: ReadonlyMap<string, ast.Expr> }
  /** A library function; `types` are the arguments that are types (`parse_json(s, T)`, `as(x, T)`, `schema(T)`). */
  | { readonly of: "function"; readonly name: string; readonly args: readonly ast.Expr[]; readonly named: ReadonlyMap<string, ast.Expr>; readonly type?: Type }
  /** A method of a conversation: `c.send("…")`, `.add(user: "…")`, `.continue()`, and `fork(c)`. */
  | { readonly of: "chat"; readonly method: "send" | "add" | "continue" | "fork"; readonly chat: string; readonly args: ReadonlyMap<string, ast.Expr> };

/**
 * A checked program: the trees, and on the side what checking found out about their nodes. With an error among
 * `diagnostics` it may be incomplete and must not be compiled.
 */
export interface CheckedProgram {
  /** Path of the entry file. */
  readonly entry: string;
  /** Every file reached by imports, the entry first, then in the order of reaching. */
  readonly files: readonly LoadedFile[];
  /** Texts read by `template … from`, by path, with their parsed content. */
  readonly texts: ReadonlyMap<string, { readonly source: Source; readonly text: ast.StringExpr }>;
  /** Every named declaration of every file, by `file#name`, in source order. Those in profiles are not here. */
  readonly declarations: ReadonlyMap<string, Symbol & { readonly of: "decl" }>;
  /** Type of every expression that was reached. */
  readonly typeOf: ReadonlyMap<ast.Expr, Type>;
  /** Resolved type of every type expression, and of every type declaration. */
  readonly typeOfType: ReadonlyMap<ast.TypeExpr | ast.TypeDecl, Type>;
  /** What every name expression (and callee, tool list entry, model choice, `from` of a chat) stands for. */
  readonly resolved: ReadonlyMap<ast.Node | ast.Name, Symbol>;
  readonly calls: ReadonlyMap<ast.CallExpr, ResolvedCall>;
  /** Of templates, tools, agents and workflows, by `file#name`. */
  readonly signatures: ReadonlyMap<string, Signature>;
  /** The file that a node lies in is found by its declaration: this maps each declaration (tests and imports too) to its path. */
  readonly fileOf: ReadonlyMap<ast.Decl, string>;
  /** What an option-holding object came to after checking, e.g. names in `tools:` resolved: see `resolved`. */
  readonly kinds: Readonly<Record<string, KindData>>;
  readonly diagnostics: readonly Diagnostic[];
}
