/**
 * Tantra as a library. `load` and `program.run` run a `.tantra` file on this machine; `Agent` is an agent without the language.
 * Below them, `loadProgram` and `runProgram` are the same in two steps, `run` is a run with everything from outside handed in,
 * and `const { parse, check, compile } = await language()` what comes before it: loaded when asked for, because whoever runs a
 * graph has no use for a parser.
 */

export type { Clock } from "./agent/clock.ts";
export type { ErrorInfo, EventBody, EventOf, EventType, ModelReply, RunEvent } from "./agent/events.ts";
export type { Awaitable, Decision, HookPlace, Hooks, ToolPlace } from "./agent/hooks.ts";
export type { Admission, Journal, Note, NoteKind, Spent, StepEnd } from "./agent/journal.ts";
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
export { Agent as PortableAgent, type RunOf, type StreamPart } from "./embed/agent.ts";
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
export type { Graph } from "./graph/graph.ts";
export { loadGraph } from "./graph/load.ts";
export { Agent } from "./host/agent.ts";
export { systemClock } from "./host/clock.ts";
export { sha256 } from "./host/hash.ts";
export type { ResumableRun, RunKeeper } from "./host/kept-program.ts";
export { kinds } from "./host/kinds.ts";
export { type Language, language } from "./host/language.ts";
// A program from a file, on this machine.
export { type CheckedFile, checkFile, type LoadedProgram, type LoadOptions, loadProgram, loadText, type TextOptions } from "./host/load-program.ts";
export type { ProviderParts } from "./host/open-provider.ts";
export { type Prepared, type PrepareOptions, prepareRun } from "./host/prepare-run.ts";
export { type Callable, compile, load, type Program, type ProgramRunOptions, type TemplateInfo } from "./host/program.ts";
export { openProject, type Project } from "./host/project.ts";
export { type RunProgramOptions, runProgram } from "./host/run-program.ts";
export { type OpenRun, type RunStore, runStore, type TakenRun } from "./host/run-store.ts";
export { sessionStore } from "./host/session-store.ts";
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
// What a run keeps, and how another process goes on with it.
export { type JournalFile, memoryFile } from "./journal/file.ts";
export { beginJournal, type JournalOptions, resumeJournal } from "./journal/journal.ts";
export { blamed, type KeptRun, type Resumption, type RunHead, type RunState, readRun, stateOf } from "./journal/kept-run.ts";
export type { TakenSteps } from "./journal/taken-steps.ts";
export { type GuardedFetch, guardedFetch } from "./net/guarded-fetch.ts";
export { type PromptOptions, type RenderedPrompt, renderPrompt } from "./plan/prompt.ts";
export { anthropic } from "./providers/anthropic/index.ts";
export { azure } from "./providers/azure/index.ts";
export { bedrock } from "./providers/bedrock/index.ts";
export { cohere } from "./providers/cohere/index.ts";
export { gemini } from "./providers/gemini/index.ts";
export { ollama } from "./providers/ollama/index.ts";
export { openai } from "./providers/openai/index.ts";
export { simulator } from "./providers/simulator/index.ts";
// What a run cost.
export { type CostCollector, collectCosts } from "./report/collect.ts";
export type { CostReport } from "./report/cost-report.ts";
export { renderCost } from "./report/render-cost.ts";
export type * as ast from "./syntax/ast.ts";
// The pieces: text to tree to graph to result.
export type { ParseResult } from "./syntax/parse-result.ts";
export type { CheckedProgram, CheckOptions, ReadResult } from "./validation/checked.ts";
export type { KindData } from "./validation/kind-data.ts";
