import { RunError } from "../diagnostics/errors.ts";
import type { Runtime } from "./runtime.ts";
import type { AgentCall, AgentResult, AgentSpec } from "./spec.ts";

/**
 * One run of an agent: turns until there is a result. Throws a `RunError`: the class of what failed for good, or the
 * reason of `call.signal`. Emits agent.started first, and agent.finished or agent.failed last.
 */
export async function runAgent(spec: AgentSpec, _call: AgentCall, _runtime: Runtime): Promise<AgentResult> {
  throw new RunError("internal", `The agent "${spec.name}" cannot run yet.`);
}
