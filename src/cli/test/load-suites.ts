import { join } from "node:path";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { sha256 } from "../../host/hash.ts";
import { type CheckedFile, checkFile, type LoadOptions, loadProgram } from "../../host/load-program.ts";
import { programsIn } from "../programs-in.ts";
import type { Suite } from "./suite.ts";

export interface Loaded {
  readonly suites: readonly Suite[];
  /** Programs with errors: nothing runs. */
  readonly wrong: readonly CheckedFile[];
}

/**
 * The programs that are named and those of folders, with their tests. A file of a folder that another one imports may lack
 * what its importers have: then it is a part of theirs and no program of its own. A `.json` file is a compiled program.
 */
export async function loadSuites(operands: readonly string[], filter: string | undefined, options: LoadOptions & { readonly cwd: string }): Promise<Loaded> {
  const { compile } = await import("../../compiler/compile.ts");
  const all = [];
  const suites: Suite[] = [];
  const add = (file: string, program: Suite["program"]): void => {
    suites.push({ file, program, tests: program.graph.tests.filter(({ name }) => filter === undefined || name.includes(filter)) });
  };
  for (const { path, named } of programsIn(operands, options.cwd)) {
    if (path.endsWith(".json")) {
      const { graph, ...program } = await loadProgram(path, options);
      if (graph !== undefined) add(path, { ...program, graph });
    } else all.push({ path, named, checked: await checkFile(path, options) });
  }
  const imported = new Set(all.flatMap(({ checked }) => partsOf(checked)));
  const wrong: CheckedFile[] = [];
  for (const { path, named, checked } of all) {
    if (!hasErrors(checked.diagnostics)) add(path, { ...checked, graph: compile(checked.checked, sha256) });
    else if (named || !imported.has(join(checked.project.root, checked.checked.entry))) wrong.push(checked);
  }
  return { suites, wrong };
}

/** The files that a program imports. */
function partsOf({ checked, project }: CheckedFile): string[] {
  return checked.files.flatMap(({ path }) => (path === checked.entry ? [] : [join(project.root, path)]));
}
