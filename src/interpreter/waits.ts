import type { Expr, ExprKind, ExprOf, Statement, TextPart } from "../graph/expressions.ts";
import { type StrictKind, strict } from "./strict.ts";

/**
 * Whether an expression can wait: for a model, a tool, a person, or for branches. What cannot is evaluated at once, without
 * a promise. Decided once per node and kept with it.
 */
export function waits(node: Expr): boolean {
  let known = decided.get(node);
  if (known === undefined) {
    const parts = partsOf[node.kind] as (node: Expr) => readonly Expr[] | "always";
    const found = parts(node);
    known = found === "always" || found.some(waits);
    decided.set(node, known);
  }
  return known;
}

/** A fact about each node that never changes, whoever asks. */
const decided = new WeakMap<Expr, boolean>();

const always = (): "always" => "always";
const none = (): readonly Expr[] => [];
function parts<K extends StrictKind>(kind: K): (node: ExprOf<K>) => readonly Expr[] {
  return (node) => strict[kind].parts(node);
}

const partsOf: { readonly [K in ExprKind]: (node: ExprOf<K>) => readonly Expr[] | "always" } = {
  literal: none,
  read: none,
  model: none,
  list: parts("list"),
  object: parts("object"),
  member: parts("member"),
  index: parts("index"),
  unary: parts("unary"),
  function: parts("function"),
  template_call: parts("template_call"),
  text: ({ parts }) => parts.flatMap(ofText),
  binary: ({ left, right }) => [left, right],
  block: ({ body }) => body.flatMap(ofStatement),
  if: (node) => [node.condition, node.then, ...present(node.else)],
  match: ({ subject, arms }) => [subject, ...arms.map((arm) => arm.value)],
  catch: ({ expr, handler }) => [expr, handler],
  fail: ({ message }) => present(message),
  for: ({ list, filter, body }) => [list, ...present(filter), body],
  repeat: ({ max, body }) => [max, body],
  agent_call: always,
  tool_call: always,
  mcp_call: always,
  workflow_call: always,
  parallel: always,
  parallel_for: always,
  race: always,
  ask: always,
  chat: always,
  chat_send: always,
  chat_add: always,
  chat_messages: always,
  fork: always,
};

function present(expr: Expr | undefined): readonly Expr[] {
  return expr === undefined ? [] : [expr];
}

function ofStatement(statement: Statement): readonly Expr[] {
  switch (statement.kind) {
    case "let":
    case "assign":
      return [statement.value];
    case "return":
      return present(statement.value);
    case "break":
      return [];
    default:
      return [statement];
  }
}

function ofText(part: TextPart): readonly Expr[] {
  if (typeof part === "string") return [];
  if (part.kind === "media") return [part.value];
  if (part.kind === "text_for") return [part.list, ...part.body.flatMap(ofText)];
  if (part.kind === "text_if") return [part.condition, ...part.then.flatMap(ofText), ...part.else.flatMap(ofText)];
  return [part];
}
