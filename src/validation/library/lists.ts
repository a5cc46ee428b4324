import { suggest } from "../../diagnostics/suggest.ts";
import { plainText } from "../declarations/values.ts";
import { bool, int, string, unknown } from "../env.ts";
import { joined } from "../expressions/blocks.ts";
import { isNumber, isSettled } from "../expressions/operators.ts";
import { fits, nullable, withoutNull } from "../fits.ts";
import { joinAll, membersOf } from "../join.ts";
import { spell } from "../spell.ts";
import type { Type } from "../types.ts";
import { argument, type FunctionCall, type LibraryFunction, type ListType, listArgument, reportArgument, writtenCount } from "./function.ts";

/** Functions over lists and maps. */
export const listFunctions: Readonly<Record<string, LibraryFunction>> = {
  len: { usage: "len(xs)", args: [1, 1], result: len },
  first: { usage: "first(xs, n)", args: [1, 2], result: some },
  last: { usage: "last(xs, n)", args: [1, 2], result: some },
  flatten: { usage: "flatten(xss)", args: [1, 1], result: flatten },
  compact: { usage: "compact(xs)", args: [1, 1], result: compact },
  concat: { usage: "concat(xs, ys)", args: [2, 2], result: concat },
  append: { usage: "append(xs, x)", args: [2, 2], result: append },
  reverse: { usage: "reverse(xs)", args: [1, 1], result: (call) => listArgument(call, 0) },
  unique: { usage: "unique(xs)", args: [1, 1], result: unique },
  sort_by: { usage: 'sort_by(xs, "field", desc: true)', args: [2, 2], named: { desc: bool }, result: sortBy },
  sum: { usage: "sum(xs)", args: [1, 1], result: numbers },
  min: { usage: "min(xs)", args: [1, 1], result: numbers },
  max: { usage: "max(xs)", args: [1, 1], result: numbers },
  count: { usage: "count(bools)", args: [1, 1], result: (call) => overBools(call, int) },
  all: { usage: "all(bools)", args: [1, 1], result: (call) => overBools(call, bool) },
  any: { usage: "any(bools)", args: [1, 1], result: (call) => overBools(call, bool) },
  most_common: { usage: "most_common(xs)", args: [1, 1], result: (call) => nullable(listArgument(call, 0).element) },
  range: { usage: "range(a, b)", args: [1, 2], result: range },
  keys: { usage: "keys(m)", args: [1, 1], result: (call) => ofMap(call, () => string) },
  values: { usage: "values(m)", args: [1, 1], result: (call) => ofMap(call, (value) => value) },
};

function len(call: FunctionCall): Type {
  const type = argument(call, 0);
  const counts = type.kind === "list" || type.kind === "map" || isSettled(type) || fits(type, string);
  if (!counts) reportArgument(call, 0, type, "a list, a text or a map", type.kind === "json" ? "Give it a type first: `as(…, TYPE)`." : undefined);
  return int;
}

