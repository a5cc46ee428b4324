import type { EnvExpr, Expr, StringExpr } from "../../syntax/ast.ts";

/** The content of a text without `${}` and `%{}`, or undefined. */
export function plainText(expr: Expr): string | undefined {
  if (expr.kind !== "StringExpr") return undefined;
  let text = "";
  for (const part of expr.parts) {
    if (part.kind !== "TextChunk") return undefined;
    text += part.value;
  }
  return text;
}

/** A word that an option takes; `fail`, which is an expression elsewhere, is one too. Undefined of any other value. */
export function plainWord(expr: Expr): string | undefined {
  if (expr.kind === "FailExpr" && expr.message === undefined) return "fail";
  return expr.kind === "NameExpr" ? expr.name : undefined;
}

/** The value of a number, written with or without a sign, or undefined. */
export function plainNumber(expr: Expr): number | undefined {
  if (expr.kind === "NumberExpr") return expr.value;
  if (expr.kind !== "UnaryExpr" || expr.op !== "-") return undefined;
  const value = plainNumber(expr.operand);
  return value === undefined ? undefined : -value;
}

/** `env.NAME` or `env.NAME ?? "default"`: the variable, and the text that stands in for it. */
export function secretOf(expr: Expr): { readonly env: EnvExpr; readonly fallback?: Expr } | undefined {
  if (expr.kind === "EnvExpr") return { env: expr };
  if (expr.kind === "BinaryExpr" && expr.op === "??" && expr.left.kind === "EnvExpr") return { env: expr.left, fallback: expr.right };
  return undefined;
}

/** Whether a text has parts that only a run could fill in. */
export function isFilledIn(text: StringExpr): boolean {
  return text.parts.some((part) => part.kind !== "TextChunk");
}

/** What a value is, as a message says it. */
export function nameOfValue(expr: Expr): string {
  switch (expr.kind) {
    case "NumberExpr":
      return `the number \`${expr.raw}\``;
    case "DurationExpr":
      return `the duration \`${expr.raw}\``;
    case "MoneyExpr":
      return `the amount \`${expr.raw}\``;
    case "RateExpr":
      return `the rate \`${expr.raw}\``;
    case "BoolExpr":
      return `\`${expr.value}\``;
    case "NullExpr":
      return "`null`";
    case "StringExpr":
      return "a text";
    case "ListExpr":
      return "a list";
    case "ObjectExpr":
    case "BlockExpr":
      return "an object";
    case "NameExpr":
      return `"${expr.name}"`;
    case "CallExpr":
      return "a call";
    case "UnaryExpr":
      return plainNumber(expr) === undefined ? "an expression" : "a number";
    default:
      return "an expression";
  }
}

/** Names as a sentence lists them: "a", "a or b", "a, b or c". */
export function listed(words: readonly string[], last = "or"): string {
  const quoted = words.map((word) => `\`${word}\``);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} ${last} ${quoted.at(-1)}`;
}
