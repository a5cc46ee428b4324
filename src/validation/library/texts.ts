import { wrongWith } from "../constraints.ts";
import { plainText } from "../declarations/values.ts";
import { bool, float, int, json, string } from "../env.ts";
import { isSettled } from "../expressions/operators.ts";
import { fits } from "../fits.ts";
import { spell } from "../spell.ts";
import type { Type } from "../types.ts";
import { argument, type FunctionCall, type LibraryFunction, listArgument, reportArgument } from "./function.ts";

/** Functions over texts, numbers and JSON. */
export const textFunctions: Readonly<Record<string, LibraryFunction>> = {
  join: { usage: "join(xs, sep)", args: [2, 2], result: joinTexts },
  split: { usage: "split(s, sep)", args: [2, 2], result: (call) => texts(call, { kind: "list", element: string }) },
  lines: { usage: "lines(s)", args: [1, 1], result: (call) => texts(call, { kind: "list", element: string }) },
  trim: { usage: "trim(s)", args: [1, 1], result: (call) => texts(call, string) },
  lower: { usage: "lower(s)", args: [1, 1], result: (call) => texts(call, string) },
  upper: { usage: "upper(s)", args: [1, 1], result: (call) => texts(call, string) },
  contains: { usage: "contains(s, t)", args: [2, 2], result: contains },
  starts_with: { usage: "starts_with(s, t)", args: [2, 2], result: (call) => texts(call, bool) },
  ends_with: { usage: "ends_with(s, t)", args: [2, 2], result: (call) => texts(call, bool) },
  matches: { usage: 'matches(s, "regex")', args: [2, 2], result: matches },
  replace: { usage: "replace(s, a, b)", args: [3, 3], result: (call) => texts(call, string) },
  slice: { usage: "slice(s, a, b)", args: [3, 3], result: slice },
  json: { usage: "json(x, indent: 2)", args: [1, 1], named: { indent: int }, result: asJson },
  number: { usage: "number(s)", args: [1, 1], result: (call) => texts(call, float) },
  round: { usage: "round(x, digits)", args: [1, 2], result: round },
  abs: { usage: "abs(x)", args: [1, 1], result: abs },
  floor: { usage: "floor(x)", args: [1, 1], result: whole },
  ceil: { usage: "ceil(x)", args: [1, 1], result: whole },
};

/** All arguments are texts. */
function texts(call: FunctionCall, result: Type): Type {
  for (const index of call.args.keys()) argument(call, index, string);
  return result;
}

function joinTexts(call: FunctionCall): Type {
  const { element } = listArgument(call, 0);
  argument(call, 1, string);
  if (isSettled(element) || fits(element, string)) return string;
  const hint = element.kind === "nullable" ? "Leave the nulls out first: `join(compact(…), …)`." : "Make texts of them first: `join(for x in xs { … }, …)`.";
  call.env.context.report({
    code: "T301",
    message: `\`join\` takes a list of texts, and these are \`${spell(element)}\`.`,
    span: call.args[0] ?? call.call,
    hint,
  });
  return string;
}

function contains(call: FunctionCall): Type {
  const type = argument(call, 0);
  const inList = type.kind === "list" || type.kind === "map";
  if (inList) {
    argument(call, 1);
    reportArgument(call, 0, type, "a text", "Write `x in xs`.");
  } else {
    if (!isSettled(type) && !fits(type, string)) reportArgument(call, 0, type, "a text", "Make a text of it first: `json(…)`.");
    argument(call, 1, string);
  }
  return bool;
}

function matches(call: FunctionCall): Type {
  const [, at] = call.args;
  texts(call, bool);
  const pattern = at === undefined ? undefined : plainText(at);
  if (at === undefined || pattern === undefined) return bool;
  // The engine runs in linear time, so it has neither lookaround nor references back (RE2's syntax).
  const beyond = /\(\?<?[=!]/.test(pattern) ? "it looks ahead or behind" : /\\[1-9]|\\k</.test(pattern) ? "it refers back to a group" : undefined;
  const wrong = wrongWith(pattern) ?? (beyond === undefined ? undefined : `${beyond}, which cannot be done in linear time`);
  if (wrong !== undefined)
    call.env.context.report({ code: "T321", message: `This pattern cannot be matched: ${wrong}.`, span: at, hint: "Write a regular expression without it." });
  return bool;
}

function slice(call: FunctionCall): Type {
  const type = argument(call, 0);
  if (type.kind === "list") reportArgument(call, 0, type, "a text", "Take the first or last of a list: `first(xs, n)`, `last(xs, n)`.");
  else if (!isSettled(type) && !fits(type, string)) reportArgument(call, 0, type, "a text", "Make a text of it first: `json(…)`.");
  argument(call, 1, int);
  argument(call, 2, int);
  return string;
}

function asJson(call: FunctionCall): Type {
  argument(call, 0, json);
  return string;
}

function round(call: FunctionCall): Type {
  argument(call, 0, float);
  if (call.args.length === 1) return int;
  argument(call, 1, int);
  return float;
}

function abs(call: FunctionCall): Type {
  const type = argument(call, 0, float);
  return type.kind === "int" ? int : float;
}

function whole(call: FunctionCall): Type {
  argument(call, 0, float);
  return int;
}
