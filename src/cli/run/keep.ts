import { relative } from "node:path";
import { RunError } from "../../diagnostics/errors.ts";
import type { JsonObject } from "../../diagnostics/json.ts";
import type { Graph } from "../../graph/graph.ts";
import { newRunId } from "../../host/ids.ts";
import type { Project } from "../../host/project.ts";
import { type OpenRun, type RunStore, runStore, type TakenRun } from "../../host/run-store.ts";
import type { RunOptions } from "../../interpreter/options.ts";
import type { Resumption, RunHead } from "../../journal/kept-run.ts";

/** A run that is gone on with, and the steps that are done again although they had ended. */
export interface Taken {
  readonly run: TakenRun;
  readonly dropped: readonly number[];
}

export interface KeepOptions {
  readonly graph: Graph;
  readonly project: Project;
  readonly main: string;
  readonly input: JsonObject;
  readonly simulate: boolean;
  readonly options: RunOptions;
  readonly taken?: Taken;
}

/** Where a run is kept while it goes on. */
export interface Keeping {
  readonly runId: string;
  /** What a run takes of it. */
  readonly options: Pick<RunOptions, "runId" | "seed" | "journal">;
  /** The file, for messages. */
  readonly file: string;
  /** Ends it. Gives why the last of it could not be written. */
  close(): Promise<RunError | undefined>;
}

/** Begins the file of a new run, or goes on with that of an earlier one. Throws T650 where it cannot be written. */
export function keepRun(keep: KeepOptions): Keeping {
  const { graph, project, taken, options } = keep;
  const store = runStore(project.root);
  const { sources } = graph;
  if (taken !== undefined) {
    const { head } = taken.run.kept;
    const limit = options.maxCostUsd === undefined ? {} : { maxCostUsd: options.maxCostUsd };
    const resumption: Resumption = { at: Date.now(), sources, dropped: taken.dropped, ...limit };
    return keeping(head, taken.run.resume(resumption), store);
  }
  const run = newRunId();
  const { profile, maxCostUsd, timeoutMs } = options;
  const cwd = relative(project.root, process.cwd());
  const head: RunHead = {
    run,
    at: Date.now(),
    file: project.entry,
    sources,
    main: keep.main,
    input: keep.input,
    seed: run,
    ...(cwd === "" ? {} : { cwd }),
    ...(profile === undefined ? {} : { profile }),
    ...(keep.simulate ? { simulate: true } : {}),
    ...(maxCostUsd === undefined ? {} : { maxCostUsd }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  return keeping(head, store.begin(head), store);
}

function keeping({ run, seed }: RunHead, open: OpenRun, store: RunStore): Keeping {
  return {
    runId: run,
    options: { runId: run, seed, journal: open.journal },
    file: relative(process.cwd(), store.pathOf(run)),
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
