import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { Expr, ExprOf } from "../graph/expressions.ts";
import type { TemplateNode } from "../graph/graph.ts";
import { evaluate } from "./evaluate.ts";
import { callFunction } from "./library.ts";
import type { Program } from "./program.ts";
import { elementOf, memberOf } from "./values/access.ts";
import { asBool, asNumber } from "./values/kinds.ts";
import { Variables } from "./variables.ts";

/**
 * The kinds whose value follows from the values of all their parts, which are evaluated from left to right. Written once:
 * pure evaluation and the run, where a part may wait, differ only in how they come by the parts.
 */
export interface Strict<K extends StrictKind> {
  readonly parts: (node: ExprOf<K>) => readonly Expr[];
  readonly value: (node: ExprOf<K>, parts: readonly Json[], program: Program) => Json;
}
export type StrictKind = "list" | "object" | "member" | "index" | "unary" | "function" | "template_call";

export const strict: { readonly [K in StrictKind]: Strict<K> } = {
  list: { parts: ({ items }) => items, value: (_node, items) => items },
  object: {
    parts: ({ entries }) => entries.map(({ value }) => value),
    value: ({ entries }, values) => Object.fromEntries(entries.map(({ key }, index) => [key, values[index] ?? null])),
  },
  member: { parts: ({ object }) => [object], value: ({ name, place }, [object = null]) => memberOf(object, name, place) },
  index: { parts: ({ object, index }) => [object, index], value: ({ place }, [object = null, index = null]) => elementOf(object, index, place) },
  unary: {
    parts: ({ operand }) => [operand],
    value: ({ op, place }, [operand = null]) => (op === "!" ? !asBool(operand, "What follows `!`", place) : -asNumber(operand, "What follows `-`", place)),
  },
  function: {
    parts: ({ args, named }) => [...args, ...Object.values(named)],
    value: (node, parts, program) => {
      const { name, place, of } = node;
      const count = node.args.length;
      const named = Object.fromEntries(Object.keys(node.named).map((key, index) => [key, parts[count + index] ?? null]));
      return callFunction({ name, place, program, args: parts.slice(0, count), named, ...(of === undefined ? {} : { of }) });
    },
  },
  template_call: {
    parts: ({ args }) => Object.values(args),
    value: (node, values, program) => {
      const template = templateOf(node.template, program, node.place);
      const given = Object.fromEntries(Object.keys(node.args).map((name, index) => [name, values[index] ?? null]));
      return renderTemplate(template, given, program);
    },
  },
};

/** A template's text with these arguments; those left out take their defaults. */
export function renderTemplate(template: TemplateNode, given: Readonly<Record<string, Json>>, program: Program): Json {
  const names = Object.fromEntries(
    template.params.map((param) => [param.name, (Object.hasOwn(given, param.name) ? given[param.name] : param.default) ?? null]),
  );
  return evaluate(template.text, Variables.of(names), program);
}

export function templateOf(key: string, program: Program, place: string): TemplateNode {
  const template = program.graph.templates[key];
  if (template === undefined) throw new RunError("internal", `The graph has no template "${key}".`, { code: "T624", place });
  return template;
}
