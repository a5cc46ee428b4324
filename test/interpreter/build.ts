import type { Json } from "../../src/diagnostics/json.ts";
import type { BinaryNode, BranchNode, BranchOptions, CallOptions, Expr, Statement } from "../../src/graph/expressions.ts";
import type { AgentNode, Graph, ParamNode, ToolNode, WorkflowNode } from "../../src/graph/graph.ts";
import { outputSchema, parametersSchema } from "../../src/graph/schema.ts";
import type { TypeNode } from "../../src/graph/types.ts";

/** Graphs by hand: every node says its kind once, its place is `t:1:1`, its declarations are `t#name`. */
export const place = "t:1:1";
const text: TypeNode = { kind: "string" };

export const lit = (value: Json): Expr => ({ kind: "literal", place, value });
export const read = (name: string): Expr => ({ kind: "read", place, name });
export const say = (...parts: readonly (string | Expr)[]): Expr => ({ kind: "text", place, parts });
export const op = (left: Expr, operator: BinaryNode["op"], right: Expr): Expr => ({ kind: "binary", place, op: operator, left, right });
export const fn = (name: string, ...args: readonly Expr[]): Expr => ({ kind: "function", place, name, args, named: {} });
export const list = (...items: readonly Expr[]): Expr => ({ kind: "list", place, items });
export const member = (object: Expr, name: string): Expr => ({ kind: "member", place, object, name });
export const block = (...body: readonly Statement[]): Expr => ({ kind: "block", place, body });
export const fail = (message: string): Expr => ({ kind: "fail", place, message: lit(message) });
export const bind = (name: string, value: Expr): Statement => ({ kind: "let", place, name, value });
export const set = (name: string, value: Expr): Statement => ({ kind: "assign", place, name, value });
export const give = (value: Expr): Statement => ({ kind: "return", place, value });
export const stop: Statement = { kind: "break", place };
export const when = (condition: Expr, then: Expr, otherwise?: Expr): Expr => ({
  kind: "if",
  place,
  condition,
  then,
  ...(otherwise === undefined ? {} : { else: otherwise }),
});
export const caught = (expr: Expr, name: string, handler: Expr): Expr => ({ kind: "catch", place, expr, name, handler });

/** `path` is the last segment; the rest of a static path does not matter to a run. */
export const ask = (name: string, args: Record<string, Expr> = {}, options: CallOptions = {}, path = name): Expr => ({
  kind: "agent_call",
  place,
  path: `w/${path}`,
  agent: `t#${name}`,
  args,
  options,
});
export const use = (name: string, args: Record<string, Expr> = {}, options: CallOptions = {}): Expr => ({
  kind: "tool_call",
  place,
  path: `w/${name}`,
  tool: `t#${name}`,
  args,
  options,
});
export const start = (name: string, args: Record<string, Expr> = {}, options: CallOptions = {}): Expr => ({
  kind: "workflow_call",
  place,
  path: `w/${name}`,
  workflow: `t#${name}`,
  args,
  options,
});
export const branch = (name: string, value: Expr): BranchNode => ({ place, path: `w/branches/${name}`, name, value });

/** A person is asked. The step's name is the question's. */
export const person = (question: string, type: TypeNode = { kind: "bool" }, more: { readonly timeoutMs?: number; readonly default?: Expr } = {}): Expr => ({
  kind: "ask",
  place,
  path: `w/${question.replace(/\W/g, "")}`,
  question: lit(question),
  type,
  ...more,
});

