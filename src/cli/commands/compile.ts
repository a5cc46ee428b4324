import { renderDiagnostics } from "../../diagnostics/render.ts";
import { loadProgram } from "../../host/load-program.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { rendering } from "../layout.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

const simple: Simple = {
  usage: "compile FILE [flags]",
  about: "Prints the graph that a program becomes, as JSON. tantra run takes it in place of the program, from the same folder.",
  flags: { "--root <folder>": "the project's root, which no path may leave" },
};

/** `tantra compile FILE` */
export async function compile(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [file] = operands;
  if (file === undefined || operands.length > 1) throw usageError("One file is compiled at a time.", "tantra compile FILE.tantra > graph.json");
  const { root } = flags;
  const program = await loadProgram(file, { cwd: process.cwd(), ...(typeof root === "string" ? { root } : {}) });
  if (program.diagnostics.length > 0) terminal.err(`${renderDiagnostics(program.diagnostics, rendering(terminal.errLayout(), program))}\n`);
  if (program.graph === undefined) return exitCodes.program;
  await terminal.out(`${JSON.stringify(program.graph, null, 2)}\n`);
  return exitCodes.done;
}
