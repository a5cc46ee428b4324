import { normalise, Source } from "../diagnostics/source.ts";
import type * as ast from "../syntax/ast.ts";
import { parse } from "../syntax/parse.ts";
import type { LoadedFile } from "./checked.ts";
import { findFile } from "./declarations/project-path.ts";
import { createContext } from "./file-context.ts";
import type { Program } from "./program.ts";

/** Where each `import` of a program leads: the file's path, absent where there is none. */
export type ImportTargets = Map<ast.ImportDecl, string>;

/** Reads and parses the entry file and every file that imports reach, in the order of reaching. */
export function loadFiles(program: Program): ImportTargets {
  const targets: ImportTargets = new Map();
  const entry = program.options.readFile(program.entry);
  if (!entry.ok) {
    const outside = entry.why === "outside";
    const why = {
      missing: "There is no file",
      folder: "There is a folder, not a file,",
      outside: "Outside of the project lies",
      encoding: "There is no UTF-8 text in",
      unreadable: "Nothing can be read from",
    };
    program.diagnostics.push({
      code: outside ? "T518" : "T517",
      severity: "error",
      message: `${why[entry.why]} "${program.entry}".`,
      span: { file: program.entry, start: 0, end: 0 },
      hint: entry.why === "encoding" ? "Save it as UTF-8." : "Check the path.",
    });
    addFile(program, program.entry, "");
    return targets;
  }
  addFile(program, program.entry, entry.text);
  // `files` grows while it is walked.
  for (const file of program.files) {
    const context = createContext(program, file, { declared: new Map(), imported: new Map() });
    for (const decl of file.file.declarations) {
      if (decl.kind !== "ImportDecl") continue;
      const found = findFile(decl.from, "the import", context);
      if (found === undefined) continue;
      targets.set(decl, found.path);
      if (!program.files.some((one) => one.path === found.path)) addFile(program, found.path, found.text);
    }
  }
  return targets;
}

function addFile(program: Program, path: string, text: string): void {
  const result = parse(new Source(path, normalise(text)));
  const file: LoadedFile = { path, source: result.source, file: result.file, diagnostics: result.diagnostics };
  program.files.push(file);
  program.diagnostics.push(...result.diagnostics);
  for (const decl of result.file.declarations) {
    program.fileOf.set(decl, path);
    if (decl.kind === "ProfileDecl") for (const inner of decl.declarations) program.fileOf.set(inner, path);
  }
}
