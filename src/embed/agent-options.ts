import type { Hooks } from "../agent/hooks.ts";
import type { ContentPart, Message, ToolChoice } from "../agent/provider.ts";
import type { RetryPolicy } from "../agent/retry.ts";
import type { Runtime } from "../agent/runtime.ts";
import type { Tool } from "../agent/spec.ts";
import type { JsonObject, JsonSchema } from "../diagnostics/json.ts";
import type { Agent } from "./agent.ts";
import type { ModelOption, ProviderValue } from "./models.ts";
import type { OutputOption } from "./output.ts";
import type { Outcome } from "./run.ts";
import type { StandardSchema } from "./standard-schema.ts";

export interface AgentOptions<T> {
  /** What events, paths and the schema of a result call it. */
  readonly name: string;
  readonly system?: string;
  /** The vendor's id, or the id with parameters, or several of which the next is asked when one has failed for good. */
  readonly model: ModelOption;
  /** Of all models that name none of their own. */
  readonly provider?: ProviderValue;
  readonly tools?: readonly (Tool | AgentTool)[];
  /** Of one request; settings left out take the defaults. */
  readonly retry?: Partial<RetryPolicy> | "none";
  /** US dollars that each run may cost at most, with the agents that it calls. */
  readonly budget?: number;
  /** Model calls of one run. Default: 10. */
  readonly maxTurns?: number;
  /** Default: 50. */
  readonly maxToolCalls?: number;
  readonly toolChoice?: ToolChoice;
  /** What it gives where that is not text: a schema, or a schema with the way in which it is asked for. */
  readonly output?: OutputOption<T>;
  /** Sent as the next message when a reply is unfit, `max` times (1). */
  readonly repair?: { readonly max?: number; readonly text: (output: string, error: string) => string | Promise<string> };
  /** Of every run; those of one run come in their place. Of an agent that is called as a tool: its own, else its caller's. */
  readonly hooks?: Hooks;
  /** Of one run as a whole. */
  readonly timeoutMs?: number;
  /**
   * Agents that may take over, offered to the model as tools `handoff_NAME`. The taker goes on under its own system text, model
   * and tools, with the history; its own history is not touched. The next run begins with this agent again.
   */
  readonly handoffs?: readonly Agent<T>[];
  /** What the model of an agent that may hand over to this one is told of it. */
  readonly description?: string;
}

/** An agent in the tools of another. In a run it becomes a tool that works within that run: its events, budgets and signal. */
export interface AgentTool {
  readonly name: string;
  readonly bind: (runtime: Runtime) => Tool;
}

export interface AsToolOptions<A> {
  /** Default: the agent's. */
  readonly name?: string;
  /** What the calling model reads of it. */
  readonly description?: string;
  /** What the calling model has to give. Default: an object with the text `task`. */
  readonly parameters?: StandardSchema<A> | JsonSchema;
  readonly jsonSchema?: JsonSchema;
  /** The message that the agent is given. Default: `task`, or the arguments as JSON where `parameters` says otherwise. */
  readonly prompt?: (args: A) => string | Promise<string>;
  readonly needsApproval?: boolean | ((args: JsonObject) => boolean | Promise<boolean>);
}

/** What an agent is asked: a text, or its pieces with images and files between them. */
export type Task = string | readonly ContentPart[];

/** What one run of an agent came to. */
export interface AgentResponse<T> extends Outcome<T> {
  /** The conversation, with the reply. */
  readonly messages: readonly Message[];
  readonly turns: number;
  /** The name of the agent that gave the result: this one, or one that has taken over. */
  readonly agent: string;
}
