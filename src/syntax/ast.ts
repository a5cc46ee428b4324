import type { Span } from "../diagnostics/span.ts";

/**
 * The tree that a person's text becomes: one type per construct, nothing resolved, nothing desugared. Offsets only; the
 * file stands in `SourceFile`. Parentheses leave no node (the printer puts back those that precedence needs).
 * A part that error recovery could not read is left out of its list, or is an `ErrorExpr`/`ErrorType`, for which a
 * diagnostic exists already: whoever meets one says nothing.
 */
export interface NodeBase extends Span {
  readonly kind: string;
}

/** A name as written, with its place. `text` is "" where recovery found none. */
export interface Name extends Span {
  readonly text: string;
}

/** `///` lines before a declaration, field or parameter: the text without the slashes and one blank, joined by `\n`. */
export interface Doc extends Span {
  readonly text: string;
}

/** A `//`, `///` or `//!` comment, as written. Blank lines are read off the source between two offsets. */
export interface Comment extends Span {
  readonly text: string;
}

export interface SourceFile extends NodeBase {
  readonly kind: "SourceFile";
  readonly path: string;
  /** The `//!` lines at the top. */
  readonly doc?: Doc;
  readonly declarations: readonly Decl[];
  /** All comments in source order, those that became a `doc` too. */
  readonly comments: readonly Comment[];
}

// ---------------------------------------------------------------------------------------------------- declarations

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

// ----------------------------------------------------------------------------------------------------------- types

export type TypeExpr = NamedType | LiteralType | ListType | MapType | NullableType | ConstrainedType | UnionType | ErrorType;

export interface NamedType extends NodeBase {
  readonly kind: "NamedType";
  readonly name: Name;
}
export interface LiteralType extends NodeBase {
  readonly kind: "LiteralType";
  readonly value: StringExpr;
}
export interface ListType extends NodeBase {
  readonly kind: "ListType";
  readonly element: TypeExpr;
}
export interface MapType extends NodeBase {
  readonly kind: "MapType";
  readonly value: TypeExpr;
}
export interface NullableType extends NodeBase {
  readonly kind: "NullableType";
  readonly type: TypeExpr;
}
/** `int(min: 0, max: 10)`, `T[](max: 6)`. */
export interface ConstrainedType extends NodeBase {
  readonly kind: "ConstrainedType";
  readonly type: TypeExpr;
  readonly args: readonly Arg[];
}
export interface UnionType extends NodeBase {
  readonly kind: "UnionType";
  readonly members: readonly TypeExpr[];
}
export interface ErrorType extends NodeBase {
  readonly kind: "ErrorType";
}

// ------------------------------------------------------------------------------------------------------ statements

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

// ----------------------------------------------------------------------------------------------------- expressions

export type Expr =
  | NumberExpr
  | DurationExpr
  | MoneyExpr
  | RateExpr
  | BoolExpr
  | NullExpr
  | StringExpr
  | ListExpr
  | ObjectExpr
  | BlockExpr
  | NameExpr
  | EnvExpr
  | UnaryExpr
  | BinaryExpr
  | CatchExpr
  | MemberExpr
  | StarExpr
  | IndexExpr
  | CallExpr
  | WithExpr
  | IfExpr
  | MatchExpr
  | ParallelExpr
  | RaceExpr
  | ForExpr
  | RepeatExpr
  | AskExpr
  | FailExpr
  | ChatExpr
  | ErrorExpr;

