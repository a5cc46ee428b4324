import { join, resolve } from "node:path";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { sha256 } from "../../host/hash.ts";
import { type CheckedFile, checkFile, type LoadOptions, loadProgram } from "../../host/load-program.ts";
import { programsIn } from "../programs-in.ts";
import { modulesBehind } from "./modules-behind.ts";
import type { Suite } from "./suite.ts";

export interface Loaded {
  readonly suites: readonly Suite[];
  /** Programs with errors: nothing runs. */
  readonly wrong: readonly CheckedFile[];
  /** Every file that a change of counts, by its absolute path; of some there is none, yet something asks for it. */
  readonly files: ReadonlySet<string>;
}

/**
 * The programs that are named and those of folders, with their tests. A file of a folder that another one imports may lack
 * what its importers have: then it is a part of theirs and no program of its own. A `.json` file is a compiled program.
 */
export async function loadSuites(operands: readonly string[], options: LoadOptions & { readonly cwd: string }): Promise<Loaded> {
  const { compile } = await import("../../compiler/compile.ts");
  const all = [];
  const suites: Suite[] = [];
  const files = new Set<string>();
  const add = (file: string, program: Suite["program"], read: ReadonlySet<string>): void => {
    const { root, entry } = program.project;
    const modules = Object.values(program.graph.tools).map(({ module }) => join(root, module));
    const own = new Set([join(root, entry), join(root, ".env"), ...read, ...modulesBehind(modules)]);
    for (const path of own) files.add(path);
    suites.push({ file, program, files: own, tests: program.graph.tests });
  };
  for (const { path, named } of programsIn(operands, options.cwd)) {
    const read = new Set([resolve(options.cwd, path)]);
    const reading = { ...options, onRead: (file: string) => void read.add(file) };
    if (path.endsWith(".json")) {
      const { graph, ...program } = await loadProgram(path, reading);
      if (graph !== undefined) add(path, { ...program, graph }, read);
    } else all.push({ path, named, read, checked: await checkFile(path, reading) });
    for (const file of read) files.add(file);
  }
  const imported = new Set(all.flatMap(({ checked }) => partsOf(checked)));
  const wrong: CheckedFile[] = [];
  for (const { path, named, read, checked } of all) {
    if (!hasErrors(checked.diagnostics)) add(path, { ...checked, graph: compile(checked.checked, sha256) }, read);
    else if (named || !imported.has(join(checked.project.root, checked.checked.entry))) wrong.push(checked);
  }
  return { suites, wrong, files };
}

/** The files that a program imports. */
function partsOf({ checked, project }: CheckedFile): string[] {
  return checked.files.flatMap(({ path }) => (path === checked.entry ? [] : [join(project.root, path)]));
}
