import { createInterface } from "node:readline";
import { RunError } from "../../diagnostics/errors.ts";
import { renderFailure } from "../../diagnostics/render.ts";
import { listRun } from "../../host/list-runs.ts";
import type { RunStore } from "../../host/run-store.ts";
import { exitCodes } from "../exit-codes.ts";
import { rendering } from "../layout.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";
import { atWork, stateIn } from "./list.ts";

export interface RemoveOptions {
  readonly store: RunStore;
  readonly terminal: Terminal;
  readonly named: readonly string[];
  readonly all: boolean;
  readonly finished: boolean;
  /** Milliseconds. */
  readonly olderThan: number | undefined;
  readonly yes: boolean;
}

/** `tantra runs rm`: one that is at work stays. */
export async function removeRuns(options: RemoveOptions): Promise<number> {
  const { store, terminal, named, yes } = options;
  const ids = named.length > 0 ? [...new Set(named.map((one) => store.find(one)))] : meant(options);
  if (ids.length === 0) {
    await terminal.out("There is nothing to remove.\n");
    return exitCodes.done;
  }
  if (!yes && !(await agreed(ids, terminal))) {
    terminal.err("Nothing was removed.\n");
    return exitCodes.failed;
  }
  let removed = 0;
  let failed = false;
  for (const id of ids) {
    try {
      store.remove(id);
      removed++;
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      failed = true;
      terminal.err(`${renderFailure(error, rendering(terminal.errLayout()))}\n`);
    }
  }
  if (removed > 0) await terminal.out(`${counted(removed)} removed.\n`);
  return failed ? exitCodes.failed : exitCodes.done;
}

/** Those that the flags mean, but for what is at work: that is said. */
function meant({ store, terminal, named, all, finished, olderThan }: RemoveOptions): readonly string[] {
  if (named.length === 0 && !all && !finished && olderThan === undefined)
    throw usageError("Which runs are to be removed is not said.", "tantra runs rm RUN…, or --finished, --older-than 7d, --all");
  const listed = store.ids().map((id) => listRun(id, store));
  const fitting = listed.filter((run) => {
    // Of what cannot be read it is not known whether it has finished, nor how old it is.
    if (run.summary === undefined) return all && !finished && olderThan === undefined;
    const old = olderThan === undefined || Date.now() - run.summary.at > olderThan;
    return old && (!finished || run.summary.state === "finished");
  });
  for (const run of fitting) if (stateIn(run) === "running") terminal.err(`${atWork(run)} It stays.\n`);
  return fitting.filter((run) => stateIn(run) !== "running").map(({ id }) => id);
}

function counted(count: number): string {
  return count === 1 ? "1 run" : `${count} runs`;
}

/** Asks the person at the terminal; without one nothing is removed unless it was said before. */
async function agreed(ids: readonly string[], terminal: Terminal): Promise<boolean> {
  if (!terminal.errIsTerminal || !process.stdin.isTTY)
    throw usageError(`${counted(ids.length)} would be removed, and nobody is there to be asked.`, "--yes removes without asking.");
  const [only] = ids;
  const what = ids.length === 1 ? `the run ${only}` : counted(ids.length);
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  return new Promise((resolve) => {
    lines.on("close", () => resolve(false));
    lines.on("SIGINT", () => lines.close());
    lines.question(`Remove ${what}? It cannot be gone on with, shown or replayed any more. [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      lines.close();
    });
  });
}
