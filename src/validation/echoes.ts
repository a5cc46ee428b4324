import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LoadedFile } from "./checked.ts";
import type { Program } from "./program.ts";

/** Codes of names that mean nothing. */
const unknownNames: ReadonlySet<string> = new Set(["T201", "T202", "T207", "T217"]);

/**
 * The diagnostics without those that only echo a mistake of syntax: whatever else is said of a declaration that could not
 * be read whole, and names that such a declaration would have given. Other declarations of the file are reported as ever.
 */
export function withoutEchoes(program: Program, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const broken = program.files.filter((file) => file.diagnostics.some(isMistake));
  if (broken.length === 0) return diagnostics;
  const regions = new Map(broken.map((file) => [file.path, regionsOf(file)]));
  return diagnostics.filter((diagnostic) => {
    if (diagnostic.code.startsWith("T1")) return true;
    const { file, start } = diagnostic.span;
    // What is unused or unwise shows when the whole file can be read.
    if (diagnostic.severity === "warning" && regions.has(file)) return false;
    if (regions.get(file)?.some((region) => region.start <= start && start < region.end)) return false;
    if (!unknownNames.has(diagnostic.code)) return true;
    const name = program.files.find((one) => one.path === file)?.source.text.slice(start, diagnostic.span.end) ?? "";
    // What an import names is looked for in other files than the one that imports.
    return !broken.some((one) => (diagnostic.code !== "T207" || one.path !== file) && seemsToDeclare(one, name));
  });
}

function isMistake(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}

/** From the start of each declaration with a mistake to the start of the next one that was read. */
function regionsOf(file: LoadedFile): readonly { readonly start: number; readonly end: number }[] {
  const { declarations } = file.file;
  return file.diagnostics.filter(isMistake).map(({ code, span }) => {
    const last = declarations.findLast((decl) => decl.start <= span.start);
    const next = declarations.find((decl) => decl.start > span.start);
    // A declaration that ended on an earlier line is whole, but for one that a bracket too many ended.
    const whole = last !== undefined && code !== "T105" && file.source.text.slice(last.end, span.start).includes("\n");
    return { start: last === undefined ? 0 : whole ? last.end : last.start, end: next?.start ?? Number.POSITIVE_INFINITY };
  });
}

/** Whether the text of a file that could not be read whole looks as if it declared the name. */
function seemsToDeclare(file: LoadedFile, name: string): boolean {
  if (!/^\w+$/.test(name)) return false;
  const declared = `\\b(?:provider|model|retry|budget|mcp|type|template|tool|agent|workflow|let|for)\\s+${name}\\b`;
  return new RegExp(`${declared}|\\bimport\\s*\\{[^}]*\\b${name}\\b`).test(file.source.text);
}
