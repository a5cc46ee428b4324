import type { EventBase, EventBody, EventType, ModelReply } from "../agent/events.ts";
import type {
  Attachment,
  Carry,
  Message,
  ModelParameters,
  ModelRequest,
  OutputFormat,
  RequestOrigin,
  TextPart,
  ToolCall,
  ToolSpec,
} from "../agent/provider.ts";
import { errorClasses } from "../diagnostics/classes.ts";
import type { JsonSchema } from "../diagnostics/json.ts";
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
  optional,
  ref,
  type Shape,
  string,
  words,
} from "../graph/shape.ts";
import { asked, parts } from "./parts.schema.ts";

/** What an event of a type has of its own. */
type Own<T extends EventType> = Omit<Extract<EventBody, { readonly type: T }>, "type">;

const schema: JsonSchema = { type: "object", description: "A JSON Schema." };
const place: JsonSchema = { type: "string", description: "file:line:column" };
const dollars: JsonSchema = { type: "number", minimum: 0, description: "US dollars" };
const milliseconds: JsonSchema = { type: "number", minimum: 0, description: "Milliseconds" };
const totals = { usage: ref("usage"), cost: ref("cost"), durationMs: milliseconds };
const attempt = {
  agent: string,
  model: { type: "string", description: "The declared name's key." },
  provider: string,
  modelId: string,
  turn: { ...count, description: "From 0." },
  attempt: { type: "integer", minimum: 1, description: "At this model, from 1." },
};

const replayed = optional({ const: true, description: "It was read: an earlier process of the run, or the run that was recorded, has done it." });
const kept = { asked: optional({ type: "string", description: "A hash of what was asked, in a run with a journal." }), replayed };

/** What each event says beside `seq`, `at`, `runId`, `path` and `type`. An event that is added and forgotten here does not compile. */
const events: { readonly [T in EventType]: Shape<Own<T>> } = {
  "run.started": { main: string, input: anything, profile: optional(string), seed: string, place: optional(place), resumed: optional(constant(true)) },
  "run.finished": { value: anything, ...totals },
  "run.failed": { error: ref("error"), questions: optional(list(ref("question"))), ...totals },
  "step.started": { kind: string, place, name: optional(string), total: optional(count) },
  "step.finished": { kind: string, durationMs: milliseconds, value: optional(anything) },
  "step.failed": { kind: string, durationMs: milliseconds, error: ref("error"), tolerated: optional(boolean) },
  "step.cancelled": {
    kind: string,
    durationMs: milliseconds,
    reason: string,
    waits: optional({ const: true, description: "The run is suspended, and goes on from there." }),
  },
  "agent.started": { agent: string, args: optional(anything), place: optional(place) },
  "agent.finished": { agent: string, value: anything, turns: count, ...totals },
  "agent.failed": { agent: string, error: ref("error"), turns: count, ...totals },
  "model.queued": attempt,
  "model.requested": { ...attempt, request: ref("request"), waitedMs: milliseconds, replayed },
  "model.delta": {
    attempt: attempt.attempt,
    text: optional(string),
    reasoning: optional({ type: "string", description: "What the model lets be seen of its thinking; no part of the reply." }),
    toolCall: optional(object<NonNullable<Own<"model.delta">["toolCall"]>>({ index: count, id: optional(string), name: optional(string), arguments: string })),
  },
  "model.replied": { ...attempt, reply: ref("reply"), ...totals, pricedAs: optional(string), firstChunkMs: optional(milliseconds), ...kept },
  "model.failed": {
    ...attempt,
    error: ref("error"),
    status: optional({ type: "integer", description: "HTTP" }),
    ...totals,
    partial: optional({ type: "string", description: "What had arrived." }),
    outcome: words(["failed", "aborted"]),
  },
  "retry.scheduled": {
    ...attempt,
    delayMs: milliseconds,
    class: words(errorClasses),
    because: words(["policy", "server"]),
    nextAttempt: attempt.attempt,
    maxAttempts: attempt.attempt,
  },
  "attempt.restarted": attempt,
  "fallback.entered": { agent: string, from: string, to: string, class: words(errorClasses), message: string },
  "breaker.opened": { provider: string, modelId: string, openMs: milliseconds, failures: count, calls: count },
  "breaker.closed": { provider: string, modelId: string },
  "tool.called": { tool: string, callId: optional(string), arguments: anything, attempt: attempt.attempt, replayed },
  "tool.returned": { tool: string, callId: optional(string), result: anything, durationMs: milliseconds, truncatedFrom: optional(count), ...kept },
  "tool.failed": {
    tool: string,
    callId: optional(string),
    error: ref("error"),
    durationMs: milliseconds,
    words: optional({ type: "string", description: "The tool's own, as far as the model was told them." }),
    ...kept,
  },
  "tool.abandoned": { tool: string, callId: optional(string) },
  "output.invalid": { agent: string, message: string, text: string },
  "check.failed": { agent: string, check: string, place: optional(place) },
  "repair.sent": { agent: string, repair: count, max: count, text: string },
  "handoff.taken": { from: string, to: string },
  "budget.waiting": { budget: string, needsUsd: dollars, availableUsd: number },
  "budget.spent": {
    usage: ref("usage"),
    cost: ref("cost"),
    budgets: list(object<Own<"budget.spent">["budgets"][number]>({ name: string, spentUsd: dollars, maxUsd: dollars })),
    outcome: words(["replied", "failed", "aborted", "unknown"]),
  },
  "ask.waiting": { ...asked, replayed },
  "ask.answered": {
    answer: { description: "Of an approval: whether the tool may run." },
    default: optional({ const: true, description: "Nobody answered in time: it is what the program says then." }),
    arguments: optional({ description: "Other arguments than those that were asked about." }),
    reason: optional(string),
    ...kept,
  },
  "hook.called": { hook: string, durationMs: milliseconds, decision: optional(anything), error: optional(ref("error")) },
  warning: { message: string, code: optional(string), place: optional(place), hint: optional(string) },
};