export interface NumberExpr extends NodeBase {
  readonly kind: "NumberExpr";
  readonly value: number;
  /** As written, so that `1.0` stays a float and the formatter keeps the digits. */
  readonly raw: string;
}
/** `500ms`. */
export interface DurationExpr extends NodeBase {
  readonly kind: "DurationExpr";
  /** Milliseconds. */
  readonly value: number;
  readonly raw: string;
}
/** `$0.25`. */
export interface MoneyExpr extends NodeBase {
  readonly kind: "MoneyExpr";
  /** US dollars. */
  readonly value: number;
  readonly raw: string;
}
/** `500/m`. */
export interface RateExpr extends NodeBase {
  readonly kind: "RateExpr";
  readonly value: number;
  readonly per: "s" | "m" | "h";
  readonly raw: string;
}
export interface BoolExpr extends NodeBase {
  readonly kind: "BoolExpr";
  readonly value: boolean;
}
export interface NullExpr extends NodeBase {
  readonly kind: "NullExpr";
}
/** A string of any form. A plain one has one `TextChunk` part, an empty one none. */
export interface StringExpr extends NodeBase {
  readonly kind: "StringExpr";
  /** Written as a `"""` text block (or read from a file by `from`). */
  readonly block: boolean;
  readonly parts: readonly TextPart[];
}
export type TextPart = TextChunk | Interpolation | TextFor | TextIf;
/** Literal text: escapes resolved, the block's indentation and the lines of lone directives taken off. */
export interface TextChunk extends NodeBase {
  readonly kind: "TextChunk";
  readonly value: string;
}
export interface Interpolation extends NodeBase {
  readonly kind: "Interpolation";
  readonly expr: Expr;
}
/** `%{for f in findings} … %{end}`. */
export interface TextFor extends NodeBase {
  readonly kind: "TextFor";
  readonly name: Name;
  readonly list: Expr;
  readonly body: readonly TextPart[];
}
/** `%{if c} … %{else} … %{end}`. */
export interface TextIf extends NodeBase {
  readonly kind: "TextIf";
  readonly condition: Expr;
  readonly then: readonly TextPart[];
  readonly else?: readonly TextPart[];
}
export interface ListExpr extends NodeBase {
  readonly kind: "ListExpr";
  readonly items: readonly Expr[];
}
export interface ObjectExpr extends NodeBase {
  readonly kind: "ObjectExpr";
  readonly entries: readonly Entry[];
}
export interface Entry extends NodeBase {
  readonly kind: "Entry";
  /** The key's text without quotes. */
  readonly key: Name;
  /** Written as `"key": …`. */
  readonly quoted: boolean;
  readonly value: Expr;
}
export interface BlockExpr extends NodeBase {
  readonly kind: "BlockExpr";
  readonly body: readonly Stmt[];
}
export interface NameExpr extends NodeBase {
  readonly kind: "NameExpr";
  readonly name: string;
}
/** `env.NAME`; a bare `env` has an empty name (a diagnostic of the checker). */
export interface EnvExpr extends NodeBase {
  readonly kind: "EnvExpr";
  readonly name: Name;
}
export interface UnaryExpr extends NodeBase {
  readonly kind: "UnaryExpr";
  readonly op: "!" | "-";
  readonly operand: Expr;
}
export const binaryOperators = ["??", "||", "&&", "==", "!=", "in", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"] as const;
export type BinaryOperator = (typeof binaryOperators)[number];
export interface BinaryExpr extends NodeBase {
  readonly kind: "BinaryExpr";
  readonly op: BinaryOperator;
  readonly opSpan: Span;
  readonly left: Expr;
  readonly right: Expr;
}
export interface CatchExpr extends NodeBase {
  readonly kind: "CatchExpr";
  readonly expr: Expr;
  readonly name: Name;
  readonly handler: BlockExpr;
}
export interface MemberExpr extends NodeBase {
  readonly kind: "MemberExpr";
  readonly object: Expr;
  readonly name: Name;
}
/** `server.*`, in `tools:` only. */
export interface StarExpr extends NodeBase {
  readonly kind: "StarExpr";
  readonly object: Expr;
}
export interface IndexExpr extends NodeBase {
  readonly kind: "IndexExpr";
  readonly object: Expr;
  readonly index: Expr;
}
export interface CallExpr extends NodeBase {
  readonly kind: "CallExpr";
  readonly callee: Expr;
  readonly args: readonly Arg[];
}
export interface Arg extends NodeBase {
  readonly kind: "Arg";
  readonly name?: Name;
  readonly value: Expr;
}
export interface WithExpr extends NodeBase {
  readonly kind: "WithExpr";
  readonly expr: Expr;
  readonly options: ObjectExpr;
}
export interface IfExpr extends NodeBase {
  readonly kind: "IfExpr";
  readonly condition: Expr;
  readonly then: BlockExpr;
  readonly else?: IfExpr | BlockExpr;
}
export interface MatchExpr extends NodeBase {
  readonly kind: "MatchExpr";
  readonly subject: Expr;
  readonly arms: readonly MatchArm[];
}
export interface MatchArm extends NodeBase {
  readonly kind: "MatchArm";
  readonly pattern: Pattern;
  readonly value: Expr;
}
export interface Pattern extends NodeBase {
  readonly kind: "Pattern";
  readonly test:
    | { readonly of: "value"; readonly value: string | boolean | null }
    | { readonly of: "field"; readonly name: Name; readonly value: string | boolean }
    | { readonly of: "any" };
}
/** Either `block`, or `loop` for `parallel(…) for x in xs { … }`. */
export interface ParallelExpr extends NodeBase {
  readonly kind: "ParallelExpr";
  readonly args: readonly Arg[];
  readonly block?: BlockExpr;
  readonly loop?: ForExpr;
}
export interface RaceExpr extends NodeBase {
  readonly kind: "RaceExpr";
  readonly args: readonly Arg[];
  readonly block: BlockExpr;
}
/** `for x in xs if c { … }`, `for i, x in xs { … }`. */
export interface ForExpr extends NodeBase {
  readonly kind: "ForExpr";
  readonly index?: Name;
  readonly name: Name;
  readonly list: Expr;
  readonly filter?: Expr;
  readonly body: BlockExpr;
}
export interface RepeatExpr extends NodeBase {
  readonly kind: "RepeatExpr";
  readonly args: readonly Arg[];
  readonly body: BlockExpr;
}
export interface AskExpr extends NodeBase {
  readonly kind: "AskExpr";
  readonly question: StringExpr;
  readonly result?: TypeExpr;
  /** `with { timeout, default }`. */
  readonly options?: ObjectExpr;
}
export interface FailExpr extends NodeBase {
  readonly kind: "FailExpr";
  readonly message?: StringExpr;
}
export interface ChatExpr extends NodeBase {
  readonly kind: "ChatExpr";
  readonly agent: Name;
  readonly args: readonly Arg[];
  readonly from?: Name;
  readonly session?: StringExpr;
}
export interface ErrorExpr extends NodeBase {
  readonly kind: "ErrorExpr";
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
