import type { ErrorClass } from "../diagnostics/classes.ts";
import type { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
import type { ModelReply } from "./events.ts";
import type { ModelRequest } from "./provider.ts";
import type { Cost, Usage } from "./usage.ts";

/**
 * Hooks may change a run: each is awaited, takes one object and gives a decision, which holds what it puts in its place;
 * `undefined` changes nothing. (Events may not: they are told.) Every call of a hook is an event, `hook.called`. A hook that
 * throws, or gives something else, fails the step it stands at, with class `internal` unless the error has a `code` that is a class.
 */
export interface Hooks {
  /** Before each attempt at a model. `request`: send this instead. */
  beforeModel?(call: HookPlace & { readonly request: ModelRequest }): Decision<{ readonly request: ModelRequest }>;
  /** After each reply, before anything looks at it. `reply`: take this for what the model said; what it cost stays. */
  afterModel?(
    call: HookPlace & { readonly request: ModelRequest; readonly reply: ModelReply; readonly usage: Usage; readonly cost: Cost },
  ): Decision<{ readonly reply: ModelReply }>;
  /** Before a tool runs. `arguments`: call it with these; `result`: do not call it, this is its result. */
  beforeTool?(call: ToolPlace): Decision<{ readonly arguments: JsonObject } | { readonly result: Json }>;
  /** After a tool gave a result. `result`: take this for it. */
  afterTool?(call: ToolPlace & { readonly result: Json }): Decision<{ readonly result: Json }>;
  /** Whether a tool that asks for approval may run. `undefined`, or no hook at all: it is denied. `reason` is told to the model. */
  approve?(call: ToolPlace): Decision<{ readonly approved: true; readonly arguments?: JsonObject } | { readonly approved: false; readonly reason?: string }>;
  /** A person's answer to an `ask` of a program. `schema` is what it has to fit. */
  ask?(
    call: Omit<HookPlace, "agent"> & { readonly question: string; readonly schema: JsonSchema; readonly place: string },
  ): Decision<{ readonly answer: Json }>;
  /**
   * When a tool or an agent has failed for good. `value`: go on with this for its result; an agent's has to fit what the agent
   * is to give. Not asked when something was cancelled or a scope around it ended: nothing in there goes on.
   */
  onError?(call: HookPlace & { readonly of: "tool" | "agent"; readonly tool?: string; readonly class: ErrorClass; readonly error: RunError }): Decision<{
    readonly value: Json;
  }>;
}

/** Where a hook is asked. `path` is the step's. */
export interface HookPlace {
  readonly path: string;
  /** The agent's name; "" where a workflow calls a tool itself. */
  readonly agent: string;
  /** Aborts when the step is stopped. A hook that still waits then is left behind. */
  readonly signal: AbortSignal;
}
export interface ToolPlace extends HookPlace {
  readonly tool: string;
  readonly arguments: JsonObject;
}
export type Awaitable<T> = T | Promise<T>;
/** What a hook gives: now or later, something or nothing. */
export type Decision<T> = Awaitable<T | undefined>;
