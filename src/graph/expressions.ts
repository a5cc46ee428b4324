import type { Json } from "../diagnostics/json.ts";
import type { BudgetRef, RetryRef } from "./graph.ts";
import type { TypeNode } from "./types.ts";

/**
 * Expressions and statements of a graph. What can wait (a call of a model, a tool, a person; a block of branches) carries
 * `path`, its stable static path: `research/found[]/researcher`. Its last segment is what a run appends to the path of
 * the step that it runs in, so that the path at run time is the static one with the indices filled in (below a workflow
 * that was called: the caller's path instead of the workflow's name).
 */
interface NodeBase {
  /** `file:line:column`. */
  readonly place: string;
  /** Filled in by the compiler for every expression; a run reads it only where the type of a node says it is required. */
  readonly type?: TypeNode;
}
interface StepBase extends NodeBase {
  readonly path: string;
}

export type Expr =
  | LiteralNode
  | TextNode
  | ListNode
  | ObjectNode
  | ReadNode
  | ModelRefNode
  | MemberNode
  | IndexNode
  | UnaryNode
  | BinaryNode
  | FunctionNode
  | TemplateCallNode
  | AgentCallNode
  | ToolCallNode
  | McpCallNode
  | WorkflowCallNode
  | BlockNode
  | IfNode
  | MatchNode
  | CatchNode
  | FailNode
  | ParallelNode
  | ParallelForNode
  | RaceNode
  | ForNode
  | RepeatNode
  | AskNode
  | ChatNode
  | ChatSendNode
  | ChatAddNode
  | ChatMessagesNode
  | ForkNode;

export type ExprKind = Expr["kind"];
export type ExprOf<K extends ExprKind> = Extract<Expr, { readonly kind: K }>;

/** Of any value: bare literals, and lists and objects that hold nothing else. */
export interface LiteralNode extends NodeBase {
  readonly kind: "literal";
  readonly value: Json;
}
export interface TextNode extends NodeBase {
  readonly kind: "text";
  readonly parts: readonly TextPart[];
  /** It ended with a line that held only directives: the newline that ends the last line written is no part of it. One that a value ends with stays. */
  readonly trimFinalNewline?: true;
}
export type TextPart = string | Expr | MediaNode | TextForNode | TextIfNode;
/** An image or a file among the text of a message; `value` gives its address or its path. Only in messages whose `parts` says so. */
export interface MediaNode {
  readonly kind: "media";
  readonly place: string;
  readonly of: "image" | "file";
  readonly value: Expr;
}
export interface TextForNode {
  readonly kind: "text_for";
  readonly place: string;
  readonly name: string;
  readonly list: Expr;
  readonly body: readonly TextPart[];
}
export interface TextIfNode {
  readonly kind: "text_if";
  readonly place: string;
  readonly condition: Expr;
  readonly then: readonly TextPart[];
  readonly else: readonly TextPart[];
}
export interface ListNode extends NodeBase {
  readonly kind: "list";
  readonly items: readonly Expr[];
}
export interface ObjectNode extends NodeBase {
  readonly kind: "object";
  readonly entries: readonly { readonly key: string; readonly value: Expr }[];
}
/** A variable, a parameter, a loop's name, `result`, `cost`. */
export interface ReadNode extends NodeBase {
  readonly kind: "read";
  readonly name: string;
}
/** A model chosen by an expression: evaluates to the key. */
export interface ModelRefNode extends NodeBase {
  readonly kind: "model";
  readonly key: string;
}
export interface MemberNode extends NodeBase {
  readonly kind: "member";
  readonly object: Expr;
  readonly name: string;
}
/** `xs[i]`, `m[k]`: null where there is none. */
export interface IndexNode extends NodeBase {
  readonly kind: "index";
  readonly object: Expr;
  readonly index: Expr;
}
export interface UnaryNode extends NodeBase {
  readonly kind: "unary";
  readonly op: "!" | "-";
  readonly operand: Expr;
}
/** `&& || ??` short-circuit. */
export interface BinaryNode extends NodeBase {
  readonly kind: "binary";
  readonly op: "??" | "||" | "&&" | "==" | "!=" | "in" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%";
  readonly left: Expr;
  readonly right: Expr;
}
/** A library function. `of` is the type argument of `parse_json`, `as` and `schema`. */
export interface FunctionNode extends NodeBase {
  readonly kind: "function";
  readonly name: string;
  readonly args: readonly Expr[];
  readonly named: Readonly<Record<string, Expr>>;
  readonly of?: TypeNode;
}
export interface TemplateCallNode extends NodeBase {
  readonly kind: "template_call";
  readonly template: string;
  /** In the order of evaluation; arguments left out are filled from the declaration's defaults. */
  readonly args: Readonly<Record<string, Expr>>;
}
export interface CallOptions {
  /** Gives a model's key. */
  readonly model?: Expr;
  readonly retry?: RetryRef;
  readonly timeoutMs?: number;
  readonly budget?: BudgetRef;
}
export interface AgentCallNode extends StepBase {
  readonly kind: "agent_call";
  readonly agent: string;
  readonly args: Readonly<Record<string, Expr>>;
  readonly options: CallOptions;
}
export interface ToolCallNode extends StepBase {
  readonly kind: "tool_call";
  readonly tool: string;
  readonly args: Readonly<Record<string, Expr>>;
  readonly options: CallOptions;
}
export interface McpCallNode extends StepBase {
  readonly kind: "mcp_call";
  readonly server: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, Expr>>;
  readonly options: CallOptions;
}
export interface WorkflowCallNode extends StepBase {
  readonly kind: "workflow_call";
  readonly workflow: string;
  readonly args: Readonly<Record<string, Expr>>;
  readonly options: CallOptions;
}
/** Its value is the last statement's, where that is an expression. */
export interface BlockNode extends NodeBase {
  readonly kind: "block";
  readonly body: readonly Statement[];
}
export interface IfNode extends NodeBase {
  readonly kind: "if";
  readonly condition: Expr;
  readonly then: Expr;
  readonly else?: Expr;
}
export interface MatchNode extends NodeBase {
  readonly kind: "match";
  readonly subject: Expr;
  readonly arms: readonly { readonly pattern: PatternNode; readonly value: Expr }[];
}
export type PatternNode =
  | { readonly of: "value"; readonly value: string | boolean | null }
  | { readonly of: "field"; readonly name: string; readonly value: string | boolean }
  | { readonly of: "any" };
