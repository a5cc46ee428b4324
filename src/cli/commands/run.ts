import { errorInfo } from "../../agent/failure.ts";
import { RunError } from "../../diagnostics/errors.ts";
import { renderDiagnostics, renderFailure } from "../../diagnostics/render.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import type { Graph } from "../../graph/graph.ts";
import { type LoadedProgram, loadProgram } from "../../host/load-program.ts";
import { projectRoot } from "../../host/project.ts";
import { startOf, withProfile } from "../../interpreter/start.ts";
import { firstLook, type Typed, understand } from "../arguments.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import { helpOfProgram, helpOfRun } from "../help.ts";
import { flagOf } from "../input-flags.ts";
import { rendering } from "../layout.ts";
import { perform } from "../run/perform.ts";
import { printNothingRan } from "../run/print-result.ts";
import { programErrors } from "../run/program-errors.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

/** `tantra run FILE [WORKFLOW or AGENT] [--INPUT value …]` */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const typed = firstLook(args);
  const { own, help } = typed;
  if (typed.file === undefined && (help || own.replay === undefined)) {
    if (!help) throw usageError("There is no file to run.", "tantra run FILE.tantra, and --help after the file for its inputs.");
    await terminal.out(helpOfRun(terminal.outLayout()));
    return exitCodes.done;
  }
  let program: LoadedProgram | undefined;
  try {
    const replays = own.replay === undefined && own.replayMissing === undefined ? undefined : await import("../run/replaying.ts");
    const recorded = help ? undefined : await replays?.recordedFor(own, process.cwd());
    const head = recorded?.recording.head;
    const file = typed.file ?? (recorded === undefined ? "" : (replays?.programOf(recorded, projectRoot(own.root)) ?? ""));
    program = await loadProgram(file, { cwd: process.cwd(), ...(own.root === undefined ? {} : { root: own.root }) });
    const { graph } = program;
    if (graph === undefined) return await refuseProgram(program, typed, terminal);
    if (help) {
      await terminal.out(helpOfProgram(file, graph, typed.main, terminal.outLayout()));
      return exitCodes.done;
    }
    if (recorded !== undefined) replays?.refuseUnfit(recorded, graph, program.project);
    const profile = own.profile ?? head?.profile;
    const start = startOf(withProfile(graph, profile), mainOf(typed.main ?? head?.main, graph));
    const understood = understand(args, start, graph, process.cwd(), head?.input);
    const given = { ...understood.own, ...(profile === undefined ? {} : { profile }) };
    return await perform({ program, graph, start, input: understood.input, own: given, terminal, ...(recorded === undefined ? {} : { recorded }) });
  } catch (error) {
    if (!(error instanceof RunError) || error.code === "T600") throw error;
    return refuse(error, program, typed, terminal);
  }
}

/** With several workflows the name is asked for, and all of them are listed. A word that is no name is likely an input. */
function mainOf(named: string | undefined, graph: Graph): string | undefined {
  const names = graph.mains.map((key) => (graph.workflows[key] ?? graph.agents[key])?.name ?? key);
  if (named !== undefined && graph.main !== null && isNoName(named, graph)) {
    const [input] = startOf(graph, undefined).node.params;
    const flag = input === undefined ? "" : ` Inputs are flags: ${flagOf(input.name)} "${named}"`;
    throw usageError(`There is no workflow or agent "${named}" to start.`, `There is ${names.join(", ")}.${flag}`);
  }
  if (named !== undefined || graph.main !== null) return named;
  const [first] = names;
  if (first === undefined)
    throw usageError("The program has nothing to run: it declares no workflow and no agent.", 'Write one: agent hello() { model: …, prompt: "…" }');
  throw usageError(`The program has several things to run: ${names.join(", ")}.`, `Name one after the file, for example ${first}`);
}

/** Whether nothing that could be started is called so, or nearly so. */
function isNoName(word: string, { workflows, agents }: Graph): boolean {
  const names = Object.entries({ ...workflows, ...agents }).flatMap(([key, { name }]) => [name, key]);
  return !names.includes(word) && suggest(word, names) === undefined;
}

/** The program has errors: they are shown, and nothing runs. */
async function refuseProgram(program: LoadedProgram, { own }: Typed, terminal: Terminal): Promise<number> {
  terminal.err(`${renderDiagnostics(program.diagnostics, rendering(terminal.errLayout(), program))}\n`);
  if (own.json) await printNothingRan(programErrors(program), terminal);
  return exitCodes.program;
}

/** Something is missing or wrong around the program: all of it is shown (the others hang under the first), and nothing runs. */
async function refuse(error: RunError, program: LoadedProgram | undefined, { own }: Typed, terminal: Terminal): Promise<number> {
  const options = rendering(terminal.errLayout(), program);
  const problems = [error, ...error.others].map((problem) => renderFailure({ ...errorInfo(problem), others: [] }, options));
  terminal.err(`${problems.join("\n\n")}\n`);
  if (own.json) await printNothingRan(errorInfo(error), terminal);
  return exitCodeOf(error);
}
