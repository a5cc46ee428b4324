/**
 * Tantra as a library. `load` and `program.run` run a `.tantra` file on this machine; `Agent` is an agent without the language.
 * Below them, `loadProgram` and `runProgram` are the same in two steps, `run` is a run with everything from outside handed in,
 * and `const { parse, check, compile } = await language()` what comes before it: loaded when asked for, because whoever runs a
 * graph has no use for a parser.
 */

export { Agent as PortableAgent } from "./embed/agent.ts";
export { Agent } from "./host/agent.ts";
export { kinds } from "./host/kinds.ts";
export { type Language, language } from "./host/language.ts";
// A program from a file, on this machine.
export { type CheckedFile, checkFile, type LoadedProgram, type LoadOptions, loadProgram, loadText, type TextOptions } from "./host/load-program.ts";
export type { ProviderParts } from "./host/open-provider.ts";
export { type Prepared, type PrepareOptions, prepareRun } from "./host/prepare-run.ts";
export { type Callable, compile, load, type Program, type ProgramRunOptions, type TemplateInfo } from "./host/program.ts";
export { openProject, type Project } from "./host/project.ts";
export { type RunProgramOptions, runProgram } from "./host/run-program.ts";
export { sessionStore } from "./host/session-store.ts";
export { type PromptOptions, type RenderedPrompt, renderPrompt } from "./plan/prompt.ts";
export { anthropic } from "./providers/anthropic/index.ts";
export { azure } from "./providers/azure/index.ts";
export { bedrock } from "./providers/bedrock/index.ts";
export { cohere } from "./providers/cohere/index.ts";
export { gemini } from "./providers/gemini/index.ts";
export { ollama } from "./providers/ollama/index.ts";
// What a run cost.
export { type CostCollector, collectCosts } from "./report/collect.ts";
export type { CostReport } from "./report/cost-report.ts";
export { renderCost } from "./report/render-cost.ts";
// All that is the same wherever JavaScript runs; of its names, `Agent` is this machine's.
export * from "./runtime.ts";
export type * as ast from "./syntax/ast.ts";
// The pieces: text to tree to graph to result.
export type { ParseResult } from "./syntax/parse-result.ts";
export type { CheckedProgram, CheckOptions, ReadResult } from "./validation/checked.ts";
export type { KindData } from "./validation/kind-data.ts";
