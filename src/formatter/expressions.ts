import type { Arg, BlockExpr, Entry, Expr, ForExpr, ObjectExpr, Pattern, Stmt, TypeExpr } from "../syntax/ast.ts";
import { precedence } from "../syntax/parser/operators.ts";
import { broken, type Layout } from "./layout.ts";
import { printString, quoted } from "./strings.ts";
import { printType } from "./types.ts";

/** How strongly an expression holds together: `catch` 0, operators by their own strength, then signs, calls and the like, and what is whole in itself. */
const sign = 8;
const postfix = 9;
const whole = 10;

function strength(expr: Expr): number {
  switch (expr.kind) {
    case "CatchExpr":
      return 0;
    case "BinaryExpr":
      return precedence[expr.op];
    case "UnaryExpr":
    // `ask "…" -> T (x)` would be a constraint of T.
    case "AskExpr":
      return sign;
    case "MemberExpr":
    case "StarExpr":
    case "IndexExpr":
    case "CallExpr":
    case "WithExpr":
      return postfix;
    default:
      return whole;
  }
}

/** An expression as it is written, in parentheses where it holds together less strongly than its place asks. */
export function printExpr(expr: Expr, layout: Layout = broken, least = 0): string {
  const text = bare(expr, layout);
  return strength(expr) < least ? `(${text})` : text;
}

function bare(expr: Expr, layout: Layout): string {
  switch (expr.kind) {
    case "NumberExpr":
    case "DurationExpr":
    case "MoneyExpr":
    case "RateExpr":
      return expr.raw;
    case "BoolExpr":
      return String(expr.value);
    case "NullExpr":
      return "null";
    case "StringExpr":
      return printString(expr, printExpr);
    case "ListExpr":
      return layout.group(
        "[",
        expr.items.map((item) => printExpr(item, layout)),
        "]",
        "",
        ",",
      );
    case "ObjectExpr":
      return printObject(expr, layout);
    case "BlockExpr":
      return printBlock(expr, layout);
    case "NameExpr":
      return expr.name;
    case "EnvExpr":
      return expr.name.text === "" ? "env" : `env.${expr.name.text}`;
    case "UnaryExpr":
      return expr.op + printExpr(expr.operand, layout, sign);
    case "BinaryExpr": {
      const own = precedence[expr.op];
      return `${printExpr(expr.left, layout, own)} ${expr.op} ${printExpr(expr.right, layout, own + 1)}`;
    }
    case "CatchExpr":
      return `${printExpr(expr.expr, layout)} catch ${expr.name.text} ${printBlock(expr.handler, layout)}`;
    case "MemberExpr":
      return `${printObjectOf(expr.object, layout)}.${expr.name.text}`;
    case "StarExpr":
      return `${printObjectOf(expr.object, layout)}.*`;
    case "IndexExpr":
      return `${printExpr(expr.object, layout, postfix)}[${printExpr(expr.index, layout)}]`;
    case "CallExpr":
      return printExpr(expr.callee, layout, postfix) + printArgs(expr.args, layout);
    case "WithExpr":
      return `${printExpr(expr.expr, layout, postfix)} with ${printObject(expr.options, layout)}`;
    case "IfExpr":
      return `if ${printExpr(expr.condition, layout)} ${printBlock(expr.then, layout)}${expr.else === undefined ? "" : ` else ${bare(expr.else, layout)}`}`;
    case "MatchExpr": {
      const arms = expr.arms.map(({ pattern, value }) => `${printPattern(pattern)} => ${printExpr(value, layout)}`);
      return `match ${printExpr(expr.subject, layout)} ${layout.lines(arms)}`;
    }
    case "ParallelExpr":
      return `parallel${printOptions(expr.args, layout)} ${expr.loop !== undefined ? printFor(expr.loop, layout) : expr.block !== undefined ? printBlock(expr.block, layout) : ""}`;
    case "RaceExpr":
      return `race${printOptions(expr.args, layout)} ${printBlock(expr.block, layout)}`;
    case "ForExpr":
      return printFor(expr, layout);
    case "RepeatExpr":
      return `repeat${printOptions(expr.args, layout)} ${printBlock(expr.body, layout)}`;
    case "AskExpr": {
      const result = expr.result === undefined ? "" : ` -> ${typ(expr.result, layout)}`;
      const options = expr.options === undefined ? "" : ` with ${printObject(expr.options, layout)}`;
      return `ask ${printString(expr.question, printExpr)}${result}${options}`;
    }
    case "FailExpr":
      return expr.message === undefined ? "fail" : `fail ${printString(expr.message, printExpr)}`;
    case "ChatExpr": {
      const from = expr.from === undefined ? "" : ` from ${expr.from.text}`;
      const session = expr.session === undefined ? "" : ` session ${printString(expr.session, printExpr)}`;
      return `chat ${expr.agent.text}${printArgs(expr.args, layout)}${from}${session}`;
    }
    case "ErrorExpr":
      return "";
  }
}

