import { relative } from "node:path";
import { RunError } from "../../diagnostics/errors.ts";
import type { JsonObject } from "../../diagnostics/json.ts";
import type { Graph } from "../../graph/graph.ts";
import { headOf } from "../../host/head-of.ts";
import { newRunId } from "../../host/ids.ts";
import type { Project } from "../../host/project.ts";
import { type OpenRun, type RunStore, runStore, type TakenRun } from "../../host/run-store.ts";
import type { RunOptions } from "../../interpreter/options.ts";
import type { Resumption, RunHead } from "../../journal/kept-run.ts";
import type { TakenSteps } from "../../journal/taken-steps.ts";
import { resumeCommand } from "../runs/resume-command.ts";

/** A run that is gone on with, and the steps that are done again although they had ended. */
export interface Taken {
  readonly run: TakenRun;
  readonly dropped: readonly number[];
}

/** An earlier run that a new one is begun from, and the steps that are taken over. */
export interface BegunFrom {
  readonly head: RunHead;
  readonly steps: TakenSteps;
}

export interface KeepOptions {
  readonly graph: Graph;
  readonly project: Project;
  readonly main: string;
  readonly input: JsonObject;
  readonly simulate: boolean;
  readonly options: RunOptions;
  readonly taken?: Taken;
  readonly begunFrom?: BegunFrom;
}

/** Where a run is kept while it goes on. */
export interface Keeping {
  readonly runId: string;
  /** What a run takes of it. */
  readonly options: Pick<RunOptions, "runId" | "seed" | "journal">;
  /** The file, for messages. */
  readonly file: string;
  /** What to type to go on with it. */
  readonly resume: string;
  /** Ends it. Gives why the last of it could not be written. */
  close(): Promise<RunError | undefined>;
}

/** Begins the file of a new run, or goes on with that of an earlier one. Throws T650 where it cannot be written. */
export async function keepRun(keep: KeepOptions): Promise<Keeping> {
  const { graph, project, taken, begunFrom, options } = keep;
  const store = runStore(project.root);
  const { sources } = graph;
  if (taken !== undefined) {
    const { head } = taken.run.kept;
    const limit = options.maxCostUsd === undefined ? {} : { maxCostUsd: options.maxCostUsd };
    const resumption: Resumption = { at: Date.now(), sources, dropped: taken.dropped, ...limit };
    return keeping(head, await taken.run.resume(resumption), store, project.root);
  }
  const cwd = begunFrom === undefined ? relative(project.root, process.cwd()) : (begunFrom.head.cwd ?? "");
  const head = headOf({ ...keep, run: newRunId(), cwd, ...(begunFrom === undefined ? {} : { from: begunFrom.head }) });
  return keeping(head, await store.begin(head, begunFrom?.steps), store, project.root);
}

function keeping({ run, seed }: RunHead, open: OpenRun, store: RunStore, root: string): Keeping {
  return {
    runId: run,
    options: { runId: run, seed, journal: open.journal },
    file: relative(process.cwd(), store.pathOf(run)),
    resume: resumeCommand("resume", run, root),
    async close() {
      try {
        await open.close();
        return undefined;
      } catch (error) {
        if (error instanceof RunError) return error;
        throw error;
      }
    },
  };
}
