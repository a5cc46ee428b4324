import type { ErrorClass } from "../diagnostics/classes.ts";
import type { Json } from "../diagnostics/json.ts";
import type { FinishReason, ModelRequest, ToolCall } from "./provider.ts";
import type { Question } from "./question.ts";
import type { Cost, Usage } from "./usage.ts";

/** What every event has: a number without gaps from 1, wall-clock milliseconds since 1970, the run, and the step's path. */
export interface EventBase {
  readonly seq: number;
  readonly at: number;
  readonly runId: string;
  readonly path: string;
}

/** An error as data. `place` is `file:line:column`. */
export interface ErrorInfo {
  readonly code: string;
  readonly class: ErrorClass;
  readonly message: string;
  readonly path: string;
  readonly place?: string;
  readonly hint?: string;
  /** Lines of a unified diff: `-` what was recorded, `+` what is asked now. */
  readonly diff?: readonly string[];
  readonly others?: readonly ErrorInfo[];
}

/** What a reply came to, whole. */
export interface ModelReply {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  /** What could be seen of the model's thinking. */
  readonly reasoning?: string;
  /** What the provider wants back with this reply: see `FinishChunk`. */
  readonly carry?: Json;
  readonly finish: FinishReason;
  readonly responseId?: string;
  readonly responseModel?: string;
  /** The vendor's class of service, where it is not the usual one: see `FinishChunk`. */
  readonly tier?: string;
}

/** Of what ends a step, in a run with a journal. */
interface Kept {
  /** A hash of what was asked: the step is read, and not done again, where that is the same. */
  readonly asked?: string;
  /** It was read: an earlier process of this run, or the run that was recorded, has done it. */
  readonly replayed?: true;
}

interface AttemptPart {
  readonly agent: string;
  /** The model's declared name (its key in the graph), and what it stands for. */
  readonly model: string;
  readonly provider: string;
  readonly modelId: string;
  /** The turn, from 0, and the attempt at this model, from 1. */
  readonly turn: number;
  readonly attempt: number;
}

/**
 * Everything that happens in a run, as one closed union. Of an attempt: queued, requested, deltas, then replied or
 * failed, then budget.spent. A parent starts before its children and ends after them; run.finished or run.failed is last.
 */
