import type { ErrorClass } from "../diagnostics/classes.ts";
import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
import type { Expr, Statement } from "./expressions.ts";
import type { RecordNode, TypeNode } from "./types.ts";

/**
 * What a program becomes: plain JSON, complete, resolved. Declarations are keyed `file#name`; a place is
 * `file:line:column`; a duration is in milliseconds and says so in its name; money is in US dollars.
 */
export interface Graph {
  readonly version: 1;
  /**
   * Every file that went into it, the entry first, with the SHA-256 (hex) of its text as the language reads it: no BOM, `\n` as
   * line end, and of a template's text file without its final newline.
   */
  readonly sources: readonly { readonly path: string; readonly sha256: string }[];
  /** The file's `//!` text. */
  readonly doc?: string;
  /** Record types by key (`file#Name`; the built-in `Error` without `#`). */
  readonly types: Readonly<Record<string, RecordNode>>;
  /** JSON Schemas of agents, tools and workflows by key: what their parameters are, what they give. */
  readonly schemas: Readonly<Record<string, { readonly parameters: JsonSchema; readonly result: JsonSchema }>>;
  readonly providers: Readonly<Record<string, ProviderNode>>;
  readonly models: Readonly<Record<string, ModelNode>>;
  readonly retries: Readonly<Record<string, RetryNode>>;
  readonly budgets: Readonly<Record<string, BudgetNode>>;
  readonly templates: Readonly<Record<string, TemplateNode>>;
  readonly tools: Readonly<Record<string, ToolNode>>;
  readonly mcp: Readonly<Record<string, McpNode>>;
  readonly agents: Readonly<Record<string, AgentNode>>;
  readonly workflows: Readonly<Record<string, WorkflowNode>>;
  readonly tests: readonly TestNode[];
  /** Every profile is kept; one is chosen at start, and its entries replace those of the same key. */
  readonly profiles: Readonly<Record<string, ProfileNode>>;
  /** What a run starts: a workflow's or an agent's key. Null: there are several, the caller names one of `mains`. */
  readonly main: string | null;
  /** What may be named to start: the workflows of the entry file, or its agents where it has no workflow. */
  readonly mains: readonly string[];
}

interface DeclNode {
  /** The name as a person wrote it. */
  readonly name: string;
  readonly place: string;
  readonly doc?: string;
}

/** A value of an option: JSON, in which a secret is `{ "kind": "env", … }`. */
export type Setting = string | number | boolean | null | readonly Setting[] | EnvNode | { readonly [key: string]: Setting };
export interface EnvNode {
  readonly kind: "env";
  readonly name: string;
  readonly default?: string;
  readonly place: string;
}

export interface ProviderNode extends DeclNode {
  /** A kind that Tantra knows, or the module of somebody's own: `./` and a path relative to the root, or a package's name. */
  readonly of: { readonly kind: string } | { readonly module: string };
  /** The kind's own options and `api_key base_url headers`. Durations in milliseconds; files of the project (`replies`) relative to the root. */
  readonly options: Readonly<Record<string, Setting>>;
  /** One attempt's. */
  readonly timeoutMs?: number;
  readonly limit?: LimitNode;
  readonly breaker?: BreakerNode | "none";
}
export interface LimitNode {
  readonly requests?: RateNode;
  readonly tokens?: RateNode;
  readonly concurrent?: number;
}
/** So much within so long: `10/s` is 10 within 1,000 ms, and 600 within a minute is another rate. */
export interface RateNode {
  readonly amount: number;
  readonly windowMs: number;
}
export interface BreakerNode {
  readonly calls: number;
  readonly windowMs: number;
  readonly openMs: number;
}

export type ModelNode = SingleModelNode | FallbackNode | RoundRobinNode;
export interface SingleModelNode extends DeclNode {
  readonly kind: "model";
  /** A provider's key. */
  readonly provider: string;
  readonly id: string;
  readonly parameters: ParametersNode;
  readonly retry?: RetryRef;
  readonly timeoutMs?: number;
  /** US dollars for a million tokens. */
  readonly price?: PriceNode;
  readonly extra?: JsonObject;
}
export interface ParametersNode {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_tokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly reasoning?: string;
}
export interface PriceNode {
  readonly input: number;
  readonly cached_input?: number;
  readonly cache_write?: number;
  readonly output: number;
}
export interface FallbackNode extends DeclNode {
  readonly kind: "fallback";
  readonly models: readonly string[];
  readonly cooldownMs: number;
}
export interface RoundRobinNode extends DeclNode {
  readonly kind: "round_robin";
  readonly models: readonly string[];
}

