import type { ErrorClass } from "../diagnostics/classes.ts";
import type { TestNode, TestStatement } from "../graph/graph.ts";
import type * as ast from "../syntax/ast.ts";
import { plainText } from "../validation/declarations/values.ts";
import { bug } from "./bug.ts";
import type { Context, FileScope } from "./context.ts";
import { compileExpr } from "./expressions.ts";
import { compileBody, compileStatement } from "./statements.ts";
import { Steps } from "./steps.ts";
import { compileText } from "./texts.ts";

/** The tests of a file. A test's name may be any text, so its steps stand under `test`, `test#2`, … */
export function compileTests(tests: readonly ast.TestDecl[], file: FileScope): readonly TestNode[] {
  return tests.map((test, index) => {
    const context: Context = { file, steps: new Steps(index === 0 ? "test" : `test#${index + 1}`), inWorkflow: false };
    return {
      name: plainText(test.name) ?? bug("a test's name with parts", file.place(test)),
      place: file.place(test),
      body: test.body.map((statement) => compileTestStatement(statement, context)),
    };
  });
}

function compileTestStatement(statement: ast.TestDecl["body"][number], context: Context): TestStatement {
  const { file } = context;
  const place = file.place(statement);
  switch (statement.kind) {
    case "FakeStmt":
      return { kind: "fake", place, target: targetOf(statement.target, file), outcomes: statement.outcomes.map((outcome) => outcomeOf(outcome, context)) };
    case "ExpectStmt": {
      if (statement.fails !== undefined && statement.block !== undefined) {
        return { kind: "expect_fails", place, class: statement.fails.text as ErrorClass, body: compileBody(statement.block.body, context) };
      }
      const value = statement.value ?? bug("an expectation of nothing", place);
      return { kind: "expect", place, source: file.written(value), value: compileExpr(value, context) };
    }
    case "ReplayStmt":
      return { kind: "replay", place, file: file.rooted(plainText(statement.file) ?? bug("a path with parts", place)) };
    default:
      return compileStatement(statement, context);
  }
}

type Fake = Extract<TestStatement, { kind: "fake" }>;

function targetOf({ of, path, ...at }: ast.FakeTarget, file: FileScope): Fake["target"] {
  if (of === "ask") return { of: "ask" };
  const [name, tool] = path;
  const meant = name === undefined ? undefined : file.find(name.text);
  if (meant?.decl.kind === "AgentDecl") return { of: "agent", key: meant.key };
  if (meant?.decl.kind === "ToolDecl") return { of: "tool", key: meant.key };
  if (meant?.decl.kind === "ModelDecl") return { of: "model", key: meant.key };
  if (meant?.decl.kind === "McpDecl" && tool !== undefined) return { of: "mcp", key: meant.key, tool: tool.text };
  return bug("a fake of nothing", file.place(at));
}

function outcomeOf(outcome: ast.FakeOutcome, context: Context): Fake["outcomes"][number] {
  if (outcome.class !== undefined) {
    const message = outcome.message === undefined ? {} : { message: compileText(outcome.message, context) };
    return { fail: outcome.class.text as ErrorClass, ...message };
  }
  return { value: compileExpr(outcome.value ?? bug("an outcome of nothing", context.file.place(outcome)), context) };
}
