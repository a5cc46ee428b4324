import { type CommandName, commands } from "../commands.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

const rows: { readonly [N in CommandName]: readonly [string, string] } = {
  run: ["run FILE [NAME] [flags]", "run a program (tantra-run is the same)"],
  resume: ["resume RUN|last", "goes on with a run that failed, was interrupted or killed; what had ended is not done again"],
  check: ["check FILE… [--json]", "say what is wrong with programs, without running them"],
  test: ["test FILE… [flags]", "run the `test` blocks of programs"],
  compile: ["compile FILE", "print the graph that a program becomes"],
  chat: ["chat FILE AGENT [flags]", "talk with an agent in the terminal, or through a pipe"],
  prompt: ["prompt FILE AGENT [flags]", "print the exact messages and request of an agent, without a network"],
  models: ["models FILE [--check]", "list a program's models with prices; --check asks each one once"],
  tools: ["tools FILE [--json]", "list a program's tools with their schemas; starts its MCP servers to ask them"],
  mcp: ["mcp pull FILE", "write down what a program's MCP servers have, for check and prompt"],
  types: ["types FILE [--watch]", "write FILE.d.ts, which holds calls from TypeScript to the program"],
  vendor: ["vendor DIR [--unit UNIT]", "copy Tantra's source into your project; --diff: what you and upstream changed since"],
  explain: ["explain CODE", "say more about a message; explain words: what Tantra itself tells a model"],
  help: ["help [COMMAND]", "this, or the help of a command"],
};

/** `tantra help`, `tantra help COMMAND`, `tantra --help` */
export async function help([name]: readonly string[], terminal: Terminal): Promise<number> {
  if (name !== undefined && name !== "help" && !name.startsWith("-")) {
    if (Object.hasOwn(commands, name)) return commands[name as CommandName](["--help"], terminal);
    throw usageError(`There is no command "${name}".`, `There is ${Object.keys(commands).join(", ")}.`);
  }
  const { paint } = terminal.outLayout();
  const wide = Math.max(...Object.values(rows).map(([usage]) => usage.length));
  const lines = Object.values(rows).map(([usage, about]) => `  ${paint("place", usage.padEnd(wide))}  ${about}`);
  await terminal.out(
    [
      "Tantra runs programs of many language-model agents, written down in .tantra files.",
      "",
      `${paint("strong", "Usage:")} tantra COMMAND …`,
      "",
      paint("strong", "Commands:"),
      ...lines,
      "",
      `${paint("strong", "Start with:")} tantra run examples/hello.tantra`,
      `${paint("dim", "tantra COMMAND --help says more; tantra run FILE --help lists a program's inputs; tantra --version.")}`,
      "",
    ].join("\n"),
  );
  return exitCodes.done;
}