export interface CatchNode extends NodeBase {
  readonly kind: "catch";
  readonly expr: Expr;
  /** "_" binds nothing. */
  readonly name: string;
  readonly handler: Expr;
}
export interface FailNode extends NodeBase {
  readonly kind: "fail";
  readonly message?: Expr;
}

export interface BranchOptions {
  /** So many at once; absent: all. */
  readonly max?: Expr;
  /** `need` excludes it. */
  readonly onError: "fail" | "continue" | "collect";
  readonly need?: Expr;
  /** Of each branch. */
  readonly timeoutMs?: number;
}
/** A block of branches whose names exist after it. */
export interface ParallelNode extends StepBase {
  readonly kind: "parallel";
  readonly options: BranchOptions;
  readonly branches: readonly BranchNode[];
}
/**
 * A `let`, or a call without a name. A branch is a step of its own, and what its value does stands under it, as in an
 * iteration of a loop: `research/parallel/pro` is the branch, `research/parallel/pro/advocate` the call in it.
 */
export interface BranchNode extends StepBase {
  readonly name?: string;
  readonly value: Expr;
}
export interface ParallelForNode extends StepBase {
  readonly kind: "parallel_for";
  readonly options: BranchOptions;
  readonly index?: string;
  readonly name: string;
  readonly list: Expr;
  readonly filter?: Expr;
  readonly body: Expr;
}
export interface RaceNode extends StepBase {
  readonly kind: "race";
  readonly timeoutMs?: number;
  readonly branches: readonly BranchNode[];
}
export interface ForNode extends StepBase {
  readonly kind: "for";
  readonly index?: string;
  readonly name: string;
  readonly list: Expr;
  readonly filter?: Expr;
  readonly body: Expr;
  /** Whether the body has a value: then the list of them is this node's. */
  readonly gives: boolean;
}
export interface RepeatNode extends StepBase {
  readonly kind: "repeat";
  readonly max: Expr;
  readonly body: Expr;
}
export interface AskNode extends StepBase {
  readonly kind: "ask";
  readonly question: Expr;
  readonly type: TypeNode;
  readonly timeoutMs?: number;
  readonly default?: Expr;
}
export interface ChatNode extends StepBase {
  readonly kind: "chat";
  readonly agent: string;
  readonly args: Readonly<Record<string, Expr>>;
  /** The variable that holds the conversation to go on from. */
  readonly from?: string;
  readonly session?: Expr;
}
/** `c.send("…")`; without `text`: `c.continue()`. */
export interface ChatSendNode extends StepBase {
  readonly kind: "chat_send";
  readonly chat: string;
  readonly text?: Expr;
  readonly options: CallOptions;
}
export interface ChatAddNode extends NodeBase {
  readonly kind: "chat_add";
  readonly chat: string;
  readonly role: "user" | "assistant" | "system";
  readonly text: Expr;
}
export interface ChatMessagesNode extends NodeBase {
  readonly kind: "chat_messages";
  readonly chat: string;
}
export interface ForkNode extends NodeBase {
  readonly kind: "fork";
  readonly chat: string;
}

export type Statement = LetNode | AssignNode | ReturnNode | BreakNode | Expr;
export type StatementKind = Statement["kind"];
export interface LetNode {
  readonly kind: "let";
  readonly place: string;
  readonly name: string;
  readonly value: Expr;
}
export interface AssignNode {
  readonly kind: "assign";
  readonly place: string;
  readonly name: string;
  readonly value: Expr;
}
export interface ReturnNode {
  readonly kind: "return";
  readonly place: string;
  readonly value?: Expr;
}
export interface BreakNode {
  readonly kind: "break";
  readonly place: string;
}