/** What stands before a `.`: a number would swallow it. */
function printObjectOf(object: Expr, layout: Layout): string {
  const number = object.kind === "NumberExpr" || object.kind === "DurationExpr" || object.kind === "MoneyExpr" || object.kind === "RateExpr";
  return number ? `(${bare(object, layout)})` : printExpr(object, layout, postfix);
}

export function printObject(object: ObjectExpr, layout: Layout): string {
  return layout.group(
    "{",
    object.entries.map((entry) => printEntry(entry, layout)),
    "}",
    " ",
    "",
  );
}

export function printEntry({ key, quoted: inQuotes, value }: Entry, layout: Layout): string {
  return `${inQuotes ? `"${quoted(key.text)}"` : key.text}: ${printExpr(value, layout)}`;
}

export function printArg({ name, value }: Arg, layout: Layout): string {
  return name === undefined ? printExpr(value, layout) : `${name.text}: ${printExpr(value, layout)}`;
}

export function printArgs(args: readonly Arg[], layout: Layout): string {
  return layout.group(
    "(",
    args.map((arg) => printArg(arg, layout)),
    ")",
    "",
    ",",
  );
}

function typ(type: TypeExpr, layout: Layout): string {
  return printType(type, (arg) => printArg(arg, layout), layout);
}

function printOptions(args: readonly Arg[], layout: Layout): string {
  return args.length === 0 ? "" : printArgs(args, layout);
}

export function printBlock({ body }: BlockExpr, layout: Layout): string {
  const printed = body.map((stmt) => printStmt(stmt, layout));
  const [only] = printed;
  const short = body.length === 1 && only !== undefined && only.length <= 60 && !only.includes("\n") && body[0]?.kind !== "LetStmt";
  return short ? `{ ${only} }` : layout.lines(printed);
}

function printFor({ index, name, list, filter, body }: ForExpr, layout: Layout): string {
  const names = index === undefined ? name.text : `${index.text}, ${name.text}`;
  return `for ${names} in ${printExpr(list, layout)}${filter === undefined ? "" : ` if ${printExpr(filter, layout)}`} ${printBlock(body, layout)}`;
}

function printPattern({ test }: Pattern): string {
  const value = (literal: string | boolean | null): string => (typeof literal === "string" ? `"${quoted(literal)}"` : String(literal));
  if (test.of === "any") return "_";
  return test.of === "value" ? value(test.value) : `{ ${test.name.text}: ${value(test.value)} }`;
}

export function printStmt(stmt: Stmt, layout: Layout): string {
  switch (stmt.kind) {
    case "LetStmt":
      return `let ${stmt.name.text}${stmt.type === undefined ? "" : `: ${typ(stmt.type, layout)}`} = ${printExpr(stmt.value, layout)}`;
    case "AssignStmt":
      return `${stmt.name.text} = ${printExpr(stmt.value, layout)}`;
    case "ReturnStmt":
      return stmt.value === undefined ? "return" : `return ${printExpr(stmt.value, layout)}`;
    case "BreakStmt":
      return "break";
    case "ExprStmt":
      return printExpr(stmt.expr, layout);
  }
}
