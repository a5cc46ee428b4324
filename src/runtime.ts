/**
 * The runtime: runs a graph, or an agent without the language, wherever JavaScript runs. Nothing here touches the machine: clock,
 * hash, ids, providers and tools are handed to `run(graph, options)`. The door of the vendored unit of that name (VENDORING.md).
 */

export type { Attach } from "./agent/attachment.ts";
export type { Clock } from "./agent/clock.ts";
export type { ErrorInfo, EventBody, EventOf, EventType, ModelReply, RunEvent } from "./agent/events.ts";
export type { Awaitable, Decision, HookPlace, Hooks, ToolPlace } from "./agent/hooks.ts";
// An agent without the language, and what a provider is.
export { runAgent } from "./agent/loop.ts";
export type { Price, PriceTable } from "./agent/price.ts";
export { createPriceTable } from "./agent/price-table.ts";
export {
  type Attachment,
  type ContentPart,
  type FinishChunk,
  type FinishReason,
  isProviderError,
  type Message,
  type ModelChunk,
  type ModelRequest,
  type Provider,
  ProviderError,
  type ToolCall,
  type ToolChoice,
  type ToolSpec,
} from "./agent/provider.ts";
export { RunFailure } from "./agent/run-failure.ts";
export { createRuntime, type Runtime, type RuntimeOptions } from "./agent/runtime.ts";
export type { AgentCall, AgentResult, AgentSpec, Handoff, Model, ModelChoice, Taker, Tool, ToolContext } from "./agent/spec.ts";
export type { Cost, Usage } from "./agent/usage.ts";
// What is wrong, and how it reads.
export { type ErrorClass, errorClasses } from "./diagnostics/classes.ts";
export { type Code, codes } from "./diagnostics/codes.ts";
export { type Diagnostic, hasErrors } from "./diagnostics/diagnostic.ts";
export { type DiagnosticJson, diagnosticJson } from "./diagnostics/diagnostic-json.ts";
export { RunError } from "./diagnostics/errors.ts";
export { explain } from "./diagnostics/explain.ts";
export type { Json, JsonObject, JsonSchema } from "./diagnostics/json.ts";
export { type RenderOptions, renderDiagnostic, renderDiagnostics, renderFailure } from "./diagnostics/render.ts";
export { normalise, Source } from "./diagnostics/source.ts";
export type { FileSpan, Span } from "./diagnostics/span.ts";
export { Agent, type RunOf, type StreamPart } from "./embed/agent.ts";
export type { AgentOptions, AgentResponse, AgentTool, AsToolOptions, Task } from "./embed/agent-options.ts";
export type { ModelOption, ModelSettings, ProviderValue } from "./embed/models.ts";
export type { OutputOption, OutputSettings } from "./embed/output.ts";
export { ParallelFailure, type ParallelOptions, type ParallelResults, type Settled } from "./embed/parallel.ts";
// A star, so that the files that `tantra types` writes can add to `Programs`.
export type * from "./embed/program-types.ts";
export type { Outcome, Run } from "./embed/run.ts";
export type { AskOptions, World } from "./embed/session.ts";
export type { StandardSchema } from "./embed/standard-schema.ts";
export { type Template, type TemplateValue, template, type ValuesOf, type VariablesOf } from "./embed/template.ts";
export { type ToolOptions, tool } from "./embed/tool.ts";
// A graph, and running it.
export type { Graph } from "./graph/graph.ts";
export { loadGraph } from "./graph/load.ts";
export { systemClock } from "./host/clock.ts";
export type {
  OpenedProvider,
  OpenToolServer,
  RunOptions,
  RunResult,
  ServerResult,
  ServerTool,
  SessionStore,
  Store,
  StoredSession,
  ToolFunction,
  ToolFunctionContext,
  ToolServer,
  ToolServerContext,
} from "./interpreter/options.ts";
export { run } from "./interpreter/run.ts";
export { openTalk, type Talk, type TalkOptions } from "./interpreter/talk.ts";
export { type GuardedFetch, guardedFetch } from "./net/guarded-fetch.ts";
export { openai } from "./providers/openai/index.ts";
export { simulator } from "./providers/simulator/index.ts";
