import type { RunEvent } from "../agent/events.ts";
import type { Awaitable, Hooks } from "../agent/hooks.ts";
import type { PriceTable } from "../agent/price.ts";
import { createPriceTable } from "../agent/price-table.ts";
import type { Provider } from "../agent/provider.ts";
import type { Answers } from "../agent/question.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
import type { AnyProgram, ProgramTypes, TypesOf } from "../embed/program-types.ts";
import { Run } from "../embed/run.ts";
import type { AgentNode, Graph, TemplateNode, WorkflowNode } from "../graph/graph.ts";
import type { ToolFunctionContext } from "../interpreter/options.ts";
import { limitOf } from "../journal/kept-run.ts";
import { answerOf } from "./answer.ts";
import { type GivenValues, hostValues } from "./host-values.ts";
import { newRunId } from "./ids.ts";
import type { ResumableRun, RunKeeper } from "./kept-program.ts";
import { type LoadedProgram, type LoadOptions, loadProgram, loadText, type TextOptions } from "./load-program.ts";
import { programError, type RunProgramOptions, runProgram } from "./run-program.ts";

/** What a run of a program may be given. */
export interface ProgramRunOptions<D extends ProgramTypes = AnyProgram> {
  /** Providers in the place of declared ones, by name. The host closes them, not the run. */
  readonly providers?: { readonly [N in D["providers"]]?: Provider };
  /** Functions in the place of the modules of declared tools, by name. Arguments and results are held to the declarations. */
  readonly tools?: { readonly [N in keyof D["tools"]]?: (args: D["tools"][N]["input"], context: ToolFunctionContext) => Awaitable<D["tools"][N]["value"]> };
  readonly hooks?: Hooks;
  /** What people have answered before, to questions of a run that was suspended (T641). */
  readonly answers?: Answers;
  /** Told of everything that happens. What it throws is ignored. */
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
  /** US dollars that the whole run may cost at most. */
  readonly budget?: number;
  /** Of the whole run. */
  readonly timeoutMs?: number;
  readonly profile?: D["profiles"];
  /** Puts the simulator in the place of every provider that is not given. */
  readonly simulate?: boolean;
  /** Hosts that keys may be sent to although the program names them itself. */
  readonly trusted?: readonly string[];
  /** Default: the process's, and `.env` after them. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The outcome, or the error, has everything that happened as `events`. */
  readonly keepEvents?: boolean;
  /** Keeps the run, so that it can be gone on with: `runStore(root)`, or a store of your own. */
  readonly journal?: RunKeeper;
}

/** A workflow or an agent, as much of it as a caller wants to know. */
export interface Callable {
  readonly name: string;
  readonly doc?: string;
  /** `file:line:column`. */
  readonly place: string;
  readonly parameters: JsonSchema;
  readonly result: JsonSchema;
}
export interface TemplateInfo {
  readonly name: string;
  readonly doc?: string;
  readonly place: string;
  readonly params: TemplateNode["params"];
  /** Its text with these arguments. Throws a `RunError` (T621) where they do not fit. */
  readonly render: (args?: JsonObject) => Promise<string>;
}

type Input<D extends ProgramTypes, N extends keyof D["starts"]> = D["starts"][N]["input"];
type RunArguments<D extends ProgramTypes, N extends keyof D["starts"]> =
  Record<never, never> extends Input<D, N> ? [input?: Input<D, N>, options?: ProgramRunOptions<D>] : [input: Input<D, N>, options?: ProgramRunOptions<D>];

/** A program, checked and ready to be run, as often and as much at once as one likes. */
export interface Program<D extends ProgramTypes = AnyProgram> {
  /** What is wrong with it, and what may be. With an error among them there is no graph, and running throws the first. */
  readonly diagnostics: readonly Diagnostic[];
  readonly graph: Graph | undefined;
  /** Those of the entry file, by name. */
  readonly workflows: Readonly<Record<string, Callable>>;
  readonly agents: Readonly<Record<string, Callable>>;
  readonly templates: Readonly<Record<string, TemplateInfo>>;
  /** For `renderDiagnostics`: the text of a file of the program. */
  readonly source: LoadedProgram["source"];
  /** Starts a workflow or an agent. */
  run<N extends keyof D["starts"] & string>(name: N, ...rest: RunArguments<D, N>): Run<D["starts"][N]["value"]>;
  /**
   * Goes on with a run that was kept: what had ended is not done again. Its inputs, profile and limit are those that it has;
   * providers, tools and hooks of the host are given anew. Rejects with T653 where there is nothing to go on with.
   */
  resume<T = Json>(run: ResumableRun, options?: Omit<ProgramRunOptions<D>, "journal" | "simulate">): Run<T>;
}

