import { watch, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { renderDiagnostics } from "../../diagnostics/render.ts";
import { typescriptOf } from "../../graph/typescript.ts";
import { type LoadedProgram, loadProgram } from "../../host/load-program.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { rendering } from "../layout.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

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
  const read = (): Promise<LoadedProgram> => loadProgram(file, options);
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

const burstMs = 30;

/** Watches the folders of the program's files, because editors replace files and do not write into them. Ends with the process. */
async function watchTypes(read: () => Promise<LoadedProgram>, write: (program: LoadedProgram) => void, terminal: Terminal): Promise<never> {
  const watched = new Set<string>();
  let files: ReadonlySet<string> = new Set();
  let dirty = false;
  let writing = false;

  function follow(program: LoadedProgram): void {
    const { root, entry } = program.project;
    const own = program.graph?.sources.map(({ path }) => join(root, path)) ?? [];
    // With mistakes in it, what it imports is not known: what was known before still counts.
    files = new Set([...(own.length === 0 ? files : own), join(root, entry)]);
    for (const folder of new Set([...files].map((path) => dirname(path)))) {
      if (watched.has(folder)) continue;
      watched.add(folder);
      watch(folder, (_event, name) => {
        if (name !== null && files.has(join(folder, basename(name)))) void changed();
      });
    }
  }
  async function again(): Promise<void> {
    const program = await read();
    // Watching before it is told: what changes from here on is seen.
    follow(program);
    write(program);
  }
  /** A burst of changes is one, since a file that is being written is empty for a moment; what changes meanwhile is looked at once more. */
  async function changed(): Promise<void> {
    dirty = true;
    if (writing) return;
    writing = true;
    while (dirty) {
      await setTimeout(burstMs);
      dirty = false;
      await again().catch((error: unknown) => terminal.err(`${error instanceof Error ? error.message : String(error)}\n`));
    }
    writing = false;
  }
  await again();
  return new Promise(() => undefined);
}
