import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import type { Pot } from "./ledger.ts";
import type { Runtime } from "./runtime.ts";
import type { Tool } from "./spec.ts";

/** Who calls a tool, and what holds for the call. */
export interface ToolCallContext {
  /** The call's path: `…/turn[1]/call[0]/search_notes`, or the step of a workflow. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly pots: readonly Pot[];
  /** The id that the model gave the call. */
  readonly callId?: string;
  /** The agent whose model asked for it; absent: a workflow calls. */
  readonly agent?: string;
  /** `with { timeout }`: in place of the declaration's. */
  readonly timeoutMs?: number;
}

/**
 * What a tool gives. `args` fit its parameters already. Throws a `RunError`: `denied`, `timeout`, the class of what the
 * tool threw (`tool_error` unless its `code` is a class), or the reason of `call.signal`.
 */
export async function callTool(tool: Tool, _args: JsonObject, _call: ToolCallContext, _runtime: Runtime): Promise<Json> {
  throw new RunError("internal", `The tool "${tool.name}" cannot run yet.`);
}
