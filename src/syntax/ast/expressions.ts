import type { Span } from "../../diagnostics/span.ts";
import type { Name, NodeBase } from "./base.ts";
import type { Stmt } from "./statements.ts";
import type { TypeExpr } from "./types.ts";

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
  /** Its last line holds only directives and so is none: the newline of the line before it is the last, which is no part of the text. */
  readonly endsInDirective?: true;
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