/**
 * A program from a file: `.tantra`, or a graph that was compiled to `.json`. Where `tantra types` wrote its types, they hold.
 * Throws a `RunError`: T623 where the file cannot be read, T624 where a graph does not fit. Mistakes in a program are its `diagnostics`.
 */
export async function load<const F extends string, D extends ProgramTypes = TypesOf<F>>(file: F, options: LoadOptions = {}): Promise<Program<D>> {
  return programOf(await loadProgram(file, { hostTools: true, ...options }));
}

/** A program from its text. Loads the language when it is first asked for. */
export async function compile<D extends ProgramTypes = AnyProgram>(source: string, options: TextOptions = {}): Promise<Program<D>> {
  return programOf(await loadText(source, { hostTools: true, ...options }));
}

export function programOf<D extends ProgramTypes>(loaded: LoadedProgram): Program<D> {
  const { graph, diagnostics, source } = loaded;
  const prices = createPriceTable();
  const entry = graph?.sources[0]?.path ?? "";
  return {
    diagnostics,
    graph,
    source,
    workflows: graph === undefined ? {} : own(graph.workflows, entry, (key, node) => callable(key, node, graph)),
    agents: graph === undefined ? {} : own(graph.agents, entry, (key, node) => callable(key, node, graph)),
    templates: graph === undefined ? {} : own(graph.templates, entry, (_key, node) => templateInfo(node, graph)),
    run: (name, ...rest) => start(loaded, prices, name, ...(rest as [input?: JsonObject, options?: ProgramRunOptions])),
    resume: (taken, options) => goOn(loaded, prices, taken, options as ProgramRunOptions | undefined),
  };
}

function start<T>(program: LoadedProgram, prices: PriceTable, main: string, input: JsonObject = {}, options: ProgramRunOptions = {}): Run<T> {
  return begin<T>({ program, prices, main, options, runId: newRunId(), given: { input } });
}

function goOn<T>(program: LoadedProgram, prices: PriceTable, taken: ResumableRun, given: ProgramRunOptions = {}): Run<T> {
  const { run, main, profile, simulate } = taken.kept.head;
  const budget = limitOf(taken.kept);
  const options: ProgramRunOptions = {
    ...(profile === undefined ? {} : { profile }),
    ...(simulate === undefined ? {} : { simulate }),
    ...(budget === undefined ? {} : { budget }),
    ...given,
  };
  return begin<T>({ program, prices, main, options, runId: run, given: { taken } });
}

interface Beginning {
  readonly program: LoadedProgram;
  readonly prices: PriceTable;
  readonly main: string;
  readonly options: ProgramRunOptions;
  readonly runId: string;
  readonly given: Pick<RunProgramOptions, "input" | "taken">;
}

function begin<T>({ program, prices, main, options, runId, given }: Beginning): Run<T> {
  const { signal, onEvent, keepEvents, ...rest } = options;
  return new Run<T>({
    runId,
    ...(signal === undefined ? {} : { signal }),
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(keepEvents === undefined ? {} : { keepEvents }),
    answer: () => answerOf(program.graph, main, options.profile),
    start: async (parts) => {
      const { value, ...ended } = await runProgram(program, { ...held(given.taken, () => runOptions(program, rest)), ...parts, ...given, main, runId, prices });
      return { value: value as T, ...ended };
    },
  });
}

/** What is not begun lets go of the run that it would have gone on with. */
function held<T>(taken: ResumableRun | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    taken?.release?.();
    throw error;
  }
}

function runOptions(program: LoadedProgram, { providers, tools, budget, ...rest }: ProgramRunOptions): RunProgramOptions {
  const { graph } = program;
  if (graph === undefined) throw programError(program);
  const host = providers === undefined && tools === undefined ? undefined : hostValues({ providers, tools } as GivenValues, graph);
  return { ...rest, ...(budget === undefined ? {} : { maxCostUsd: budget }), ...(host === undefined ? {} : { host }) };
}

function own<N extends { readonly name: string }, R>(nodes: Readonly<Record<string, N>>, entry: string, read: (key: string, node: N) => R): Record<string, R> {
  const found = Object.entries(nodes).filter(([key]) => key.startsWith(`${entry}#`));
  return Object.fromEntries(found.map(([key, node]) => [node.name, read(key, node)]));
}

function callable(key: string, { name, doc, place }: WorkflowNode | AgentNode, { schemas }: Graph): Callable {
  const { parameters = {}, result = {} } = schemas[key] ?? {};
  return { name, place, parameters, result, ...(doc === undefined ? {} : { doc }) };
}

function templateInfo(node: TemplateNode, graph: Graph): TemplateInfo {
  const { name, doc, place, params } = node;
  return {
    name,
    place,
    params,
    ...(doc === undefined ? {} : { doc }),
    async render(args: JsonObject = {}) {
      const { renderedTemplate } = await import("./render-template.ts");
      return renderedTemplate(node, args, graph);
    },
  };
}