export type EventBody =
  | {
      readonly type: "run.started";
      readonly main: string;
      readonly input: Json;
      readonly profile?: string;
      readonly seed: string;
      readonly place?: string;
      readonly resumed?: true;
    }
  | { readonly type: "run.finished"; readonly value: Json; readonly usage: Usage; readonly cost: Cost; readonly durationMs: number }
  | {
      readonly type: "run.failed";
      readonly error: ErrorInfo;
      /** Of a run that waits for people (T641). */
      readonly questions?: readonly Question[];
      readonly usage: Usage;
      readonly cost: Cost;
      readonly durationMs: number;
    }
  /** `kind` is the graph node's: parallel, parallel_for, branch, race, for, repeat, iteration, workflow_call, agent_call, tool_call … */
  | { readonly type: "step.started"; readonly kind: string; readonly place: string; readonly name?: string; readonly total?: number }
  | { readonly type: "step.finished"; readonly kind: string; readonly durationMs: number; readonly value?: Json }
  | {
      readonly type: "step.failed";
      readonly kind: string;
      readonly durationMs: number;
      readonly error: ErrorInfo /** The program goes on without it (`continue`, `collect`, `catch`). */;
      readonly tolerated?: boolean;
    }
  /** `waits`: the run is suspended, and goes on from there. */
  | { readonly type: "step.cancelled"; readonly kind: string; readonly durationMs: number; readonly reason: string; readonly waits?: true }
  | { readonly type: "agent.started"; readonly agent: string; readonly args?: Json; readonly place?: string }
  | {
      readonly type: "agent.finished";
      readonly agent: string;
      readonly value: Json;
      readonly turns: number;
      readonly usage: Usage;
      readonly cost: Cost;
      readonly durationMs: number;
    }
  | {
      readonly type: "agent.failed";
      readonly agent: string;
      readonly error: ErrorInfo;
      readonly turns: number;
      readonly usage: Usage;
      readonly cost: Cost;
      readonly durationMs: number;
    }
  /** Waits for a slot of the limiter, or asks for one. */
  | ({ readonly type: "model.queued" } & AttemptPart)
  | ({ readonly type: "model.requested"; readonly request: ModelRequest; readonly waitedMs: number; readonly replayed?: true } & AttemptPart)
  | {
      readonly type: "model.delta";
      readonly attempt: number;
      readonly text?: string;
      readonly reasoning?: string;
      readonly toolCall?: { readonly index: number; readonly id?: string; readonly name?: string; readonly arguments: string };
    }
  | ({
      readonly type: "model.replied";
      readonly reply: ModelReply;
      readonly usage: Usage;
      readonly cost: Cost;
      /** The model whose price it is, where the table knows the one that answered and not the one that was asked. */
      readonly pricedAs?: string;
      readonly durationMs: number;
      readonly firstChunkMs?: number;
    } & AttemptPart &
      Kept)
  | ({
      readonly type: "model.failed";
      readonly error: ErrorInfo;
      readonly status?: number;
      readonly usage: Usage;
      readonly cost: Cost;
      readonly durationMs: number /** What had arrived. */;
      readonly partial?: string;
      readonly outcome: "failed" | "aborted";
    } & AttemptPart)
  | ({
      readonly type: "retry.scheduled";
      readonly delayMs: number;
      readonly class: ErrorClass;
      readonly because: "policy" | "server";
      readonly nextAttempt: number;
      readonly maxAttempts: number;
    } & AttemptPart)
  /** The attempt that failed had shown text already: what was streamed is void, the reply starts over. */
  | ({ readonly type: "attempt.restarted" } & AttemptPart)
  | {
      readonly type: "fallback.entered";
      readonly agent: string;
      readonly from: string;
      readonly to: string;
      readonly class: ErrorClass;
      readonly message: string;
    }
  | {
      readonly type: "breaker.opened";
      readonly provider: string;
      readonly modelId: string;
      readonly openMs: number;
      readonly failures: number;
      readonly calls: number;
    }
  | { readonly type: "breaker.closed"; readonly provider: string; readonly modelId: string }
  | {
      readonly type: "tool.called";
      readonly tool: string;
      readonly callId?: string;
      readonly arguments: Json;
      readonly attempt: number;
      readonly replayed?: true;
    }
  | ({
      readonly type: "tool.returned";
      readonly tool: string;
      readonly callId?: string;
      readonly result: Json;
      readonly durationMs: number;
      readonly truncatedFrom?: number;
    } & Kept)
  /** `words`: the tool's own, as far as the model was told them. */
  | ({
      readonly type: "tool.failed";
      readonly tool: string;
      readonly callId?: string;
      readonly error: ErrorInfo;
      readonly durationMs: number;
      readonly words?: string;
    } & Kept)
  /** It did not stop within its grace after a cancellation: whatever it still does is not waited for. */
  | { readonly type: "tool.abandoned"; readonly tool: string; readonly callId?: string }
  | { readonly type: "output.invalid"; readonly agent: string; readonly message: string; readonly text: string }
  | { readonly type: "check.failed"; readonly agent: string; readonly check: string; readonly place?: string }
  | { readonly type: "repair.sent"; readonly agent: string; readonly repair: number; readonly max: number; readonly text: string }
  | { readonly type: "handoff.taken"; readonly from: string; readonly to: string }
  | { readonly type: "budget.waiting"; readonly budget: string; readonly needsUsd: number; readonly availableUsd: number }
  | {
      readonly type: "budget.spent";
      readonly usage: Usage;
      readonly cost: Cost;
      readonly budgets: readonly { readonly name: string; readonly spentUsd: number; readonly maxUsd: number }[];
      readonly outcome: "replied" | "failed" | "aborted" | "unknown";
    }
  /** What a person is asked: see `Question`. */
  | ({ readonly type: "ask.waiting" } & Omit<Question, "path"> & Kept)
  | ({
      readonly type: "ask.answered";
      /** Of an approval: whether the tool may run. */
      readonly answer: Json;
      /** Nobody answered in time: it is what the program says then. */
      readonly default?: true;
      /** Other arguments than those that were asked about, from a hook. */
      readonly arguments?: Json;
      readonly reason?: string;
    } & Kept)
  /** `decision`: the names of what it put in its place, or null; absent where it threw, which is `error`. */
  | { readonly type: "hook.called"; readonly hook: string; readonly durationMs: number; readonly decision?: Json; readonly error?: ErrorInfo }
  | { readonly type: "warning"; readonly message: string; readonly code?: string; readonly place?: string; readonly hint?: string };

export type EventType = EventBody["type"];
export type RunEvent = EventBase & EventBody;
export type EventOf<T extends EventType> = EventBase & Extract<EventBody, { readonly type: T }>;

/** Sends one event to every sink. `path` is the step's. */
export type Emit = (path: string, body: EventBody) => void;
