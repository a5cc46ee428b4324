import type { Comment, Doc, NodeBase } from "./ast/base.ts";
import type { Decl, FieldDecl, ImportName, MessageExpr, MessagesEntry, Param } from "./ast/declarations.ts";
import type { Arg, Entry, Expr, MatchArm, Pattern, TextPart } from "./ast/expressions.ts";
import type { ExpectStmt, FakeOutcome, FakeStmt, FakeTarget, ReplayStmt, Stmt } from "./ast/statements.ts";
import type { TypeExpr } from "./ast/types.ts";

export type * from "./ast/base.ts";
export type * from "./ast/declarations.ts";
export * from "./ast/expressions.ts";
export type * from "./ast/statements.ts";
export type * from "./ast/types.ts";

/**
 * The tree that a person's text becomes: one type per construct, nothing resolved, nothing desugared. Offsets only; the
 * file stands in `SourceFile`. Parentheses leave no node (the printer puts back those that precedence needs).
 * A part that error recovery could not read is left out of its list, or is an `ErrorExpr`/`ErrorType`, for which a
 * diagnostic exists already: whoever meets one says nothing.
 */
export interface SourceFile extends NodeBase {
  readonly kind: "SourceFile";
  readonly path: string;
  /** The `//!` lines at the top. */
  readonly doc?: Doc;
  readonly declarations: readonly Decl[];
  /** All comments in source order, those that became a `doc` too. */
  readonly comments: readonly Comment[];
}

/** Every node of the tree; what `walk` visits. */
export type Node =
  | SourceFile
  | Decl
  | ImportName
  | FieldDecl
  | Param
  | MessagesEntry
  | MessageExpr
  | TypeExpr
  | Stmt
  | FakeStmt
  | FakeTarget
  | FakeOutcome
  | ExpectStmt
  | ReplayStmt
  | Expr
  | TextPart
  | Entry
  | Arg
  | MatchArm
  | Pattern;

export type NodeKind = Node["kind"];
export type NodeOf<K extends NodeKind> = Extract<Node, { readonly kind: K }>;
