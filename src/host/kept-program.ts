import { relative } from "node:path";
import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import type { Graph } from "../graph/graph.ts";
import type { RunOptions } from "../interpreter/options.ts";
import { blamed, type KeptRun, type Resumption, type RunHead, stateOf } from "../journal/kept-run.ts";
import { headOf } from "./head-of.ts";
import type { Project } from "./project.ts";
import type { OpenRun } from "./run-store.ts";

/** Where new runs are kept: `runStore(root)`, or anything that gives a journal for what a run's file begins with. */
export interface RunKeeper {
  begin(head: RunHead): OpenRun | Promise<OpenRun>;
}

/** A run to go on with: `runStore(root).take(id)`, or anything that was kept elsewhere. */
export interface ResumableRun {
  readonly kept: KeptRun;
  resume(resumption: Resumption): OpenRun | Promise<OpenRun>;
  /** Lets go of it where it is not gone on with. */
  release?(): void;
}

export interface ProgramOfRun {
  readonly graph: Graph;
  readonly project: Project;
  readonly main: string;
  readonly input: JsonObject;
  readonly simulate: boolean;
  readonly options: RunOptions;
}

/** Begins the journal of a new run, or goes on with one. */
export async function openKept(
  runId: string,
  { journal, taken }: { readonly journal?: RunKeeper; readonly taken?: ResumableRun },
  program: ProgramOfRun,
): Promise<{ readonly open?: OpenRun; readonly options: Pick<RunOptions, "runId" | "seed" | "journal"> }> {
  const { project } = program;
  if (taken !== undefined) {
    const { kept } = taken;
    const open = await taken.resume(resumptionOf(program, blamed(kept)));
    return { open, options: { runId, seed: kept.head.seed, journal: open.journal } };
  }
  if (journal === undefined) return { options: { runId } };
  const head = headOf({ ...program, run: runId, cwd: relative(project.root, process.cwd()) });
  const open = await journal.begin(head);
  return { open, options: { runId, seed: head.seed, journal: open.journal } };
}

/** What is written when a program goes on with a run. */
export function resumptionOf({ graph, options }: Pick<ProgramOfRun, "graph" | "options">, dropped: readonly number[]): Resumption {
  const { maxCostUsd, clock } = options;
  return { at: clock.now(), sources: graph.sources, dropped, ...(maxCostUsd === undefined ? {} : { maxCostUsd }) };
}

/** Throws T653 where there is nothing to go on with, or no way to. */
export function refuseUnresumable(kept: KeptRun): void {
  if (stateOf(kept) === "finished") throw finished(kept.head.run);
  refuseWithheld(kept.head);
}

export function refuseWithheld({ run, withheld = [] }: RunHead): void {
  if (withheld.length === 0) return;
  const names = withheld.map((name) => `"${name}"`).join(", ");
  throw new RunError("invalid_request", `The run ${run} was given a secret in ${names}, which is not kept: there is no going on without it.`, {
    code: "T653",
    hint: "Begin a new run. One that reads the secret itself (`env.NAME` in the options of a provider or a tool) can be gone on with.",
  });
}

/** Throws T653 where the program does not have any more what the run began with. */
export function refuseGone({ run, main }: RunHead, { workflows, agents }: Graph): void {
  if (workflows[main] !== undefined || agents[main] !== undefined) return;
  const name = main.slice(main.lastIndexOf("#") + 1);
  throw new RunError("invalid_request", `The run ${run} began with "${name}", which the program does not declare any more.`, {
    code: "T653",
    hint: "Give it its name back to go on, or begin a new run.",
  });
}

export function finished(run: string): RunError {
  return new RunError("invalid_request", `The run ${run} has finished: there is nothing to go on with.`, {
    code: "T653",
    hint: `\`tantra runs show ${run}\` shows what it came to; \`tantra rerun ${run} --from STEP\` begins again from one of its steps.`,
  });
}