export type Options = Partial<BranchOptions>;
export const parallel = (options: Options, ...branches: readonly BranchNode[]): Expr => ({
  kind: "parallel",
  place,
  path: "w/parallel",
  options: { onError: "fail", ...options },
  branches,
});
export const race = (timeoutMs: number | undefined, ...branches: readonly BranchNode[]): Expr => ({
  kind: "race",
  place,
  path: "w/race",
  branches,
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
});
export const spread = (xs: Expr, body: Expr, options: Options = {}, filter?: Expr): Expr => ({
  kind: "parallel_for",
  place,
  path: "w/each",
  options: { onError: "fail", ...options },
  index: "i",
  name: "x",
  list: xs,
  body,
  ...(filter === undefined ? {} : { filter }),
});
export const loop = (xs: Expr, body: Expr): Expr => ({ kind: "for", place, path: "w/for", index: "i", name: "x", list: xs, body, gives: true });
export const repeat = (max: number, ...body: readonly Statement[]): Expr => ({ kind: "repeat", place, path: "w/repeat", max: lit(max), body: block(...body) });

export function param(name: string, type: TypeNode = text, more: Partial<ParamNode> = {}): ParamNode {
  return { name, type, ...more };
}

/** An agent with one text parameter `q` that it passes on as it is. */
export function agent(name: string, more: Partial<AgentNode> = {}): AgentNode {
  return {
    name,
    place,
    params: [param("q", text, { default: "go" })],
    result: text,
    model: { kind: "model", place, key: "t#fast" },
    messages: [{ role: "user", text: read("q") }],
    callable: true,
    tools: [],
    handoffs: [],
    maxTurns: 10,
    maxToolCalls: 50,
    toolChoice: "auto",
    output: "native",
    ensure: [],
    check: [],
    ...more,
  };
}

export function tool(name: string, more: Partial<ToolNode> = {}): ToolNode {
  return { name, place, params: [param("q", text, { default: "go" })], result: { kind: "json" }, module: "./tools.ts", effect: "write", ...more };
}

export function workflow(name: string, body: readonly Statement[], more: Partial<WorkflowNode> = {}): WorkflowNode {
  return { name, place, params: [], result: { kind: "json" }, body, ...more };
}

export interface Parts extends Partial<Pick<Graph, "types" | "templates" | "profiles" | "budgets" | "models" | "mcp">> {
  readonly agents?: readonly AgentNode[];
  readonly tools?: readonly ToolNode[];
  /** The first one is what a run starts. */
  readonly workflows?: readonly WorkflowNode[];
}

/** A whole graph around these: one simulated provider `t#llm` with the model `t#fast`, without retries. */
export function graphOf({ agents = [], tools = [], workflows = [], models = {}, ...more }: Parts): Graph {
  const types = more.types ?? {};
  const byKey = <T extends { readonly name: string }>(nodes: readonly T[]): Record<string, T> =>
    Object.fromEntries(nodes.map((node) => [`t#${node.name}`, node]));
  const mains = (workflows.length > 0 ? workflows : agents).map(({ name }) => `t#${name}`);
  return {
    version: 1,
    sources: [{ path: "t", sha256: "" }],
    types,
    schemas: Object.fromEntries(
      [...agents, ...tools, ...workflows].map(({ name, params, result }) => [
        `t#${name}`,
        { parameters: parametersSchema(params, types), result: outputSchema(result, types).schema },
      ]),
    ),
    providers: { "t#llm": { name: "llm", place, of: { kind: "simulator" }, options: {}, limit: { concurrent: 100_000 } } },
    models: {
      "t#fast": { kind: "model", name: "fast", place, provider: "t#llm", id: "sim-1", parameters: {}, retry: "none", price: { input: 1, output: 1 } },
      ...models,
    },
    retries: {},
    budgets: {},
    templates: {},
    mcp: {},
    tests: [],
    profiles: {},
    ...more,
    tools: byKey(tools),
    agents: byKey(agents),
    workflows: byKey(workflows),
    main: mains[0] ?? null,
    mains,
  };
}

/** A graph of one workflow `w` with this body. */
export function flow(body: readonly Statement[], parts: Parts = {}): Graph {
  return graphOf({ ...parts, workflows: [workflow("w", body), ...(parts.workflows ?? [])] });
}
