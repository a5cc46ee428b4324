import type { Code } from "../diagnostics/codes.ts";
import type { Severity } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type * as ast from "../syntax/ast.ts";
import type { CheckOptions, LoadedFile, NamedDecl, ParamInfo, ResolvedCall, Signature, Symbol } from "./checked.ts";
import type { LockedServer } from "./server-lock.ts";
import type { Type } from "./types.ts";

/** What a rule or a part of the checker says. The file is the one that is being checked. */
export interface Report {
  readonly code: Code;
  readonly severity?: Severity;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string;
  readonly related?: readonly { readonly file?: string; readonly span: Span; readonly message: string }[];
}

export interface TextOptions {
  /** It is a message of the user's, which may hold images and files. */
  readonly media?: boolean;
}

/** A chain of names that are in sight. */
export interface Scope {
  readonly parent: Scope | undefined;
  lookup(name: string): (Symbol & { readonly of: "variable" }) | undefined;
}

/**
 * What the checker of declarations and the checker of expressions share; one object per checked file, over one program.
 * `program` is the whole: every file's table of names.
 */
export interface FileContext {
  readonly file: LoadedFile;
  readonly options: CheckOptions;
  report(report: Report): void;
  /** The declaration that a name means in this file (its own or imported), or undefined. Marks it as used. Reports nothing. */
  lookup(name: string): (Symbol & { readonly of: "decl" }) | undefined;
  /** As `lookup`, but reports an unknown name, or one of the wrong sort (`want` as the message says it: "an agent"), with did-you-mean, and records it in `resolved`. */
  resolve<K extends NamedDecl["kind"]>(
    at: ast.Name | ast.NameExpr,
    kinds: readonly K[],
    want: string,
  ): (Symbol & { readonly of: "decl"; readonly decl: Extract<NamedDecl, { kind: K }> }) | undefined;
  /** The resolved type of a type expression of this file; reports what is wrong with it once. */
  type(expr: ast.TypeExpr): Type;
  /** Parameters and result of a callable declaration, wherever it lies. */
  signature(key: string): Signature | undefined;
  /** A scope that holds the parameters. */
  scopeOf(params: readonly ParamInfo[], parent?: Scope): Scope;
  /** Types an expression that may only read (a prompt, `ensure`, `deny`, an argument in `handoffs`): calls of agents, tools and workflows, `ask`, `chat`, `parallel`, `race` and `repeat` in it are errors; `if`, `match`, `for` and blocks are not. `expected` guides literals and is checked. */
  pure(expr: ast.Expr, scope: Scope, expected?: Type): Type;
  /** Records what a call expression calls where only the declaration's checker knows: the bound arguments of `handoffs: [planning(profile)]`. */
  recordCall(call: ast.CallExpr, resolved: ResolvedCall): void;
  /** Types a text that goes into a prompt: what is interpolated must have a text form. */
  text(text: ast.Expr, scope: Scope, more?: TextOptions): void;
  /** What the project's lock says of an MCP server, by its key; undefined where it says nothing. */
  locked(key: string): LockedServer | undefined;
}
