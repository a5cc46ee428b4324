import type * as ast from "../../src/syntax/ast.ts";
import type { CheckedProgram } from "../../src/validation/checked.ts";
import { spell } from "../../src/validation/spell.ts";
import type { Type } from "../../src/validation/types.ts";
import { checkFiles, filesOf } from "../conformance/program.ts";

/** Checks a text, in which `// file: ./NAME` begins a further file. */
export function checkText(text: string): CheckedProgram {
  return checkFiles(filesOf(text));
}

/** "T201 3:7" for everything that is wrong with a program, in order. */
export function wrongWith(text: string): string[] {
  const program = checkText(text);
  return program.diagnostics.map(({ code, span }) => {
    const source = program.files.find((file) => file.path === span.file)?.source;
    const at = source?.position(span.start);
    return `${code} ${at?.line}:${at?.column}`;
  });
}

/** The types of the values that each `let` of a program is given, by name, lists with their bounds. */
export function typesIn(program: CheckedProgram): Readonly<Record<string, string>> {
  const types: Record<string, string> = {};
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("kind" in node && node.kind === "LetStmt") {
      const statement = node as ast.LetStmt;
      const type = program.typeOf.get(statement.value);
      types[statement.name.text] = type === undefined ? "not reached" : shown(type);
    }
    for (const child of Object.values(node)) visit(child);
  };
  for (const { file } of program.files) visit(file);
  return types;
}

/** The types of the `let`s of a workflow with these parameters, which must have no mistake (warnings apart). */
export function letsOf(params: string, body: string, before = ""): Readonly<Record<string, string>> {
  const program = checkText(`${before}\nworkflow main(${params}) {\n${body}\n}\n`);
  const errors = program.diagnostics.filter((one) => one.severity === "error").map(({ code, message }) => `${code} ${message}`);
  if (errors.length > 0) throw new Error(errors.join("\n"));
  return typesIn(program);
}

function shown(type: Type): string {
  if (type.kind !== "list" || (type.min === undefined && type.max === undefined)) return spell(type);
  const bounds = [...(type.min === undefined ? [] : [`min: ${type.min}`]), ...(type.max === undefined ? [] : [`max: ${type.max}`])];
  return `${spell(type)}(${bounds.join(", ")})`;
}
