import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import type { RunResult } from "../interpreter/options.ts";
import { withHostValues } from "./host-values.ts";
import type { LoadedProgram } from "./load-program.ts";
import { type PrepareOptions, prepareRun } from "./prepare-run.ts";

export interface RunProgramOptions extends Omit<PrepareOptions, "graph" | "project" | "input" | "env"> {
  /** By parameter name; default: none. */
  readonly input?: JsonObject;
  /** Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a loaded program on this machine: variables, `.env`, keys, tool modules and the clock are the process's. Throws a
 * `RunError`: of a program with errors its first (the rest are `program.diagnostics`), of a run that cannot start what is
 * missing (with further ones as `others`), and whatever stops the run.
 */
export async function runProgram(program: LoadedProgram, options: RunProgramOptions = {}): Promise<RunResult> {
  const { graph, project } = program;
  if (graph === undefined) throw programError(program);
  const prepared = await prepareRun({ env: process.env, input: {}, ...options, graph, project });
  if (!prepared.ready) {
    const [first, ...others] = prepared.problems;
    if (first !== undefined) first.others = others;
    throw first;
  }
  const { run } = await import("../interpreter/run.ts");
  return run(withHostValues(graph, options.host), prepared.options);
}

export function programError({ diagnostics, source }: LoadedProgram): RunError {
  const first = diagnostics.find(({ severity }) => severity === "error");
  if (first === undefined) return new RunError("internal", "This is a bug in Tantra: a program without errors did not compile.");
  const { code, message, span, hint } = first;
  return new RunError("invalid_request", message, { code, place: source(span.file)?.place(span) ?? span.file, ...(hint === undefined ? {} : { hint }) });
}
