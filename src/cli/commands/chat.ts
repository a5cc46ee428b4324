import { RunError } from "../../diagnostics/errors.ts";
import { renderDiagnostics, renderFailure } from "../../diagnostics/render.ts";
import type { AgentNode, Graph } from "../../graph/graph.ts";
import { type LoadedProgram, loadProgram } from "../../host/load-program.ts";
import { prepareRun } from "../../host/prepare-run.ts";
import type { RunOptions } from "../../interpreter/options.ts";
import { withProfile } from "../../interpreter/start.ts";
import { agentOf } from "../../plan/prompt.ts";
import { firstLook, understand } from "../arguments.ts";
import { converse } from "../chat/converse.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple } from "../flags.ts";
import { rendering } from "../layout.ts";
import type { OwnValues } from "../own-flags.ts";
import { askTrust } from "../run/ask-trust.ts";
import { parseDollars } from "../run/limits.ts";
import { allOf } from "../run/perform.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

const simple = {
  usage: "chat FILE AGENT [--INPUT value …] [flags]",
  about:
    "Talks with an agent in the terminal; /help there lists what else can be done. With a pipe every line is a message, and the replies go to standard output.",
  flags: {
    "--session <name>": "keep the conversation under this name, and go on with it the next time",
    "--input <file>": "inputs as a JSON object, from a file",
    "--set <name=value>": "one input by its name",
    "--profile <name>": "use this profile's providers, models and servers",
    "--simulate": "put the simulator in the place of every provider",
    "--root <folder>": "the project's root, which no path may leave",
    "--trust <host>": "let keys be sent to this host, which the program names itself",
    "--max-cost <dollars>": "stop before the whole conversation costs more",
    "--events <file>": "write everything that happens to a file, one JSON object a line",
    "--quiet": "nothing but the replies",
  },
};
const taken: readonly (keyof OwnValues)[] = ["input", "set", "profile", "simulate", "root", "trust", "maxCost", "events", "quiet", "color"];

/** `tantra chat FILE AGENT --INPUT …` */
export async function chat(words: readonly string[], terminal: Terminal): Promise<number> {
  const { session, args } = withoutSession(words);
  const { file, main: name, own, help } = firstLook(args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const stray = (Object.keys(own) as (keyof OwnValues)[]).find((key) => !taken.includes(key));
  if (stray !== undefined) {
    throw usageError(`tantra chat takes no --${stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.`, "--help lists its flags.");
  }
  if (own.input === "-") throw usageError("Standard input holds what is said, so inputs cannot come from there.", "Give --input a file.");
  if (file === undefined) throw usageError("A chat needs a file and the name of an agent in it.", "tantra chat FILE.tantra AGENT --INPUT value");
  const program = await loadProgram(file, { cwd: process.cwd(), ...(own.root === undefined ? {} : { root: own.root }) });
  if (program.graph === undefined) {
    terminal.err(`${renderDiagnostics(program.diagnostics, rendering(terminal.errLayout(), program))}\n`);
    return exitCodes.program;
  }
  const graph = withProfile(program.graph, own.profile);
  const { key, node } = chosenAgent(graph, name);
  const { input } = understand(args, { of: "agent", key, node }, graph, process.cwd());
  try {
    const options = await prepared(program.graph, program, { key, input, own, terminal });
    return await converse({ program, graph: program.graph, options: session === undefined ? options : { ...options, session }, own, terminal });
  } catch (error) {
    if (!(error instanceof RunError) || error.code === "T600") throw error;
    const layout = rendering(terminal.errLayout(), program);
    terminal.err(`${[error, ...error.others].map((one) => renderFailure({ ...asFailure(one), others: [] }, layout)).join("\n\n")}\n`);
    return exitCodes.usage;
  }
}

/** What has to be there is, before anything is said. */
async function prepared(
  graph: Graph,
  { project }: LoadedProgram,
  { key, input, own, terminal }: { readonly key: string; readonly input: RunOptions["input"]; readonly own: OwnValues; readonly terminal: Terminal },
): Promise<RunOptions> {
  const asks = terminal.errIsTerminal && process.stdin.isTTY;
  const ready = await prepareRun({
    graph,
    project,
    input,
    main: key,
    talk: true,
    env: process.env,
    simulate: own.simulate === true,
    trusted: own.trust ?? [],
    ...(own.maxCost === undefined ? {} : { maxCostUsd: parseDollars(own.maxCost) }),
    ...(own.profile === undefined ? {} : { profile: own.profile }),
    ...(asks ? { confirm: askTrust } : {}),
  });
  if (!ready.ready) throw allOf(ready.problems);
  return ready.options;
}

/** The agent that was named, or the only one. */
function chosenAgent(graph: Graph, name: string | undefined): { readonly key: string; readonly node: AgentNode } {
  if (name !== undefined) return agentOf(graph, name);
  const agents = Object.entries(graph.agents);
  const [only] = agents;
  if (only !== undefined && agents.length === 1) return { key: only[0], node: only[1] };
  const names = agents.map(([, agent]) => agent.name);
  throw usageError("A chat needs the name of an agent.", names.length === 0 ? "The program declares none." : `Name one after the file: ${names.join(", ")}`);
}

/** `--session NAME` is this command's alone, so it is read before all others. */
function withoutSession(words: readonly string[]): { readonly session: string | undefined; readonly args: readonly string[] } {
  const at = words.findIndex((word) => word === "--session" || word.startsWith("--session="));
  const word = words[at];
  if (word === undefined) return { session: undefined, args: words };
  const joined = word.startsWith("--session=");
  const session = joined ? word.slice("--session=".length) : words[at + 1];
  if (session === undefined) throw usageError("--session has no value.", "Write --session NAME");
  return { session, args: [...words.slice(0, at), ...words.slice(at + (joined ? 1 : 2))] };
}

function asFailure({ code, class: errorClass, message, path, place, hint }: RunError) {
  return { code, class: errorClass, message, path, place, hint };
}
