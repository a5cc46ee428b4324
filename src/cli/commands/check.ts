import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { type DiagnosticJson, diagnosticJson } from "../../diagnostics/diagnostic-json.ts";
import { RunError } from "../../diagnostics/errors.ts";
import { renderDiagnostics, renderFailure } from "../../diagnostics/render.ts";
import { type CheckedFile, checkFile } from "../../host/load-program.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { rendering } from "../layout.ts";
import { programsIn } from "../programs-in.ts";
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
  const options = { cwd: process.cwd(), ...(typeof root === "string" ? { root } : {}) };
  const seen = new Set<string>();
  const found: DiagnosticJson[] = [];
  let code: number = exitCodes.done;
  let files = 0;
  for (const file of programsIn(operands, options.cwd)) {
    try {
      const checked = fresh(await checkFile(file, options), seen);
      files++;
      found.push(...checked.diagnostics.map((diagnostic) => diagnosticJson(diagnostic, checked.source)));
      if (hasErrors(checked.diagnostics) && code === exitCodes.done) code = exitCodes.program;
      if (!flags["json"] && checked.diagnostics.length > 0)
        await terminal.out(`${renderDiagnostics(checked.diagnostics, rendering(terminal.outLayout(), checked))}\n\n`);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      terminal.err(`${renderFailure(error, rendering(terminal.errLayout()))}\n`);
      code = exitCodeOf(error);
    }
  }
  if (flags["json"]) await terminal.out(`${JSON.stringify(found, null, 2)}\n`);
  else if (files > 0 && found.length === 0)
    await terminal.out(`${terminal.outLayout().paint("good", "No problems")} in ${files} file${files === 1 ? "" : "s"}.\n`);
  return code;
}

/** A file that several programs import is reported once. */
function fresh(checked: CheckedFile, seen: Set<string>): CheckedFile {
  const { root } = checked.project;
  const diagnostics = checked.diagnostics.filter(({ code, span, message }) => {
    const key = `${root}\n${span.file}\n${span.start}\n${code}\n${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return { ...checked, diagnostics };
}
