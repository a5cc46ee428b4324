import { errorClasses } from "../diagnostics/classes.ts";
import type { JsonSchema } from "../diagnostics/json.ts";
import { expressionDefinitions, tagged } from "./expressions.schema.ts";
import type {
  AgentNode,
  BreakerNode,
  BudgetNode,
  EnvNode,
  Graph,
  HandoffNode,
  LimitNode,
  McpNode,
  MessageNode,
  ModelNode,
  ParametersNode,
  ParamNode,
  PriceNode,
  ProfileNode,
  ProviderNode,
  RateNode,
  RetryNode,
  TemplateNode,
  TestNode,
  ToolNode,
  ToolRef,
  WorkflowNode,
} from "./graph.ts";
import {
  amount,
  anyOf,
  anything,
  boolean,
  constant,
  count,
  jsonObject,
  list,
  number,
  object,
  oneOf,
  optional,
  record,
  ref,
  type Shape,
  string,
  words,
} from "./shape.ts";
import type { FieldNode, RecordNode, TypeNode } from "./types.ts";

const decl = { name: string, place: string, doc: optional(string) };
const settings = record(ref("setting"));

/** One entry for every kind of type: a kind without one does not compile. */
const types: { readonly [K in TypeNode["kind"]]: Shape<Omit<Extract<TypeNode, { kind: K }>, "kind">> } = {
  string: { min: optional(count), max: optional(count), pattern: optional(string) },
  int: { min: optional(number), max: optional(number) },
  float: { min: optional(number), max: optional(number) },
  bool: {},
  json: {},
  null: {},
  image: {},
  file: {},
  literal: { value: { type: ["string", "boolean"] } },
  list: { element: ref("type"), min: optional(count), max: optional(count) },
  map: { value: ref("type") },
  nullable: { type: ref("type") },
  record: { name: string },
  union: { members: list(ref("type")), tag: optional(string) },
  none: {},
};

const models: { readonly [K in ModelNode["kind"]]: Shape<Omit<Extract<ModelNode, { kind: K }>, "kind">> } = {
  model: {
    ...decl,
    provider: string,
    id: string,
    parameters: object<ParametersNode>({
      temperature: optional(number),
      top_p: optional(number),
      max_tokens: optional(count),
      stop: optional(list(string)),
      seed: optional({ type: "integer" }),
      reasoning: optional(string),
    }),
    retry: optional(ref("retryRef")),
    timeoutMs: optional(amount),
    price: optional(object<PriceNode>({ input: amount, cached_input: optional(amount), cache_write: optional(amount), output: amount })),
    extra: optional(jsonObject),
  },
  fallback: { ...decl, models: list(string), cooldownMs: amount },
  round_robin: { ...decl, models: list(string) },
};

const param = object<ParamNode>({ name: string, type: ref("type"), default: optional(anything), doc: optional(string) });

const agent: Shape<AgentNode> = {
  ...decl,
  params: list(ref("param")),
  result: ref("type"),
  model: ref("expr"),
  messages: list(
    object<MessageNode>({ role: words(["system", "user", "assistant"]), text: ref("expr"), parts: optional(constant(true)), cache: optional(constant(true)) }),
  ),
  callable: boolean,
  tools: list(
    anyOf(
      object<Extract<ToolRef, { of: "tool" | "agent" }>>({ of: words(["tool", "agent"]), key: string }),
      object<Extract<ToolRef, { of: "mcp" }>>({ of: constant("mcp"), key: string, tool: string }),
    ),
  ),
  handoffs: list(object<HandoffNode>({ agent: string, args: record(ref("expr")) })),
  maxTurns: count,
  maxToolCalls: count,
  toolChoice: anyOf(words(["auto", "required", "none"]), object<Exclude<AgentNode["toolChoice"], string>>({ tool: string })),
  retry: optional(ref("retryRef")),
  timeoutMs: optional(amount),
  budget: optional(ref("budgetRef")),
  output: words(["native", "tool", "text"]),
  ensure: list(object<AgentNode["ensure"][number]>({ condition: ref("expr"), source: string })),
  check: list(object<AgentNode["check"][number]>({ name: string, condition: ref("expr"), source: string })),
  repair: optional(object<NonNullable<AgentNode["repair"]>>({ template: string, max: count })),
};

