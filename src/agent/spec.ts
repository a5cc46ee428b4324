import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
import type { SystemPlaces } from "../diagnostics/system-places.ts";
import type { Pot } from "./ledger.ts";
import type { Price } from "./price.ts";
import type { Attachment, Message, ModelParameters, Provider, ToolChoice } from "./provider.ts";
import type { RetryPolicy } from "./retry.ts";
import type { Cost, Usage } from "./usage.ts";
import type { Validate } from "./validate.ts";

/** A model, ready to be asked. */
export interface Model {
  /** Its declared name's key; what events call it. */
  readonly key: string;
  /** The provider's key (limiter and breaker go by it), and its kind (prices go by it). */
  readonly provider: string;
  readonly kind: string;
  /** The vendor's id. */
  readonly id: string;
  readonly parameters: ModelParameters;
  readonly extra?: JsonObject;
  /** Absent: the defaults; "none": one attempt. */
  readonly retry?: RetryPolicy | "none";
  /** One attempt's: the narrower of the model's and the provider's. */
  readonly attemptTimeoutMs?: number;
  readonly price?: Price;
  /** Keywords that the vendor refuses in output schemas. */
  readonly refusedKeywords: readonly string[];
  /** Where system texts may stand. Absent: anywhere. */
  readonly systemTexts?: SystemPlaces;
  /** Nobody is charged. */
  readonly simulated: boolean;
  /** The provider, built on first use and then kept. Throws a `RunError` when it cannot be built (a fallback goes on). */
  open(): Provider | Promise<Provider>;
}

/** One model, or several and how they are taken. */
export type ModelChoice =
  | { readonly of: "model"; readonly model: Model }
  | { readonly of: "fallback"; readonly key: string; readonly models: readonly ModelChoice[]; readonly cooldownMs: number }
  | { readonly of: "round_robin"; readonly key: string; readonly models: readonly ModelChoice[] };

/** What an agent is, without the language: everything resolved, nothing looked up. */
export interface AgentSpec {
  readonly name: string;
  readonly place?: string;
  readonly model: ModelChoice;
  readonly tools: readonly Tool[];
  /** Where tools may change while the agent runs: what they are now. Asked before each turn; the same list where nothing changed. */
  toolsNow?(): readonly Tool[] | Promise<readonly Tool[]>;
  /** Agents that may take over. Offered behind the tools. */
  readonly handoffs?: readonly Handoff[];
  /** Absent: text. */
  readonly output?: OutputSpec;
  /** Conditions on a result that is text; those on any other stand in `output`. */
  readonly text?: Pick<OutputSpec, "ensure" | "check">;
  readonly maxTurns: number;
  readonly maxToolCalls: number;
  readonly toolChoice: ToolChoice;
  /** Beats the model's. */
  readonly retry?: RetryPolicy | "none";
  readonly repair?: { readonly max: number; render(output: string, error: string): string | Promise<string> };
}

/** A result that is not text. */
export interface OutputSpec {
  readonly mode: "native" | "tool" | "text";
  /** Keyed by identity for compiled validators: the same object for every run of an agent. `wrapped`: the root is no record and stands under `value`. */
  readonly schema: JsonSchema;
  /** What the reply is checked against: as `schema`, but an absent `T?` is allowed. Same wrapping. */
  readonly accepts: JsonSchema;
  readonly wrapped: boolean;
  readonly strict: boolean;
  /** Absent `T?` become null, in place of nothing. Of the unwrapped value. */
  complete(value: Json): Json;
  /** Hard conditions on the unwrapped value: the message of the first that does not hold, or undefined. */
  ensure?(value: Json): Promise<string | undefined> | string | undefined;
  /** Soft ones: the names of those that do not hold. */
  check?(value: Json): Promise<readonly string[]> | readonly string[];
}

/** A function that a model may call; agents and MCP tools are wrapped as one. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** What is sent, and what arguments are checked against. */
  readonly parameters: JsonSchema;
  /** Of a tool whose schema comes from outside: how its arguments are checked in place of compiling `parameters`. */
  readonly validator?: () => Validate | Promise<Validate>;
  /** An agent as a tool: its own events tell what happens, no tool timeout of ours applies. */
  readonly agent?: boolean;
  readonly timeoutMs?: number;
  /** With `effect: read` only. */
  readonly retry?: RetryPolicy | "none";
  /** Characters of the result as text; longer ones are told as `{"truncated":true,…}`. */
  readonly maxResult?: number;
  /** Fills in defaults and absent nulls once the arguments fit. */
  complete?(args: JsonObject): JsonObject;
  /** Denied or not, before approval is asked: undefined to go on, else why. */
  deny?(args: JsonObject): Promise<boolean> | boolean;
  needsApproval?(args: JsonObject): Promise<boolean> | boolean;
  /** The author's words for a failure instead of `{"error":…}`. */
  onError?(errorClass: string, message: string | undefined): string | Promise<string>;
  execute(args: JsonObject, context: ToolContext): Promise<Json>;
  /** Told in the place of `execute` where an earlier process of the run has done the call at `path`. */
  recalled?(path: string): void;
}

/** An agent that may take over, offered as a tool `handoff_NAME` without arguments. */
export interface Handoff {
  /** The taker's name. */
  readonly agent: string;
  readonly description?: string;
  /** Asked for when a model hands over. */
  take(): Taker | Promise<Taker>;
}
export interface Taker {
  /** Asked in the giver's place. How many turns and calls there may be stays what the agent that was called says. */
  readonly spec: AgentSpec;
  /** In the place of the giver's; the rest of the history stays. */
  readonly system: readonly Message[];
  /** Its own, beside all that hold already. */
  readonly pots?: readonly Pot[];
  /** From now to the end of its turns. */
  readonly timeoutMs?: number;
}
export interface ToolContext {
  readonly signal: AbortSignal;
  readonly runId: string;
  /** The call's path: `…/turn[1]/call[0]/search_notes`. */
  readonly path: string;
  /** A hash of runId, path and arguments: the same when a step runs again. */
  readonly idempotencyKey: string;
  /** Pots that hold for whatever the tool itself spends (an agent as a tool). */
  readonly pots: readonly Pot[];
  /** Images and files that belong to the result: they go beside it to a model that can see them. */
  attach(parts: readonly Attachment[]): void;
  /** Tells that it is still at work: a time limit that nobody wrote starts over. */
  progress(): void;
}

/** One run of an agent. */
export interface AgentCall {
  readonly path: string;
  /** The opening, or a conversation to go on with. */
  readonly messages: readonly Message[];
  readonly signal: AbortSignal;
  /** All that hold: the agent's own and those of the scopes it stands in. */
  readonly pots: readonly Pot[];
  /** Shown in `agent.started`. */
  readonly args?: Json;
}
export interface AgentResult {
  readonly value: Json;
  /** Who gave it: the agent that was called, or the last one that took over. */
  readonly agent: AgentSpec;
  /** The conversation with everything that was added, the last reply included. */
  readonly messages: readonly Message[];
  readonly turns: number;
  readonly usage: Usage;
  readonly cost: Cost;
}
