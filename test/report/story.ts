import type { EventBody, RunEvent } from "../../src/agent/events.ts";
import type { Cost, Usage } from "../../src/agent/usage.ts";

/** Events of a run, each with the milliseconds since its start and the step's path. */
export function story(...told: readonly (readonly [at: number, path: string, body: EventBody])[]): RunEvent[] {
  return told.map(([at, path, body], index) => ({ seq: index + 1, at: 1_000_000 + at, runId: "run", path, ...body }));
}

export function used(input: number, output: number): Usage {
  return { input, cachedInput: 0, cacheWrite: 0, output, reasoning: 0 };
}

export function usd(amount: number, more: Partial<Cost> = {}): Cost {
  return { usd: amount, unpriced: 0, ...more };
}

/** What an attempt's events say of the attempt. */
export function attempt(agent: string, modelId = "small", number = 1) {
  return { agent, model: `main.tantra#${modelId}`, provider: "main.tantra#llm", modelId, turn: 0, attempt: number };
}

export function replied(agent: string, usage: Usage, cost: Cost, modelId = "small", number = 1): EventBody {
  return { type: "model.replied", ...attempt(agent, modelId, number), reply: { text: "", toolCalls: [], finish: "stop" }, usage, cost, durationMs: 10 };
}

export function failed(agent: string, usage: Usage, cost: Cost, outcome: "failed" | "aborted" = "failed"): EventBody {
  const error = { code: "T606", class: "server_error", message: "Down.", path: "" } as const;
  return { type: "model.failed", ...attempt(agent), error, usage, cost, durationMs: 10, outcome };
}

export function started(agent: string): EventBody {
  return { type: "agent.started", agent };
}

export function step(kind: string, total?: number): EventBody {
  return { type: "step.started", kind, place: "main.tantra:1:1", ...(total === undefined ? {} : { total }) };
}
