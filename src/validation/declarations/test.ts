import { errorClasses, isErrorClass } from "../../diagnostics/classes.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import type { FakeStmt, FakeTarget, Name, TestDecl } from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import type { Type } from "../types.ts";
import { findFile } from "./project-path.ts";

/** What a test fakes, replays and expects to fail; its statements and expectations are checked with the expressions. */
export function checkTest(decl: TestDecl, context: FileContext): void {
  for (const statement of decl.body) {
    if (statement.kind === "FakeStmt") checkFake(statement, context);
    else if (statement.kind === "ReplayStmt") findFile(statement.file, "the recording", context, "warning");
    else if (statement.kind === "ExpectStmt" && statement.fails !== undefined) checkClass(statement.fails, context);
  }
}

function checkFake(fake: FakeStmt, context: FileContext): void {
  const expected = resultOf(fake.target, context);
  const scope = context.scopeOf([]);
  for (const outcome of fake.outcomes) {
    if (outcome.class !== undefined) checkClass(outcome.class, context);
    if (outcome.value !== undefined) context.pure(outcome.value, scope, expected);
    if (outcome.message !== undefined) context.text(outcome.message, scope);
  }
}

/** The type that a faked value must have: `json` where any value may stand (a question, a model, a tool of a server). */
function resultOf(target: FakeTarget, context: FileContext): Type | undefined {
  if (target.of === "ask") return { kind: "json" };
  const [name, tool, ...more] = target.path;
  if (name === undefined || name.text === "") return { kind: "unknown" };
  if (target.of === "model") {
    context.resolve(name, ["ModelDecl"], "a model");
    return { kind: "json" };
  }
  if (tool !== undefined) {
    const server = context.resolve(name, ["McpDecl"], "an MCP server");
    const [extra] = more;
    if (server !== undefined && extra !== undefined) {
      context.report({
        code: "T459",
        message: `"${name.text}.${tool.text}" has no parts to fake.`,
        span: extra,
        hint: `Write \`fake ${name.text}.${tool.text}\`.`,
      });
    }
    return { kind: "json" };
  }
  const declared = context.lookup(name.text)?.decl.kind;
  if (declared === "ModelDecl" || declared === "McpDecl") {
    const hint = declared === "ModelDecl" ? `Write \`fake model ${name.text}\`.` : `Write \`fake ${name.text}.TOOL\`.`;
    const what = declared === "ModelDecl" ? "a model" : "a server";
    context.report({ code: "T459", message: `"${name.text}" is ${what}, which is faked otherwise.`, span: name, hint });
    return { kind: "unknown" };
  }
  const symbol = context.resolve(name, ["AgentDecl", "ToolDecl"], "an agent or a tool");
  return symbol === undefined ? { kind: "unknown" } : context.signature(symbol.key)?.result;
}

function checkClass(name: Name, context: FileContext): void {
  if (name.text === "" || isErrorClass(name.text)) return;
  const near = suggest(name.text, errorClasses);
  context.report({
    code: "T460",
    message: `There is no class of failure "${name.text}".`,
    span: name,
    hint: near === undefined ? "Write a class such as `rate_limit` or `tool_error`." : `Did you mean "${near}"?`,
  });
}