/** A retry's key, or `retry: none`. */
export type RetryRef = { readonly retry: string } | "none";
/** With the defaults filled in. */
export interface RetryNode extends DeclNode {
  readonly attempts: number;
  readonly delayMs: number;
  readonly backoff: number;
  readonly maxDelayMs: number;
  readonly jitter: "none" | "full" | "equal";
  readonly deadlineMs?: number;
  readonly on: readonly ErrorClass[];
  readonly respectRetryAfter: boolean;
}

export interface BudgetNode extends DeclNode {
  readonly maxUsd: number;
  readonly onExceed: "stop" | "warn";
}
/** A named pot, or a literal one, which is new at each run of what it stands on. */
export type BudgetRef = { readonly budget: string } | { readonly maxUsd: number };

export interface ParamNode {
  readonly name: string;
  readonly type: TypeNode;
  /** Absent: required. */
  readonly default?: Json;
  readonly doc?: string;
}

export interface TemplateNode extends DeclNode {
  readonly params: readonly ParamNode[];
  readonly text: Expr;
  readonly options?: JsonObject;
}

export interface ToolNode extends DeclNode {
  readonly params: readonly ParamNode[];
  readonly result: TypeNode;
  /** Relative to the root. */
  readonly module: string;
  readonly effect: "read" | "write";
  readonly timeoutMs?: number;
  readonly retry?: RetryRef;
  /** Over the parameters. */
  readonly deny?: Expr;
  readonly approve?: Expr;
  /** Characters. */
  readonly maxResult?: number;
  readonly options?: Readonly<Record<string, Setting>>;
  /** A template with the parameters `class` and `message` as far as it takes them. */
  readonly onError?: string;
}

export interface McpNode extends DeclNode {
  readonly options: Readonly<Record<string, Setting>>;
}

export interface AgentNode extends DeclNode {
  readonly params: readonly ParamNode[];
  readonly result: TypeNode;
  /** Gives the key of a model. */
  readonly model: Expr;
  /** The opening: `system` and `prompt`, or `messages`. Without a user message the agent can only be talked to. */
  readonly messages: readonly MessageNode[];
  /** Written with `prompt` or `messages`: it can be called. */
  readonly callable: boolean;
  readonly tools: readonly ToolRef[];
  readonly handoffs: readonly HandoffNode[];
  readonly maxTurns: number;
  readonly maxToolCalls: number;
  readonly toolChoice: "auto" | "required" | "none" | { readonly tool: string };
  readonly retry?: RetryRef;
  readonly timeoutMs?: number;
  readonly budget?: BudgetRef;
  readonly output: "native" | "tool" | "text";
  /** `result` is in scope. */
  readonly ensure: readonly { readonly condition: Expr /** As written. */; readonly source: string }[];
  readonly check: readonly { readonly name: string; readonly condition: Expr; readonly source: string }[];
  readonly repair?: { readonly template: string; readonly max: number };
}
export interface MessageNode {
  readonly role: "system" | "user" | "assistant";
  readonly text: Expr;
  /** It holds an image or a file, or calls a template that is to be cached: it goes out in parts. */
  readonly parts?: true;
  /** Everything up to its end is worth caching (`cache: true` of the agent, on its system text). */
  readonly cache?: true;
}
export type ToolRef =
  | { readonly of: "tool" | "agent"; readonly key: string }
  /** `tool` is "*" for all of a server. */
  | { readonly of: "mcp"; readonly key: string; readonly tool: string };
export interface HandoffNode {
  readonly agent: string;
  readonly args: Readonly<Record<string, Expr>>;
}

export interface WorkflowNode extends DeclNode {
  readonly params: readonly ParamNode[];
  readonly result: TypeNode;
  readonly timeoutMs?: number;
  readonly budget?: BudgetRef;
  readonly body: readonly Statement[];
}

export interface ProfileNode {
  readonly providers: Readonly<Record<string, ProviderNode>>;
  readonly models: Readonly<Record<string, ModelNode>>;
  readonly mcp: Readonly<Record<string, McpNode>>;
}

export interface TestNode {
  readonly name: string;
  readonly place: string;
  readonly body: readonly TestStatement[];
}
export type TestStatement =
  | Statement
  | {
      readonly kind: "fake";
      readonly place: string;
      readonly target:
        | { readonly of: "agent" | "tool" | "model"; readonly key: string }
        | { readonly of: "mcp"; readonly key: string; readonly tool: string }
        | { readonly of: "ask" };
      readonly outcomes: readonly ({ readonly value: Expr } | { readonly fail: ErrorClass; readonly message?: Expr })[];
    }
  | { readonly kind: "expect"; readonly place: string; readonly source: string; readonly value: Expr }
  | { readonly kind: "expect_fails"; readonly place: string; readonly class: ErrorClass; readonly body: readonly Statement[] }
  | { readonly kind: "replay"; readonly place: string; readonly file: string };
