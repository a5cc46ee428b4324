import type * as ast from "../syntax/ast.ts";
import type { ImportTargets } from "./load.ts";
import type { Program } from "./program.ts";

/** Files that import each other, directly or in a ring, are an error; each ring is reported once, at the import that closes it. */
export function checkImportCycles(program: Program, targets: ImportTargets): void {
  const state = new Map<string, "open" | "done">();
  const trail: string[] = [];
  const visit = (path: string): void => {
    state.set(path, "open");
    trail.push(path);
    for (const decl of importsOf(program, path)) {
      const target = targets.get(decl);
      if (target === undefined || state.get(target) === "done") continue;
      if (state.get(target) === "open") reportCycle(program, path, decl, [...trail.slice(trail.indexOf(target)), target]);
      else visit(target);
    }
    trail.pop();
    state.set(path, "done");
  };
  visit(program.entry);
}

function importsOf(program: Program, path: string): ast.ImportDecl[] {
  const file = program.files.find((one) => one.path === path);
  return (file?.file.declarations ?? []).filter((decl) => decl.kind === "ImportDecl");
}

function reportCycle(program: Program, path: string, decl: ast.ImportDecl, ring: readonly string[]): void {
  const itself = ring.length === 2;
  program.contexts.get(path)?.report({
    code: "T208",
    message: itself ? `"${path}" imports itself.` : `Imports go round: ${ring.map((one) => `"${one}"`).join(" imports ")}.`,
    span: decl.from,
    hint: itself ? "Leave this import out." : "Move what both need into a file of its own.",
  });
}
