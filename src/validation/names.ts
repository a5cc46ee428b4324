import { suggest } from "../diagnostics/suggest.ts";
import type * as ast from "../syntax/ast.ts";
import { type Env, float, unknown } from "./env.ts";
import { findVariable, namesIn, siblingOf } from "./scope.ts";
import type { Type } from "./types.ts";
import { sortOf } from "./words.ts";

/** The type of a name that stands for a value: a variable, a parameter, a loop's name. Anything else is reported. */
export function checkName(expr: ast.NameExpr, env: Env): Type {
  const { context, scope } = env;
  const found = scope.lookup(expr.name);
  if (found !== undefined) {
    context.program.resolved.set(expr, found);
    return env.flow.facts.get(expr.name) ?? found.type;
  }
  if (expr.name === "cost" && env.body.sort === "test") {
    context.program.resolved.set(expr, { of: "variable", name: "cost", type: float, node: expr });
    return float;
  }
  reportNoValue(expr, env);
  return unknown;
}

function reportNoValue(expr: ast.NameExpr, env: Env): void {
  const { context, scope } = env;
  const { name } = expr;
  if (name === "") return;
  if (name === "_") {
    context.report({ code: "T221", message: "`_` binds nothing, so it has no value.", span: expr, hint: "Give what you want to read a name." });
    return;
  }
  const sibling = siblingOf(scope, name);
  if (sibling !== undefined) {
    context.report({
      code: "T211",
      message: `"${name}" is another branch of this block: it has no value until all branches are done.`,
      span: expr,
      hint: `Use "${name}" after the block, or take this branch out of it.`,
      related: [{ span: sibling, message: "the other branch" }],
    });
    return;
  }
  const decl = context.lookup(name);
  if (decl !== undefined) {
    context.program.resolved.set(expr, decl);
    const callable = decl.decl.kind === "TemplateDecl" || decl.decl.kind === "ToolDecl" || decl.decl.kind === "AgentDecl" || decl.decl.kind === "WorkflowDecl";
    context.report({
      code: "T219",
      message: `"${name}" is ${sortOf[decl.decl.kind]}, which is no value.`,
      span: expr,
      hint: callable ? `Call it: \`${name}(…)\`.` : "Write the name of a variable or a parameter here.",
      related: [{ file: decl.file, span: decl.decl.name, message: "declared here" }],
    });
    return;
  }
  if (context.table.imported.has(name)) return;
  if (name === "cost") {
    context.report({ code: "T220", message: "`cost` is known in tests only.", span: expr, hint: "Read it in an `expect` of a `test`." });
    return;
  }
  const near = suggest(name, namesIn(scope));
  // What was meant is in use: a typo is one mistake.
  if (near !== undefined) scope.lookup(near);
  context.report({
    code: "T201",
    message: `There is no "${name}" here.`,
    span: expr,
    hint: near === undefined ? hintFor(name, env) : `Did you mean "${near}"?`,
  });
}

function hintFor(name: string, env: Env): string {
  const known = namesIn(env.scope);
  if (known.length > 0)
    return `In sight: ${known
      .slice(0, 6)
      .map((one) => `"${one}"`)
      .join(", ")}.`;
  return env.body.sort === "pure" ? `Make it a parameter, or write it in quotes: \`${JSON.stringify(name)}\`.` : `Write \`let ${name} = …\` before it.`;
}

/** The variable behind an expression that is a bare name, without counting as a use. */
export function variableOf(expr: ast.Expr, env: Env): ReturnType<typeof findVariable> {
  return expr.kind === "NameExpr" ? findVariable(env.scope, expr.name) : undefined;
}
