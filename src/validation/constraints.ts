import { suggest } from "../diagnostics/suggest.ts";
import type * as ast from "../syntax/ast.ts";
import { listed, plainNumber, plainText } from "./declarations/values.ts";
import type { Context } from "./file-context.ts";
import { spell } from "./spell.ts";
import type { Type } from "./types.ts";

const taken: { readonly [K in Type["kind"]]?: readonly string[] } = {
  string: ["min", "max", "pattern"],
  int: ["min", "max"],
  float: ["min", "max"],
  list: ["min", "max"],
};

/** A type with the constraints in its parentheses: `int(min: 0, max: 10)`, `T[](max: 6)`. */
export function constrained(type: Type, expr: ast.ConstrainedType, context: Context): Type {
  if (type.kind === "unknown") return type;
  const names = taken[type.kind];
  if (names === undefined) {
    const inner = type.kind === "nullable" ? "Write them before the `?`: `int(min: 0)?`." : "Leave the parentheses out.";
    context.report({ code: "T319", message: `\`${spell(type)}\` takes no constraints.`, span: expr, hint: inner });
    return type;
  }
  const bounds: { min?: number; max?: number; pattern?: string } = {};
  const seen = new Map<string, ast.Arg>();
  for (const arg of expr.args) {
    const name = arg.name?.text;
    if (name === undefined) {
      context.report({
        code: "T319",
        message: "A constraint has a name.",
        span: arg,
        hint: `Write \`${names.at(-1) === "pattern" ? "max" : names.at(-1)}: …\`.`,
      });
      continue;
    }
    const first = seen.get(name);
    if (first !== undefined) {
      const related = [{ span: first, message: "the first one" }];
      context.report({ code: "T308", message: `\`${name}\` is written twice.`, span: arg, hint: "Keep one of the two.", related });
      continue;
    }
    seen.set(name, arg);
    if (!names.includes(name)) {
      const near = suggest(name, names);
      context.report({
        code: "T319",
        message: `\`${spell(type)}\` has no constraint "${name}".`,
        span: arg.name ?? arg,
        hint: near === undefined ? `It takes ${listed(names, "and")}.` : `Did you mean "${near}"?`,
      });
    } else if (name === "pattern") readPattern(arg, bounds, context);
    else readBound(name === "min" ? "min" : "max", arg, type, bounds, context);
  }
  if (bounds.min !== undefined && bounds.max !== undefined && bounds.min > bounds.max) {
    context.report({
      code: "T320",
      message: `Nothing fits \`${spell(type)}\` with a minimum of ${bounds.min} and a maximum of ${bounds.max}.`,
      span: expr,
      hint: `Write \`(min: ${bounds.max}, max: ${bounds.min})\`.`,
    });
    return type;
  }
  return { ...type, ...bounds };
}

function readBound(name: "min" | "max", arg: ast.Arg, type: Type, bounds: { min?: number; max?: number }, context: Context): void {
  if (arg.value.kind === "ErrorExpr") return;
  const value = plainNumber(arg.value);
  const counts = type.kind === "string" || type.kind === "list";
  const fits = value !== undefined && (type.kind === "float" || Number.isInteger(value)) && !(counts && value < 0);
  if (fits) {
    bounds[name] = value;
    return;
  }
  const want = type.kind === "float" ? "a number" : counts ? "a whole number from 0" : "a whole number";
  context.report({
    code: "T320",
    message: `\`${name}\` of \`${spell(type)}\` is ${want}.`,
    span: arg.value,
    hint: `Write it out, such as \`${name}: ${name === "min" ? 1 : 10}\`.`,
  });
}

function readPattern(arg: ast.Arg, bounds: { pattern?: string }, context: Context): void {
  if (arg.value.kind === "ErrorExpr") return;
  const pattern = plainText(arg.value);
  if (pattern === undefined) {
    context.report({ code: "T321", message: "A pattern is a plain text.", span: arg.value, hint: 'Write it out, such as `pattern: "^[a-z]+$"`.' });
    return;
  }
  const wrong = wrongWith(pattern);
  if (wrong === undefined) bounds.pattern = pattern;
  else
    context.report({
      code: "T321",
      message: `This pattern is no regular expression: ${wrong}.`,
      span: arg.value,
      hint: "Put `\\\\` before a character that stands for itself.",
    });
}

/** What keeps a text from being a regular expression, in the engine's words, or undefined. */
export function wrongWith(pattern: string): string | undefined {
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return (message.split(": ").at(-1) ?? message).replace(/^./, (letter) => letter.toLowerCase());
  }
}
