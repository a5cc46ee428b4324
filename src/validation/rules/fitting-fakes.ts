import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { AskExpr, Expr, FakeStmt, McpDecl, ToolDecl } from "../../syntax/ast.ts";
import { walk } from "../../syntax/walk.ts";
import { fits, withoutNull } from "../fits.ts";
import type { WholeProgram } from "../rule.ts";
import { spell } from "../spell.ts";
import type { Type } from "../types.ts";

/**
 * What `fake ask` answers fits a question of the program, or is a bool where a tool asks for approval. Which question gets
 * which answer shows when the test runs; a value that fits none of them never does.
 */
export function* fittingFakes(program: WholeProgram): Iterable<Diagnostic> {
  const fakes = fakesOf(program);
  if (fakes.length === 0) return;
  const wanted = answersWanted(program);
  for (const { fake, file } of fakes) {
    if (wanted.length === 0) {
      yield {
        code: "T459",
        severity: "error",
        message: "The program asks nobody: it has no `ask`, and no tool that asks for approval.",
        span: { file, start: fake.target.start, end: fake.target.end },
        hint: "Leave the `fake ask` out, or write the `ask` that it answers.",
      };
      continue;
    }
    for (const { value } of fake.outcomes) {
      if (value === undefined || wanted.some((type) => mayBe(value, type, program))) continue;
      yield {
        code: "T301",
        severity: "error",
        message: "No question of the program takes this answer.",
        span: { file, start: value.start, end: value.end },
        hint: `What is asked for is ${[...new Set(wanted.map(spell))].map((type) => `\`${type}\``).join(" or ")}.`,
      };
    }
  }
}

function fakesOf(program: WholeProgram): { readonly fake: FakeStmt; readonly file: string }[] {
  return program.files.flatMap(({ path, file }) =>
    file.declarations.flatMap((decl) =>
      decl.kind === "TestDecl"
        ? decl.body.flatMap((statement) => (statement.kind === "FakeStmt" && statement.target.of === "ask" ? [{ fake: statement, file: path }] : []))
        : [],
    ),
  );
}

function answersWanted(program: WholeProgram): readonly Type[] {
  const asks: AskExpr[] = [];
  let approves = false;
  for (const { file } of program.files) {
    walk(file, (node) => {
      if (node.kind === "AskExpr") asks.push(node);
      if (node.kind === "ToolDecl" || node.kind === "McpDecl") approves ||= asksForApproval(node);
      return undefined;
    });
  }
  const types = asks.map(({ result }): Type => (result === undefined ? { kind: "string" } : (program.typeOfType.get(result) ?? { kind: "unknown" })));
  return approves ? [...types, { kind: "bool" }] : types;
}

/** `approve` on a tool or a server, or on one tool of a server. */
function asksForApproval(decl: ToolDecl | McpDecl): boolean {
  let found = false;
  walk(decl, (node) => {
    if (node.kind === "Entry" && node.key.text === "approve") found = true;
    return undefined;
  });
  return found;
}

/** Whether a value may be a T, as far as that can be told without looking into lists and objects. */
function mayBe(value: Expr, wanted: Type, program: WholeProgram): boolean {
  const type = withoutNull(wanted);
  const members = type.kind === "union" ? type.members : [type];
  if (value.kind === "ObjectExpr") return members.some(({ kind }) => kind === "record" || kind === "map" || kind === "json" || kind === "unknown");
  if (value.kind === "ListExpr") return members.some(({ kind }) => kind === "list" || kind === "json" || kind === "unknown");
  return fits(program.typeOf.get(value) ?? { kind: "unknown" }, wanted);
}
