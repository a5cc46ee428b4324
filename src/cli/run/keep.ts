import { relative } from "node:path";
import type { Journal } from "../../agent/journal.ts";
import { RunError } from "../../diagnostics/errors.ts";
import { headOf } from "../../host/head-of.ts";
import { newRunId } from "../../host/ids.ts";
import { keepListings } from "../../host/keep-listings.ts";
import { type ProgramOfRun, resumptionOf } from "../../host/kept-program.ts";
import { type OpenRun, type RunStore, runStore, type TakenRun } from "../../host/run-store.ts";
import type { RunOptions } from "../../interpreter/options.ts";
import type { RunHead } from "../../journal/kept-run.ts";
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

export interface KeepOptions extends ProgramOfRun {
  readonly taken?: Taken;
  readonly begunFrom?: BegunFrom;
}

/** Where a run is kept while it goes on. */
export interface Keeping {
  readonly runId: string;
  /** What a run takes of it. */
  readonly options: Pick<RunOptions, "runId" | "seed" | "journal" | "openToolServer">;
  /** The file, for messages, and what to type to go on with it; undefined: there is none. */
  readonly kept?: { readonly file: string; readonly resume: string };
  /** What of it can be played again, as the text of a recording. */
  recording(): Promise<string>;
  /** Ends it. Gives why the last of it could not be written. */
  close(): Promise<RunError | undefined>;
}

/** Begins the file of a new run, or goes on with that of an earlier one. Throws T650 where it cannot be written. */
export async function keepRun(keep: KeepOptions): Promise<Keeping> {
  const { project, taken, begunFrom } = keep;
  const store = runStore(project.root);
  if (taken !== undefined) {
    const { head } = taken.run.kept;
    return keeping(head, await taken.run.resume(resumptionOf(keep, taken.dropped)), store, keep);
  }
  const head = newHead(keep);
  return keeping(head, await store.begin(head, begunFrom?.steps), store, keep);
}

/** What the file of a run that begins now begins with. */
export function newHead({ begunFrom, ...keep }: KeepOptions): RunHead {
  const cwd = begunFrom === undefined ? relative(keep.project.root, process.cwd()) : (begunFrom.head.cwd ?? "");
  return headOf({ ...keep, run: newRunId(), cwd, ...(begunFrom === undefined ? {} : { from: begunFrom.head }) });
}

/** What a run takes of its file. What MCP servers list is kept, so that a replay starts none. */
export function optionsOf({ run, seed }: RunHead, journal: Journal, { options: { openToolServer, secrets = [] } }: KeepOptions): Keeping["options"] {
  return { runId: run, seed, journal, ...keepListings(openToolServer, journal, secrets) };
}

function keeping(head: RunHead, open: OpenRun, store: RunStore, keep: KeepOptions): Keeping {
  const { run } = head;
  return {
    runId: run,
    options: optionsOf(head, open.journal, keep),
    recording: async () => (await import("./recording.ts")).recordingText(store.read(run)),
    kept: { file: relative(process.cwd(), store.pathOf(run)), resume: resumeCommand("resume", run, keep.project.root) },
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
