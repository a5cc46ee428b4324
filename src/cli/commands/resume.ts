import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { RunError } from "../../diagnostics/errors.ts";
import { renderDiagnostics } from "../../diagnostics/render.ts";
import type { Graph } from "../../graph/graph.ts";
import { finished, refuseGone, refuseWithheld } from "../../host/kept-program.ts";
import { type LoadedProgram, loadProgram } from "../../host/load-program.ts";
import { projectRoot } from "../../host/project.ts";
import { runStore, type TakenRun } from "../../host/run-store.ts";
import { keepYoungGenerationSmall } from "../../host/young-generation.ts";
import { type Start, startOf, withProfile } from "../../interpreter/start.ts";
import { isOf } from "../../journal/kept-event.ts";
import { blamed, limitOf, type RunHead, type Source, sourcesOf, stateOf } from "../../journal/kept-run.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple } from "../flags.ts";
import { rendering } from "../layout.ts";
import type { OwnValues } from "../own-flags.ts";
import { perform } from "../run/perform.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

/** Flags of a run that is gone on with; what else it was given stands in its file. */
export const resumeFlags = {
  "--max-cost <dollars>": "stop before the whole run, with what it has cost so far, costs more",
  "--timeout <duration>": "stop after so long from now: 90s, 5m, 1h",
  "--detach": "ask nobody: where the run waits for people it stops with exit code 4 and says how to answer",
  "--trust <host>": "let keys be sent to this host, which the program names itself",
  "--root <folder>": "the project's root (default: the nearest folder with package.json or .git)",
  "--out <file>": "write the value to a file instead of standard output",
  "--json": "print one JSON object: value, usage, cost, runId, durations, warnings, error",
  "--events <file>": "write everything that happens from now on to a file, one JSON object a line",
  "--quiet": "no progress and no report",
  "--verbose": "every step, request and tool call as a line",
};

/** Of these, what may stand several times. */
export const manyFlags = ["--trust <host>"] as const;

const simple = {
  usage: "resume RUN|last [flags]",
  about:
    "Goes on with a run that failed, was interrupted or killed, ran out of budget, or waits for a person. What had ended is read from the run's file and not done again; where the program was changed, steps that ask the same as then are kept.",
  flags: { "--strict": "refuse where a file of the program has changed", ...resumeFlags },
  many: manyFlags,
};

/** `tantra resume RUN|last` */
export async function resume(words: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, words);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [named, ...more] = operands;
  if (named === undefined || more.length > 0)
    throw usageError("What to go on with is one run.", "tantra resume last, or the id of a run: `tantra runs` lists them");
  const { strict, ...own } = flags;
  const root = projectRoot(typeof own["root"] === "string" ? own["root"] : undefined);
  const store = runStore(root);
  keepYoungGenerationSmall();
  const taken = store.take(store.find(named));
  return goOn({ taken, root, own: ownValues(own), terminal, strict: strict === true, dropped: blamed(taken.kept) });
}

/** Flags of a simple command, as those of a run. */
export function ownValues({ trust, ...flags }: Readonly<Record<string, string | boolean | undefined>>): OwnValues {
  return { ...(flags as OwnValues), ...(typeof trust === "string" ? { trust: trust.split("\n") } : {}) };
}

export interface GoOn {
  readonly taken: TakenRun;
  readonly root: string;
  readonly own: OwnValues;
  readonly terminal: Terminal;
  readonly strict: boolean;
  readonly dropped: readonly number[];
}

/** Runs what is left of a run. Gives the exit code. */
export async function goOn({ taken, root, own, terminal, strict, dropped }: GoOn): Promise<number> {
  const { kept } = taken;
  const { head } = kept;
  try {
    if (stateOf(kept) === "finished" && dropped.length === 0) throw finished(head.run);
    const program = await programOf(head, root);
    const { graph } = program;
    if (graph === undefined) {
      terminal.err(`${renderDiagnostics(program.diagnostics, rendering(terminal.errLayout(), program))}\n`);
      return exitCodes.program;
    }
    const edited = changedFiles(sourcesOf(kept), graph);
    if (strict && edited.length > 0) throw changed(edited, head.run);
    const { profile, simulate, input } = head;
    const start = startAgain(graph, head);
    const limit = own.maxCost ?? limitOf(kept);
    const values: OwnValues = {
      ...own,
      ...(profile === undefined ? {} : { profile }),
      ...(simulate === undefined ? {} : { simulate }),
      ...(limit === undefined ? {} : { maxCost: String(limit) }),
    };
    if (!own.quiet) terminal.err(`${introduction(taken, edited)}\n`);
    return await perform({ program, graph, start, input, own: values, terminal, taken: { run: taken, dropped }, cwd: cwdOf(head, root) });
  } finally {
    taken.release();
  }
}

function introduction({ kept }: TakenRun, edited: readonly string[]): string {
  const { head, torn, events } = kept;
  const ended = events.filter((one) => isOf(one, "model.replied", "tool.returned", "ask.answered") && one.event.asked !== undefined).length;
  const cut = torn === 0 ? "" : " Its last line was torn off and is cut away: what it told of is done again.";
  const changes = edited.length === 0 ? "" : ` Changed since then: ${edited.join(", ")}; steps that ask the same as before are kept.`;
  return `Going on with ${head.run}: ${ended === 1 ? "1 step has" : `${ended} steps have`} ended and ${ended === 1 ? "is" : "are"} read.${cut}${changes}`;
}

/** The program of a run, as it is now. Throws T653 where it is gone, or where the run's inputs are not all kept. */
export async function programOf(head: RunHead, root: string): Promise<LoadedProgram> {
  refuseWithheld(head);
  const { run, file } = head;
  const path = join(root, file);
  if (!existsSync(path)) {
    throw new RunError("invalid_request", `The program of the run ${run} is gone: there is no file ${file} in ${root}.`, {
      code: "T653",
      hint: "Put it back there; it may have been edited. What had ended in the run is kept for as long as its file is.",
    });
  }
  return loadProgram(path, { root });
}

/** What the run started. Throws T653 where the program does not have it any more. */
export function startAgain(graph: Graph, head: RunHead): Start {
  refuseGone(head, graph);
  return startOf(withProfile(graph, head.profile), head.main);
}

/** Where paths among the inputs count from. */
export function cwdOf({ cwd }: RunHead, root: string): string {
  return cwd === undefined ? root : isAbsolute(cwd) ? cwd : join(root, cwd);
}

export function changedFiles(then: readonly Source[], { sources }: Graph): readonly string[] {
  const before = new Map(then.map(({ path, sha256 }) => [path, sha256]));
  const now = new Map(sources.map(({ path, sha256 }) => [path, sha256]));
  return [...new Set([...before.keys(), ...now.keys()])].filter((path) => before.get(path) !== now.get(path));
}

function changed(files: readonly string[], run: string): RunError {
  return new RunError("invalid_request", `Since the run ${run} began, ${files.join(", ")} ${files.length === 1 ? "has" : "have"} changed.`, {
    code: "T651",
    hint: "Without --strict it goes on: steps that ask the same as then are kept, and the rest is done.",
  });
}