const base: Shape<EventBase> = {
  seq: { type: "integer", minimum: 1, description: "Without gaps, from 1." },
  at: { ...amount, description: "Milliseconds since 1970." },
  runId: string,
  path: { type: "string", description: "The step's." },
};

const call = object<ToolCall>({ id: string, name: string, arguments: { type: "string", description: "As it came; it may be no JSON." } });
const message = <R extends Message["role"]>(role: R, rest: Shape<Omit<Extract<Message, { readonly role: R }>, "role">>): JsonSchema =>
  object({ role: constant(role), ...rest });

const text = object<TextPart>({ type: constant("text"), text: string, cache: optional(constant(true)) });
/** An attachment as an event shows it. */
type Shown = Omit<Attachment, "data">;

const definitions: Readonly<Record<string, JsonSchema>> = {
  ...parts,
  call,
  message: anyOf(
    message("system", { content: string, parts: optional(list(text)) }),
    message("user", { content: string, parts: optional(list(ref("part"))) }),
    message("assistant", {
      content: string,
      toolCalls: optional(list(ref("call"))),
      carry: optional(object<Carry>({ by: string, data: { description: "What the provider wants back with this reply." } })),
    }),
    message("tool", { callId: string, name: string, content: string, parts: optional(list(ref("part"))) }),
  ),
  part: anyOf(
    text,
    object<Shown>({
      type: words(["image", "file"]),
      mediaType: string,
      name: optional(string),
      url: optional(string),
      sha256: optional({ type: "string", description: "Of the bytes, which stand in no event." }),
      size: optional(count),
    }),
  ),
  request: object<ModelRequest>({
    model: string,
    messages: list(ref("message")),
    tools: list(object<ToolSpec>({ name: string, description: optional(string), parameters: schema })),
    toolChoice: anyOf(words(["auto", "required", "none"]), object<{ readonly tool: string }>({ tool: string })),
    output: optional(object<OutputFormat>({ name: string, schema, strict: boolean })),
    parameters: object<ModelParameters>({
      temperature: optional(number),
      top_p: optional(number),
      max_tokens: optional(count),
      stop: optional(list(string)),
      seed: optional(number),
      reasoning: optional(string),
    }),
    extra: optional(jsonObject),
    origin: object<RequestOrigin>({
      runId: string,
      agent: string,
      path: string,
      attempt: attempt.attempt,
      resultSchema: optional(schema),
      wrapped: optional(boolean),
      outputMode: words(["native", "tool", "text"]),
    }),
  }),
  reply: object<ModelReply>({
    text: string,
    toolCalls: list(ref("call")),
    reasoning: optional({ type: "string", description: "What could be seen of the model's thinking." }),
    carry: optional({ description: "What the provider wants back with this reply." }),
    finish: words(["stop", "tool_calls", "max_tokens", "content_filter", "refusal", "other"]),
    responseId: optional(string),
    responseModel: optional(string),
    tier: optional({ type: "string", description: "The vendor's class of service, where it is not the usual one." }),
  }),
};

/** One event of a run: a line of `--events`. */
export function eventSchema(): JsonSchema {
  const named = Object.entries<object>(events).map(([type, own]) => [type, object<EventBase>({ ...base, ...{ type: constant(type) }, ...own })] as const);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "An event of a run of a Tantra program",
    type: "object",
    discriminator: { propertyName: "type" },
    required: ["type"],
    oneOf: named.map(([type]) => ref(type)),
    $defs: { ...definitions, ...Object.fromEntries(named) },
  };
}
