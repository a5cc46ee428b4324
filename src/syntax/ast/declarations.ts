import type { Doc, Name, NodeBase } from "./base.ts";
import type { Arg, Entry, Expr, ObjectExpr, StringExpr } from "./expressions.ts";
import type { ExpectStmt, FakeStmt, ReplayStmt, Stmt } from "./statements.ts";
import type { TypeExpr } from "./types.ts";

export type Decl =
  | ImportDecl
  | ProviderDecl
  | ModelDecl
  | RetryDecl
  | BudgetDecl
  | McpDecl
  | ProfileDecl
  | TypeDecl
  | TemplateDecl
  | ToolDecl
  | AgentDecl
  | WorkflowDecl
  | TestDecl;

interface DeclBase extends NodeBase {
  readonly doc?: Doc;
}

export interface ImportDecl extends DeclBase {
  readonly kind: "ImportDecl";
  readonly names: readonly ImportName[];
  readonly from: StringExpr;
}
export interface ImportName extends NodeBase {
  readonly kind: "ImportName";
  readonly name: Name;
  readonly alias?: Name;
}

/** `provider llm = openai { … }`, `provider openai { … }` (neither `of` nor `from`), `provider mine = from "./p.ts" { … }`. */
export interface ProviderDecl extends DeclBase {
  readonly kind: "ProviderDecl";
  readonly name: Name;
  readonly of?: Name;
  readonly from?: StringExpr;
  readonly options?: ObjectExpr;
}
/** `model fast = llm("gpt-5-mini") { … }`, `model smart = fallback(large, fast)`. */
export interface ModelDecl extends DeclBase {
  readonly kind: "ModelDecl";
  readonly name: Name;
  readonly of: Name;
  readonly args: readonly Arg[];
  readonly options?: ObjectExpr;
}
export interface RetryDecl extends DeclBase {
  readonly kind: "RetryDecl";
  readonly name: Name;
  readonly options: ObjectExpr;
}
export interface BudgetDecl extends DeclBase {
  readonly kind: "BudgetDecl";
  readonly name: Name;
  readonly options: ObjectExpr;
}
export interface McpDecl extends DeclBase {
  readonly kind: "McpDecl";
  readonly name: Name;
  readonly options: ObjectExpr;
}
export interface ProfileDecl extends DeclBase {
  readonly kind: "ProfileDecl";
  readonly name: Name;
  readonly declarations: readonly (ProviderDecl | ModelDecl | McpDecl)[];
}
/** Either `fields` (a record) or `type` (an alias or union). */
export interface TypeDecl extends DeclBase {
  readonly kind: "TypeDecl";
  readonly name: Name;
  readonly fields?: readonly FieldDecl[];
  readonly type?: TypeExpr;
}
export interface FieldDecl extends DeclBase {
  readonly kind: "FieldDecl";
  readonly name: Name;
  readonly type: TypeExpr;
}
/** Either `text` or `from`. */
export interface TemplateDecl extends DeclBase {
  readonly kind: "TemplateDecl";
  readonly name: Name;
  readonly params: readonly Param[];
  readonly text?: StringExpr;
  readonly from?: StringExpr;
  readonly options?: ObjectExpr;
}
export interface ToolDecl extends DeclBase {
  readonly kind: "ToolDecl";
  readonly name: Name;
  readonly params: readonly Param[];
  readonly result?: TypeExpr;
  readonly from: StringExpr;
  readonly options?: ObjectExpr;
}
export interface AgentDecl extends DeclBase {
  readonly kind: "AgentDecl";
  readonly name: Name;
  readonly params: readonly Param[];
  readonly result?: TypeExpr;
  readonly members: readonly (Entry | MessagesEntry)[];
}
/** `messages: [ system "…", user text ]`. */
export interface MessagesEntry extends NodeBase {
  readonly kind: "MessagesEntry";
  readonly key: Name;
  readonly messages: readonly MessageExpr[];
}
export interface MessageExpr extends NodeBase {
  readonly kind: "MessageExpr";
  readonly role: "system" | "user" | "assistant";
  readonly text: Expr;
}
export interface WorkflowDecl extends DeclBase {
  readonly kind: "WorkflowDecl";
  readonly name: Name;
  readonly params: readonly Param[];
  readonly result?: TypeExpr;
  readonly options: readonly Entry[];
  readonly body: readonly Stmt[];
}
export interface TestDecl extends DeclBase {
  readonly kind: "TestDecl";
  readonly name: StringExpr;
  readonly body: readonly (Stmt | FakeStmt | ExpectStmt | ReplayStmt)[];
}
export interface Param extends DeclBase {
  readonly kind: "Param";
  readonly name: Name;
  readonly type: TypeExpr;
  readonly default?: Expr;
}
