import { writeFileSync } from "node:fs";
import { renderDiagnostics } from "../../diagnostics/render.ts";
import { typescriptOf } from "../../graph/typescript.ts";
import { type LoadedProgram, loadProgram } from "../../host/load-program.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { rendering } from "../layout.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";
import { watchFiles } from "../watch-files.ts";

const simple: Simple = {
  usage: "types FILE [flags]",
  about:
    "Writes FILE.d.ts beside a program: what its workflows and agents take and give. With it among the files of a TypeScript project, load and program.run are held to it.",
  flags: { "--watch": "write it again whenever a file of the program changes", "--root <folder>": "the project's root, which no path may leave" },
};

/** `tantra types FILE [--watch]` */
export async function types(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [file] = operands;
  if (file === undefined || operands.length > 1) throw usageError("Types are written of one file at a time.", "tantra types FILE.tantra");
  const { root } = flags;
  const options = { cwd: process.cwd(), ...(typeof root === "string" ? { root } : {}) };
  const read = (onRead?: (path: string) => void): Promise<LoadedProgram> => loadProgram(file, { ...options, ...(onRead === undefined ? {} : { onRead }) });
  if (flags["watch"]) return watchTypes(read, (program) => writeTypes(program, file, terminal), terminal);
  return writeTypes(await read(), file, terminal);
}

function writeTypes(program: LoadedProgram, file: string, terminal: Terminal): number {
  const { graph, diagnostics } = program;
  if (graph === undefined) {
    terminal.err(`${renderDiagnostics(diagnostics, rendering(terminal.errLayout(), program))}\n`);
    return exitCodes.program;
  }
  const target = `${file}.d.ts`;
  writeFileSync(target, typescriptOf(graph));
  terminal.err(`Wrote ${target}.\n`);
  return exitCodes.done;
}

/** Ends with the process. */
async function watchTypes(
  read: (onRead: (path: string) => void) => Promise<LoadedProgram>,
  write: (program: LoadedProgram) => void,
  terminal: Terminal,
): Promise<never> {
  const watch = watchFiles();
  async function again(): Promise<void> {
    const files = new Set<string>();
    const program = await read((path) => files.add(path));
    // Watching before it is told: what changes from here on is seen.
    watch.follow(files);
    write(program);
  }
  await again();
  for (;;) {
    await watch.changes();
    await again().catch((error: unknown) => terminal.err(`${error instanceof Error ? error.message : String(error)}\n`));
  }
}
