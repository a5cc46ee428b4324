import type { Command } from "commander";
import type { Graph } from "../graph/graph.ts";
import { startOf } from "../interpreter/start.ts";
import { withInputs } from "./arguments.ts";
import type { Layout } from "./terminal.ts";

/** `tantra run --help`, without a file. */
export function helpOfRun(layout: Layout): string {
  const command = withInputs([], () => undefined)
    .usage("FILE [WORKFLOW or AGENT] [--INPUT value …]")
    .description(
      "Runs a program: the only workflow that no other one calls, or the one that is named. Its inputs are flags; --help after the file lists them.",
    );
  return text(command, layout);
}

/** `tantra run FILE --help`: what the program is, what can be started, and the inputs of what is. */
export function helpOfProgram(file: string, graph: Graph, main: string | undefined, layout: Layout): string {
  const names = graph.mains.map((key) => (graph.workflows[key] ?? graph.agents[key])?.name ?? key);
  const start = main !== undefined || graph.main !== null ? startOf(graph, main) : undefined;
  const chosen = start === undefined ? "" : ` ${start.node.name}`;
  const command = withInputs(start?.node.params ?? [], () => undefined)
    .usage(`${file}${start === undefined ? " NAME" : start.key === graph.main ? "" : chosen} [flags]`)
    .description(
      [start?.node.doc ?? graph.doc, names.length > 1 ? `It can start ${names.join(", ")}.` : undefined].filter((line) => line !== undefined).join("\n\n"),
    );
  return text(command, layout);
}

function text(command: Command, { width, paint }: Layout): string {
  command.configureHelp({
    helpWidth: width ?? 100,
    // The two positions stand in the usage line.
    visibleArguments: () => [],
    styleTitle: (title) => paint("strong", title),
    styleOptionTerm: (term) => paint("place", term),
  });
  return command.helpInformation();
}
