import type * as ast from "../syntax/ast.ts";
import { type Body, bool, discarded, type Env } from "./env.ts";
import { check, nothing } from "./expressions/expression.ts";
import { noFacts } from "./facts.ts";
import type { Context } from "./file-context.ts";
import { createScope } from "./scope.ts";
import { checkStatement, checkStatements } from "./statements.ts";

/** The statements and expectations of a test; what it fakes and replays is checked with the declarations. */
export function checkTestBody(decl: ast.TestDecl, context: Context): void {
  const body: Body = { sort: "test", name: "", returns: [], chats: new Map() };
  const env: Env = { context, scope: createScope(context.program, undefined), flow: { facts: noFacts }, body, loop: undefined, lenient: false };
  let ended = false;
  for (const statement of decl.body) {
    if (ended) {
      context.report({ code: "T401", message: "This is never reached.", span: statement, hint: "Take it out, or put it before what ends the test." });
      return;
    }
    if (statement.kind === "ExpectStmt") checkExpect(statement, env);
    else if (statement.kind !== "FakeStmt" && statement.kind !== "ReplayStmt") ended = checkStatement(statement, env, nothing).kind === "never";
  }
}

function checkExpect(statement: ast.ExpectStmt, env: Env): void {
  if (statement.value !== undefined) check(statement.value, { ...env, lenient: true }, { type: bool, what: "What is expected" });
  if (statement.block === undefined) return;
  const facts = env.flow.facts;
  checkStatements(statement.block.body, { ...env, scope: createScope(env.context.program, env.scope) }, nothing);
  env.flow.facts = facts;
  env.context.program.typeOf.set(statement.block, discarded);
}