function bounded(element: Type, min: number | undefined, max: number | undefined): ListType {
  return { kind: "list", element, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function some(call: FunctionCall): Type {
  const list = listArgument(call, 0);
  const [, count] = call.args;
  if (count === undefined) return nullable(list.element);
  argument(call, 1, int);
  const n = writtenCount(count);
  const max = n === undefined ? list.max : Math.min(n, list.max ?? n);
  return bounded(list.element, n === undefined || list.min === undefined ? undefined : Math.min(n, list.min), max);
}

function flatten(call: FunctionCall): Type {
  const outer = listArgument(call, 0);
  const inner = outer.element;
  if (inner.kind === "list") {
    const max = outer.max === undefined || inner.max === undefined ? undefined : outer.max * inner.max;
    return bounded(inner.element, undefined, max);
  }
  if (!isSettled(inner)) {
    const hint = inner.kind === "nullable" && inner.type.kind === "list" ? "Leave the nulls out first: `flatten(compact(…))`." : "Leave the `flatten` out.";
    if (inner.kind === "nullable")
      call.env.context.report({
        code: "T302",
        message: "`flatten` takes a list of lists, and some of these may be null.",
        span: call.args[0] ?? call.call,
        hint,
      });
    else reportArgument(call, 0, outer, "a list of lists", hint);
  }
  return bounded(unknown, undefined, undefined);
}

function compact(call: FunctionCall): Type {
  const list = listArgument(call, 0);
  if (list.element.kind !== "nullable" && list.element.kind !== "null" && !isSettled(list.element) && list.element.kind !== "json") {
    call.env.context.report({
      code: "T331",
      severity: "warning",
      message: "No element of this list is ever null.",
      span: call.args[0] ?? call.call,
      hint: "Leave the `compact` out.",
    });
  }
  return bounded(withoutNull(list.element), undefined, list.max);
}

function concat(call: FunctionCall): Type {
  const left = listArgument(call, 0);
  const right = listArgument(call, 1, isEmptyList(call, 1) ? left.element : undefined);
  const element = joined([left.element, right.element], call.call, "`concat`", call.env);
  const sum = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : a + b);
  return bounded(element, sum(left.min, right.min), sum(left.max, right.max));
}

function append(call: FunctionCall): Type {
  const list = listArgument(call, 0);
  const wanted = call.args[1]?.kind === "ObjectExpr" || call.args[1]?.kind === "ListExpr" ? list.element : undefined;
  const added = argument(call, 1, wanted);
  const element = joined([list.element, added], call.call, "`append`", call.env);
  return bounded(element, list.min === undefined ? undefined : list.min + 1, list.max === undefined ? undefined : list.max + 1);
}

function isEmptyList(call: FunctionCall, index: number): boolean {
  const expr = call.args[index];
  return expr?.kind === "ListExpr" && expr.items.length === 0;
}

function unique(call: FunctionCall): Type {
  const list = listArgument(call, 0);
  return bounded(list.element, list.min === undefined ? undefined : Math.min(1, list.min), list.max);
}

function sortBy(call: FunctionCall): Type {
  const list = listArgument(call, 0);
  argument(call, 1, string);
  const [, at] = call.args;
  if (at === undefined || isSettled(list.element)) return list;
  const { report } = call.env.context;
  const records = membersOf(list.element).filter((member) => member.kind === "record");
  if (records.length === 0 || records.length < membersOf(list.element).length) {
    report({
      code: "T301",
      message: `\`sort_by\` sorts records by a field, and these are \`${spell(list.element)}\`.`,
      span: call.args[0] ?? call.call,
      hint: "Give it a list of records.",
    });
    return list;
  }
  const name = plainText(at);
  if (name === undefined) {
    report({ code: "T341", message: "The field to sort by must be known before a run.", span: at, hint: 'Write its name: `sort_by(xs, "field")`.' });
    return list;
  }
  const fields = [...(records[0]?.fields.keys() ?? [])].filter((field) => records.every((record) => record.fields.has(field)));
  const types = records.flatMap((record) => record.fields.get(name)?.type ?? []);
  const type = types.length === records.length ? joinAll(types) : undefined;
  if (type === undefined) {
    const near = suggest(name, fields);
    report({
      code: "T216",
      message: `\`${spell(list.element)}\` has no field "${name}".`,
      span: at,
      hint: near === undefined ? `It has ${fields.map((one) => `"${one}"`).join(", ")}.` : `Did you mean ${JSON.stringify(near)}?`,
    });
  } else if (!isNumber(withoutNull(type)) && !fits(withoutNull(type), string) && !fits(withoutNull(type), bool)) {
    report({
      code: "T301",
      message: `"${name}" is \`${spell(type)}\`, which has no order.`,
      span: at,
      hint: "Sort by a field that is a number, a text or a bool.",
    });
  }
  return list;
}

function numbers(call: FunctionCall): Type {
  const { element } = listArgument(call, 0);
  if (isSettled(element)) return unknown;
  if (isNumber(element)) return { kind: element.kind === "int" ? "int" : "float" };
  call.env.context.report({
    code: element.kind === "nullable" ? "T302" : "T301",
    message:
      element.kind === "nullable"
        ? `\`${call.name}\` takes a list of numbers, and some of these may be null.`
        : `\`${call.name}\` takes a list of numbers, and these are \`${spell(element)}\`.`,
    span: call.args[0] ?? call.call,
    hint:
      element.kind === "nullable" ? `Leave the nulls out first: \`${call.name}(compact(…))\`.` : `Take the numbers first: \`${call.name}(for x in xs { … })\`.`,
  });
  return unknown;
}

function overBools(call: FunctionCall, result: Type): Type {
  const { element } = listArgument(call, 0);
  if (isSettled(element) || fits(element, bool)) return result;
  call.env.context.report({
    code: "T301",
    message: `\`${call.name}\` takes a list of bools, and these are \`${spell(element)}\`.`,
    span: call.args[0] ?? call.call,
    hint: `Write the condition for each: \`${call.name}(for x in xs { x == … })\`.`,
  });
  return result;
}

function range(call: FunctionCall): Type {
  argument(call, 0, int);
  if (call.args.length > 1) argument(call, 1, int);
  const from = call.args.length > 1 ? writtenCount(call.args[0]) : 0;
  const to = writtenCount(call.args.at(-1));
  const length = from === undefined || to === undefined ? undefined : Math.max(0, to - from);
  return bounded(int, length, length);
}

function ofMap(call: FunctionCall, element: (value: Type) => Type): Type {
  const type = argument(call, 0);
  if (type.kind === "map") return { kind: "list", element: element(type.value) };
  if (!isSettled(type)) reportArgument(call, 0, type, "a map", type.kind === "record" ? "A record's fields are known: read them with `.`." : "Give it a map.");
  return { kind: "list", element: unknown };
}
