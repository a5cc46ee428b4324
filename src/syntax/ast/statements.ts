import type { Name, NodeBase } from "./base.ts";
import type { BlockExpr, Expr, StringExpr } from "./expressions.ts";
import type { TypeExpr } from "./types.ts";

export type Stmt = LetStmt | AssignStmt | ReturnStmt | BreakStmt | ExprStmt;

export interface LetStmt extends NodeBase {
  readonly kind: "LetStmt";
  readonly name: Name;
  readonly type?: TypeExpr;
  readonly value: Expr;
}
export interface AssignStmt extends NodeBase {
  readonly kind: "AssignStmt";
  readonly name: Name;
  readonly value: Expr;
}
export interface ReturnStmt extends NodeBase {
  readonly kind: "ReturnStmt";
  readonly value?: Expr;
}
export interface BreakStmt extends NodeBase {
  readonly kind: "BreakStmt";
}
export interface ExprStmt extends NodeBase {
  readonly kind: "ExprStmt";
  readonly expr: Expr;
}
/** `fake planner -> v1 then v2`; target words: ["planner"], ["server", "tool"], ["ask"], or model: true with the model's name. */
export interface FakeStmt extends NodeBase {
  readonly kind: "FakeStmt";
  readonly target: FakeTarget;
  readonly outcomes: readonly FakeOutcome[];
}
export interface FakeTarget extends NodeBase {
  readonly kind: "FakeTarget";
  readonly of: "ask" | "model" | "name";
  readonly path: readonly Name[];
}
/** A value, or `fail rate_limit "busy"` (then `class`). */
export interface FakeOutcome extends NodeBase {
  readonly kind: "FakeOutcome";
  readonly class?: Name;
  readonly message?: StringExpr;
  readonly value?: Expr;
}
/** `expect EXPR`, or `expect fails CLASS { … }`. */
export interface ExpectStmt extends NodeBase {
  readonly kind: "ExpectStmt";
  readonly value?: Expr;
  readonly fails?: Name;
  readonly block?: BlockExpr;
}
export interface ReplayStmt extends NodeBase {
  readonly kind: "ReplayStmt";
  readonly file: StringExpr;
}
