import { join } from "node:path";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { diagnosticJson } from "../../diagnostics/diagnostic-json.ts";
import { RunError } from "../../diagnostics/errors.ts";
import { renderDiagnostics, renderFailure } from "../../diagnostics/render.ts";
import { type CheckedFile, checkFile, type LoadOptions } from "../../host/load-program.ts";
import { pricedModels } from "../../host/priced.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { rendering } from "../layout.ts";
import { type ProgramFile, programsIn } from "../programs-in.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

const simple: Simple = {
  usage: "check FILE… [flags]",
  about: "Checks programs, and every .tantra file of the folders that are named, without running anything. Exit code 3: there are errors.",
  flags: { "--json": "print the diagnostics as a JSON array", "--root <folder>": "the project's root, which no path may leave" },
};

/** `tantra check FILE… [folders] [--json]` */
export async function check(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  if (operands.length === 0) throw usageError("There is no file to check.", "tantra check FILE.tantra, or a folder.");
  const { root } = flags;
  const options = { cwd: process.cwd(), priced: pricedModels(Date.now()), ...(typeof root === "string" ? { root } : {}) };
  const { programs, unread } = await checkAll(programsIn(operands, options.cwd), options);
  const layout = terminal.outLayout();
  if (flags["json"]) {
    const found = programs.flatMap(({ diagnostics, source }) => diagnostics.map((diagnostic) => diagnosticJson(diagnostic, source)));
    await terminal.out(`${JSON.stringify(found, null, 2)}\n`);
  } else {
    const found = programs.filter(({ diagnostics }) => diagnostics.length > 0);
    if (found.length > 0) await terminal.out(`${found.map((program) => renderDiagnostics(program.diagnostics, rendering(layout, program))).join("\n\n")}\n`);
    else if (unread.length === 0) await terminal.out(`${layout.paint("good", "No problems")} in ${operands.join(", ")}.\n`);
  }
  if (unread.length > 0) terminal.err(`${unread.map((error) => renderFailure(error, rendering(terminal.errLayout()))).join("\n\n")}\n`);
  if (unread[0] !== undefined) return exitCodeOf(unread[0]);
  return programs.some(({ diagnostics }) => hasErrors(diagnostics)) ? exitCodes.program : exitCodes.done;
}

interface Checked {
  readonly programs: readonly CheckedFile[];
  /** Why files could not be read. */
  readonly unread: readonly RunError[];
}

/**
 * Each program with what is wrong with it, a place that several programs share once. A file that was found in a folder and
 * that another program imports is checked as a part of that one: by itself it would seem to lack what its importers have.
 */
async function checkAll(files: readonly ProgramFile[], options: LoadOptions): Promise<Checked> {
  const all: { readonly file: ProgramFile; readonly checked: CheckedFile }[] = [];
  const unread: RunError[] = [];
  for (const file of files) {
    try {
      all.push({ file, checked: await checkFile(file.path, options) });
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      unread.push(error);
    }
  }
  const absolute = ({ project }: CheckedFile, path: string) => join(project.root, path);
  const imported = new Set(
    all.flatMap(({ checked }) => checked.checked.files.flatMap(({ path }) => (path === checked.checked.entry ? [] : [absolute(checked, path)]))),
  );
  const seen = new Set<string>();
  const programs = all
    .filter(({ file, checked }) => file.named || !imported.has(absolute(checked, checked.checked.entry)))
    .map(({ checked }) => ({
      ...checked,
      diagnostics: checked.diagnostics.filter((one) => isFirst(seen, [absolute(checked, one.span.file), one.span.start, one.code, one.message].join("\n"))),
    }));
  return { programs, unread };
}

function isFirst(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}
