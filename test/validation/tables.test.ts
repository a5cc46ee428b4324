import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { kinds } from "../../src/providers/kinds.ts";
import type * as ast from "../../src/syntax/ast.ts";
import { walk } from "../../src/syntax/walk.ts";
import { check } from "../../src/validation/check.ts";
import type { CheckedProgram, ReadResult } from "../../src/validation/checked.ts";
import { projectFiles, root } from "../repo/files.ts";
import { checkText } from "./checking.ts";

function checkedFile(path: string): CheckedProgram {
  const folder = join(root, dirname(path));
  const readFile = (file: string): ReadResult => {
    try {
      return { ok: true, text: readFileSync(join(folder, file), "utf8") };
    } catch {
      return { ok: false, why: "missing" };
    }
  };
  return check(path.split("/").at(-1) ?? "", { kinds, readFile, priced: () => true });
}

/** Parts that are no values of the program: what is called, options, and arguments that name types and declarations. */
function noValues(node: ast.Node): readonly ast.Node[] {
  if (node.kind === "CallExpr") {
    const name = node.callee.kind === "NameExpr" ? node.callee.name : "";
    const names = ["parse_json", "as", "schema", "calls", "prompt", "failed_checks"].includes(name)
      ? node.args.slice(name === "as" || name === "parse_json" ? 1 : 0, 2)
      : [];
    return [node.callee, ...names];
  }
  if ((node.kind === "WithExpr" || node.kind === "AskExpr") && node.options !== undefined) return [node.options];
  if (node.kind === "ParallelExpr" || node.kind === "RaceExpr") return node.args.filter((arg) => arg.name?.text === "on_error" || arg.name?.text === "timeout");
  return node.kind === "WorkflowDecl" ? node.options : [];
}

/** The expressions of workflows, tests and templates that the side tables must know. */
function valuesOf(program: CheckedProgram): ast.Expr[] {
  const found: ast.Expr[] = [];
  for (const { file } of program.files) {
    for (const decl of file.declarations) {
      if (decl.kind !== "WorkflowDecl" && decl.kind !== "TestDecl" && decl.kind !== "TemplateDecl") continue;
      const skipped = new Set<ast.Node>(decl.kind === "TestDecl" ? [decl.name] : []);
      if (decl.kind === "TemplateDecl" && decl.from !== undefined) skipped.add(decl.from);
      walk(decl, (node) => {
        if (skipped.has(node) || node.kind.endsWith("Type") || node.kind === "FakeTarget" || node.kind === "ReplayStmt") return false;
        for (const one of noValues(node)) skipped.add(one);
        // The loop of a `parallel for` is no expression of its own: its parts are.
        if (node.kind.endsWith("Expr")) found.push(node as ast.Expr);
        return true;
      });
    }
  }
  return found;
}

const programs = [...projectFiles("test/conformance/accept", ".tantra"), ...projectFiles("examples", ".tantra")].filter((path) => !path.includes("/shared/"));

for (const path of programs) {
  test(`every value has a type, every name a meaning and every call what it calls: ${path}`, () => {
    const program = checkedFile(path);
    expect(program.diagnostics.filter((one) => one.severity === "error")).toEqual([]);
    const values = valuesOf(program);
    const lacking = values.filter(
      (expr) =>
        !program.typeOf.has(expr) ||
        program.typeOf.get(expr)?.kind === "unknown" ||
        (expr.kind === "NameExpr" && !program.resolved.has(expr)) ||
        (expr.kind === "CallExpr" && !program.calls.has(expr)),
    );
    expect(lacking.map(({ kind, start }) => `${kind} at ${start}`)).toEqual([]);
    for (const decl of program.files.flatMap(({ file }) => file.declarations)) expect(program.fileOf.get(decl)).toBeDefined();
    for (const [key, symbol] of program.declarations) {
      const callable = ["TemplateDecl", "ToolDecl", "AgentDecl", "WorkflowDecl"].includes(symbol.decl.kind);
      expect(program.signatures.has(key)).toBe(callable);
    }
  });
}

test("arguments are bound to their parameters in the order of writing", () => {
  const program = checkText(`template line(a: string, b: string, c: string = "c") "\${a} \${b} \${c}"
workflow main() { line("x", c: "z", b: "y") }
`);
  expect(program.diagnostics).toEqual([]);
  const [call] = program.calls.values();
  expect(call?.of === "template" ? [call.key, ...call.args.keys()] : call).toEqual(["main.tantra#line", "a", "c", "b"]);
});

test("a function's type argument is resolved", () => {
  const program = checkText("type Note { title: string }\nworkflow main(s: string) { parse_json(s, Note).title }\n");
  const [call] = program.calls.values();
  expect(call?.of === "function" && call.type?.kind === "record" ? call.type.id : call).toBe("main.tantra#Note");
});

test("an imported declaration goes by the key of the file that declares it, under whatever name it is imported", () => {
  const program = checkText(`import { greet as hello } from "./shared.tantra"
workflow main() { hello("Ada") }
// file: ./shared.tantra
template greet(name: string) "Hello \${name}"
`);
  expect(program.diagnostics).toEqual([]);
  const [call] = program.calls.values();
  expect(call?.of === "template" ? call.key : call).toBe("shared.tantra#greet");
});
