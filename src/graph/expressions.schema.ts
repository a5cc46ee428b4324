import { errorClasses } from "../diagnostics/classes.ts";
import type { JsonSchema } from "../diagnostics/json.ts";
import type {
  AssignNode,
  BranchNode,
  BranchOptions,
  BreakNode,
  CallOptions,
  ExprKind,
  ExprOf,
  LetNode,
  MediaNode,
  ReturnNode,
  TextForNode,
  TextIfNode,
} from "./expressions.ts";
import type { BudgetRef, RetryRef, TestStatement } from "./graph.ts";
import { amount, anyOf, anything, boolean, constant, list, object, oneOf, optional, record, ref, type Shape, string, words } from "./shape.ts";

const base = { place: string, type: optional(ref("type")) };
const step = { ...base, path: string };
const expr = ref("expr");
const args = record(expr);
const body = list(ref("statement"));

const operators: readonly ExprOf<"binary">["op"][] = ["??", "||", "&&", "==", "!=", "in", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"];
const name = { type: "string", minLength: 1 };

const budgetRef: JsonSchema = anyOf(
  object<Extract<BudgetRef, { budget: string }>>({ budget: string }),
  object<Extract<BudgetRef, { maxUsd: number }>>({ maxUsd: amount }),
);
const retryRef: JsonSchema = anyOf(constant("none"), object<Exclude<RetryRef, "none">>({ retry: string }));

const callOptions = object<CallOptions>({
  model: optional(expr),
  retry: optional(ref("retryRef")),
  timeoutMs: optional(amount),
  budget: optional(ref("budgetRef")),
});
const branchOptions = object<BranchOptions>({
  max: optional(expr),
  onError: words(["fail", "continue", "collect"]),
  need: optional(expr),
  timeoutMs: optional(amount),
});

/** One entry for every kind of expression: a kind without one does not compile. */
const expressions: { readonly [K in ExprKind]: Shape<Omit<ExprOf<K>, "kind">> } = {
  literal: { ...base, value: anything },
  text: { ...base, parts: list(ref("textPart")), trimFinalNewline: optional(constant(true)) },
  list: { ...base, items: list(expr) },
  object: { ...base, entries: list(object<ExprOf<"object">["entries"][number]>({ key: string, value: expr })) },
  read: { ...base, name },
  model: { ...base, key: string },
  member: { ...base, object: expr, name },
  index: { ...base, object: expr, index: expr },
  unary: { ...base, op: words(["!", "-"]), operand: expr },
  binary: { ...base, op: words(operators), left: expr, right: expr },
  function: { ...base, name, args: list(expr), named: args, of: optional(ref("type")) },
  template_call: { ...base, template: string, args },
  agent_call: { ...step, agent: string, args, options: ref("callOptions") },
  tool_call: { ...step, tool: string, args, options: ref("callOptions") },
  mcp_call: { ...step, server: string, tool: string, args, options: ref("callOptions") },
  workflow_call: { ...step, workflow: string, args, options: ref("callOptions") },
  block: { ...base, body },
  if: { ...base, condition: expr, then: expr, else: optional(expr) },
  match: { ...base, subject: expr, arms: list(object<ExprOf<"match">["arms"][number]>({ pattern: ref("pattern"), value: expr })) },
  catch: { ...base, expr, name, handler: expr },
  fail: { ...base, message: optional(expr) },
  parallel: { ...step, options: ref("branchOptions"), branches: list(ref("branch")) },
  parallel_for: { ...step, options: ref("branchOptions"), index: optional(name), name, list: expr, filter: optional(expr), body: expr },
  race: { ...step, timeoutMs: optional(amount), branches: list(ref("branch")) },
  for: { ...step, index: optional(name), name, list: expr, filter: optional(expr), body: expr, gives: boolean },
  repeat: { ...step, max: expr, body: expr },
  ask: { place: string, path: string, question: expr, type: ref("type"), timeoutMs: optional(amount), default: optional(expr) },
  chat: { ...step, agent: string, args, from: optional(name), session: optional(expr) },
  chat_send: { ...step, chat: name, text: optional(expr), options: ref("callOptions") },
  chat_add: { ...base, chat: name, role: words(["user", "assistant", "system"]), text: expr },
  chat_messages: { ...base, chat: name },
  fork: { ...base, chat: name },
};
export const exprKinds = Object.keys(expressions) as readonly ExprKind[];

type TestOnly = Extract<TestStatement, { kind: "fake" | "expect" | "expect_fails" | "replay" }>;
type FakeNode = Extract<TestStatement, { kind: "fake" }>;

/** Statements that are no expressions, and what a test has beside those. */
const statements: {
  readonly let: Shape<Omit<LetNode, "kind">>;
  readonly assign: Shape<Omit<AssignNode, "kind">>;
  readonly return: Shape<Omit<ReturnNode, "kind">>;
  readonly break: Shape<Omit<BreakNode, "kind">>;
} = {
  let: { place: string, name, value: expr },
  assign: { place: string, name, value: expr },
  return: { place: string, value: optional(expr) },
  break: { place: string },
};
const testStatements: { readonly [K in TestOnly["kind"]]: Shape<Omit<Extract<TestOnly, { kind: K }>, "kind">> } = {
  fake: {
    place: string,
    target: anyOf(
      object<Extract<FakeNode["target"], { of: "agent" | "tool" | "model" }>>({ of: words(["agent", "tool", "model"]), key: string }),
      object<Extract<FakeNode["target"], { of: "mcp" }>>({ of: constant("mcp"), key: string, tool: string }),
      object<Extract<FakeNode["target"], { of: "ask" }>>({ of: constant("ask") }),
    ),
    outcomes: list(
      anyOf(
        object<Extract<FakeNode["outcomes"][number], { value: unknown }>>({ value: expr }),
        object<Extract<FakeNode["outcomes"][number], { fail: unknown }>>({ fail: words(errorClasses), message: optional(expr) }),
      ),
    ),
  },
  expect: { place: string, source: string, value: expr },
  expect_fails: { place: string, class: words(errorClasses), body },
  replay: { place: string, file: string },
};

type OwnPart = MediaNode | TextForNode | TextIfNode;
const textParts: { readonly [K in OwnPart["kind"]]: Shape<Omit<Extract<OwnPart, { kind: K }>, "kind">> } = {
  media: { place: string, of: words(["image", "file"]), value: expr },
  text_for: { place: string, name, list: expr, body: list(ref("textPart")) },
  text_if: { place: string, condition: expr, then: list(ref("textPart")), else: list(ref("textPart")) },
};

type Pattern = ExprOf<"match">["arms"][number]["pattern"];
const patterns: { readonly [K in Pattern["of"]]: Shape<Omit<Extract<Pattern, { of: K }>, "of">> } = {
  value: { value: { type: ["string", "boolean", "null"] } },
  field: { name, value: { type: ["string", "boolean"] } },
  any: {},
};

/** `$defs` of everything that stands in a body. */
export function expressionDefinitions(): Readonly<Record<string, JsonSchema>> {
  return {
    expr: oneOf("kind", Object.keys(expressions)),
    statement: oneOf("kind", [...Object.keys(statements), ...Object.keys(expressions)]),
    testStatement: oneOf("kind", [...Object.keys(testStatements), ...Object.keys(statements), ...Object.keys(expressions)]),
    // Not an `anyOf`: its errors would speak of every way in which a part is no string.
    textPart: { if: { type: "string" }, else: oneOf("kind", [...Object.keys(textParts), ...Object.keys(expressions)]) },
    pattern: oneOf(
      "of",
      Object.keys(patterns).map((of) => `pattern_${of}`),
    ),
    budgetRef,
    retryRef,
    callOptions,
    branchOptions,
    branch: object<BranchNode>({ ...step, name: optional(name), value: expr }),
    ...tagged("kind", "", { ...expressions, ...statements, ...testStatements, ...textParts }),
    ...tagged("of", "pattern_", patterns),
  };
}

/** Definitions of a union's members, each with its tag in front. */
export function tagged(key: string, prefix: string, shapes: Readonly<Record<string, object>>): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    Object.entries(shapes).map(([tag, shape]) => [`${prefix}${tag}`, object({ [key]: constant(tag), ...shape } as Shape<Record<string, unknown>>)]),
  );
}