const tool: Shape<ToolNode> = {
  ...decl,
  params: list(ref("param")),
  result: ref("type"),
  module: string,
  effect: words(["read", "write"]),
  timeoutMs: optional(amount),
  retry: optional(ref("retryRef")),
  deny: optional(ref("expr")),
  approve: optional(ref("expr")),
  maxResult: optional(count),
  options: optional(settings),
  onError: optional(string),
};

const rate = object<RateNode>({ amount, windowMs: amount });

const provider: Shape<ProviderNode> = {
  ...decl,
  of: anyOf(
    object<Extract<ProviderNode["of"], { kind: string }>>({ kind: string }),
    object<Extract<ProviderNode["of"], { module: string }>>({ module: string }),
  ),
  options: settings,
  timeoutMs: optional(amount),
  limit: optional(object<LimitNode>({ requests: optional(rate), tokens: optional(rate), concurrent: optional(count) })),
  breaker: optional(anyOf(constant("none"), object<BreakerNode>({ calls: count, windowMs: amount, openMs: amount }))),
};

const retry: Shape<RetryNode> = {
  ...decl,
  attempts: { type: "integer", minimum: 1 },
  delayMs: amount,
  backoff: amount,
  maxDelayMs: amount,
  jitter: words(["none", "full", "equal"]),
  deadlineMs: optional(amount),
  on: list(words(errorClasses)),
  respectRetryAfter: boolean,
};

const graph: Shape<Graph> = {
  version: constant(1),
  sources: list(object<Graph["sources"][number]>({ path: string, sha256: string })),
  doc: optional(string),
  types: record(
    object<RecordNode>({ name: string, doc: optional(string), fields: list(object<FieldNode>({ name: string, type: ref("type"), doc: optional(string) })) }),
  ),
  schemas: record(object<Graph["schemas"][string]>({ parameters: jsonObject, result: jsonObject })),
  providers: record(ref("provider")),
  models: record(ref("modelDeclaration")),
  retries: record(object(retry)),
  budgets: record(object<BudgetNode>({ ...decl, maxUsd: amount, onExceed: words(["stop", "warn"]) })),
  templates: record(object<TemplateNode>({ ...decl, params: list(ref("param")), text: ref("expr"), options: optional(jsonObject) })),
  tools: record(object(tool)),
  mcp: record(ref("mcp")),
  agents: record(object(agent)),
  workflows: record(
    object<WorkflowNode>({
      ...decl,
      params: list(ref("param")),
      result: ref("type"),
      timeoutMs: optional(amount),
      budget: optional(ref("budgetRef")),
      body: list(ref("statement")),
    }),
  ),
  tests: list(object<TestNode>({ name: string, place: string, body: list(ref("testStatement")) })),
  profiles: record(object<ProfileNode>({ providers: record(ref("provider")), models: record(ref("modelDeclaration")), mcp: record(ref("mcp")) })),
  main: { type: ["string", "null"] },
  mains: list(string),
};

/** The JSON Schema of a graph: what `schemas/graph.schema.json` holds, and what a graph that is read is held to. */
export function graphSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Tantra graph",
    description: "What a Tantra program becomes: `tantra compile FILE` prints it, `tantra run GRAPH.json` runs it.",
    ...object(graph),
    $defs: {
      type: oneOf(
        "kind",
        Object.keys(types).map((kind) => `type_${kind}`),
      ),
      ...tagged("kind", "type_", types),
      param,
      provider: object(provider),
      modelDeclaration: oneOf(
        "kind",
        Object.keys(models).map((kind) => `declaration_${kind}`),
      ),
      ...tagged("kind", "declaration_", models),
      mcp: object<McpNode>({ ...decl, options: settings }),
      env: object<EnvNode>({ kind: constant("env"), name: string, default: optional(string), place: string }),
      // A secret is told from a plain object by its `kind`, so an option of that name and value cannot be written otherwise.
      setting: {
        if: { type: "object", properties: { kind: { const: "env" } }, required: ["kind"] },
        then: ref("env"),
        else: {
          type: ["string", "number", "boolean", "null", "array", "object"],
          items: ref("setting"),
          additionalProperties: ref("setting"),
        },
      },
      ...expressionDefinitions(),
    },
  };
}
