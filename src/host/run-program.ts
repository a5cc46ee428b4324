import { join } from "node:path";
import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import type { Graph } from "../graph/graph.ts";
import type { RunResult } from "../interpreter/options.ts";
import { fittedInput } from "../interpreter/start.ts";
import { withHostValues } from "./host-values.ts";
import { openKept, type ResumableRun, type RunKeeper, refuseGone, refuseUnresumable } from "./kept-program.ts";
import type { LoadedProgram } from "./load-program.ts";
import { type PrepareOptions, prepareRun } from "./prepare-run.ts";
import type { Project } from "./project.ts";
import type { OpenRun } from "./run-store.ts";

export interface RunProgramOptions extends Omit<PrepareOptions, "graph" | "project" | "input" | "env"> {
  /** By parameter name; default: none. */
  readonly input?: JsonObject;
  /** Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: a new one. */
  readonly runId?: string;
  /** Keeps the run, so that it can be gone on with. */
  readonly journal?: RunKeeper;
  /** An earlier run, with its inputs, that this goes on with. */
  readonly taken?: ResumableRun;
}

/**
 * Runs a loaded program on this machine: variables, `.env`, keys, tool modules and the clock are the process's. Throws a
 * `RunError`: of a program with errors its first (the rest are `program.diagnostics`), of a run that cannot start what is
 * missing (with further ones as `others`), and whatever stops the run.
 */
export async function runProgram(program: LoadedProgram, options: RunProgramOptions = {}): Promise<RunResult> {
  const { graph, project } = program;
  const { taken } = options;
  try {
    if (graph === undefined) throw programError(program);
    if (taken !== undefined) refuseUnresumable(taken.kept);
    const prepared = await prepareRun({
      env: process.env,
      input: {},
      ...options,
      ...(taken === undefined ? {} : again(taken, graph, project)),
      graph,
      project,
    });
    if (!prepared.ready) {
      const [first, ...others] = prepared.problems;
      if (first !== undefined) first.others = others;
      throw first;
    }
    const { start } = prepared;
    const runId = taken?.kept.head.run ?? options.runId ?? prepared.options.newId();
    // Of what cannot be started no file is left.
    const input = fittedInput(start, prepared.options.input, graph);
    const kept = await openKept(runId, options, { graph, project, main: start.key, input, simulate: options.simulate === true, options: prepared.options });
    const { run } = await import("../interpreter/run.ts");
    return await closing(run(withHostValues(graph, options.host), { ...prepared.options, ...kept.options }), kept.open);
  } finally {
    taken?.release?.();
  }
}

/** What an earlier run was begun with. */
function again({ kept: { head } }: ResumableRun, graph: Graph, { root }: Project): Pick<PrepareOptions, "input" | "main" | "cwd"> {
  refuseGone(head, graph);
  return { input: head.input, main: head.main, cwd: join(root, head.cwd ?? "") };
}

/** What could not be kept at the end is the failure of a run that had none. */
async function closing(result: Promise<RunResult>, open: OpenRun | undefined): Promise<RunResult> {
  try {
    await result;
  } catch (error) {
    await closed(open).catch(() => undefined);
    throw error;
  }
  await closed(open);
  return result;
}

/** How the run ended is in its file, too, also where whoever gave the journal closes nothing. */
async function closed(open: OpenRun | undefined): Promise<void> {
  try {
    await open?.journal.flush();
  } finally {
    await open?.close();
  }
}

export function programError({ diagnostics, source }: LoadedProgram): RunError {
  const first = diagnostics.find(({ severity }) => severity === "error");
  if (first === undefined) return new RunError("internal", "This is a bug in Tantra: a program without errors did not compile.");
  const { code, message, span, hint } = first;
  return new RunError("invalid_request", message, { code, place: source(span.file)?.place(span) ?? span.file, ...(hint === undefined ? {} : { hint }) });
}
