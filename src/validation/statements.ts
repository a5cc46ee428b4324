import { suggest } from "../diagnostics/suggest.ts";
import type * as ast from "../syntax/ast.ts";
import { declareVariable, discarded, type Env, setFact, unknown } from "./env.ts";
import { check, checkValue, infer, nothing, type Want } from "./expressions/expression.ts";
import { fits } from "./fits.ts";
import { joinAll } from "./join.ts";
import { barriersBetween, findVariable, namesIn, siblingOf } from "./scope.ts";
import type { Type } from "./types.ts";
import { widened, withoutBounds } from "./widen.ts";

const never: Type = { kind: "never" };

/** Statements one after the other; the value is the last one's, where it is an expression. */
export function checkStatements(statements: readonly ast.Stmt[], env: Env, want: Want): Type {
  let ends = false;
  let value: Type = discarded;
  for (const [index, statement] of statements.entries()) {
    if (ends) {
      env.context.report({ code: "T401", message: "This is never reached.", span: statement, hint: "Take it out, or put it before what ends the block." });
      return never;
    }
    const last = index === statements.length - 1;
    value = checkStatement(statement, env, last ? want : nothing);
    if (!last && statement.kind === "ExprStmt") reportIdle(statement.expr, env);
    ends = value.kind === "never";
  }
  return value;
}

/** The value of one statement; `never` of one that ends the block. */
export function checkStatement(statement: ast.Stmt, env: Env, want: Want): Type {
  switch (statement.kind) {
    case "LetStmt":
      return checkLet(statement, env);
    case "AssignStmt":
      checkAssign(statement, env);
      return discarded;
    case "ReturnStmt":
      checkReturn(statement, env);
      return never;
    case "BreakStmt":
      checkBreak(statement, env);
      return never;
    case "ExprStmt":
      return check(statement.expr, env, want);
  }
}

function checkLet(statement: ast.LetStmt, env: Env): Type {
  const { name, value } = statement;
  const { type, precise } = checkLetValue(statement, env);
  declareVariable(env, name, statement, type, "let", precise);
  return env.context.program.typeOf.get(value)?.kind === "never" ? never : discarded;
}

/** The declared type of what a `let` names, and what is known of its first value. */
export function checkLetValue(statement: ast.LetStmt, env: Env): { readonly type: Type; readonly precise: Type } {
  const { name, value } = statement;
  const declared = statement.type === undefined ? undefined : env.context.type(statement.type);
  const what = name.text === "" || name.text === "_" ? undefined : `"${name.text}"`;
  if (declared !== undefined) {
    const type = checkValue(value, env, { type: declared, what });
    return { type: declared, precise: type.kind === "unknown" || value.kind === "ListExpr" || value.kind === "ObjectExpr" ? declared : known(type, declared) };
  }
  if (makesConversation(value)) {
    const type = infer(value, env);
    return { type, precise: type };
  }
  const type = checkValue(value, env, { type: undefined, what });
  if (type.kind === "null") {
    const message = `"${name.text}" is null, which says nothing about its type.`;
    env.context.report({ code: "T313", message, span: statement, hint: `Write the type: \`let ${name.text}: string? = null\`.` });
    return { type: unknown, precise: unknown };
  }
  const wide = widened(type, value);
  return { type: withoutBounds(wide), precise: wide };
}

/** What is known of a value beyond the type of the name that holds it; where that says less (int in a float), the name's type. */
function known(type: Type, declared: Type): Type {
  if (type.kind === "never") return declared;
  const inner = declared.kind === "nullable" ? declared.type : declared;
  if (declared.kind === "nullable" && type.kind !== "nullable" && type.kind !== "null") return fits(inner, type) ? type : inner;
  return type.kind === "list" && inner.kind === "list" && fits(inner, type) ? type : declared;
}

function makesConversation(value: ast.Expr): boolean {
  return value.kind === "ChatExpr" || (value.kind === "CallExpr" && value.callee.kind === "NameExpr" && value.callee.name === "fork");
}

function checkAssign(statement: ast.AssignStmt, env: Env): void {
  const { name, value } = statement;
  const { context, scope } = env;
  const found = findVariable(scope, name.text);
  if (found === undefined || name.text === "") {
    const type = checkValue(value, env);
    if (name.text === "") return;
    // Where nothing else was meant the name is a new one, and what follows may read it.
    if (!reportUnknownAssigned(name, env)) return;
    declareVariable(env, name, statement, withoutBounds(widened(type, value)), "let");
    context.program.used.add(name);
    return;
  }
  const { variable } = found;
  if (variable.origin !== "let") context.program.used.add(variable.name);
  const [barrier] = barriersBetween(scope, found.scope);
  const related = [{ span: variable.name, message: "declared here" }];
  if (variable.origin !== "let") {
    const what = variable.origin === "parameter" ? "a parameter" : variable.origin === "loop" ? "a loop's name" : "given";
    context.report({
      code: "T407",
      message: `"${name.text}" is ${what}, which cannot change.`,
      span: name,
      hint: `Copy it first: \`let changed = ${name.text}\`.`,
      related,
    });
  } else if (barrier !== undefined) {
    context.report({
      code: "T406",
      message: `"${name.text}" lies outside of this branch, and branches run at the same time.`,
      span: name,
      hint:
        barrier.word === "race"
          ? "Let the branch give the value, and assign what the race gives."
          : "Let the branch give the value, and use the list of results after the block.",
      related,
    });
  }
  const wanted = variable.symbol.type;
  const type = checkValue(value, env, { type: wanted.kind === "chat" ? undefined : wanted, what: `"${name.text}"` });
  setFact(env, name.text, type.kind === "unknown" ? wanted : known(widened(type, value), wanted));
}

/** Reports an assignment to a name that there is not; whether a new one seems to be meant. */
function reportUnknownAssigned(name: ast.Name, env: Env): boolean {
  const sibling = siblingOf(env.scope, name.text);
  if (sibling !== undefined) {
    const related = [{ span: sibling, message: "the other branch" }];
    env.context.report({
      code: "T211",
      message: `"${name.text}" is another branch of this block.`,
      span: name,
      hint: `Assign to "${name.text}" after the block.`,
      related,
    });
    return false;
  }
  const near = suggest(name.text, namesIn(env.scope));
  if (near !== undefined) env.scope.lookup(near);
  const hint = near === undefined ? `Write \`let ${name.text} = …\` for a new one.` : `Did you mean "${near}"? A new one is \`let ${name.text} = …\`.`;
  env.context.report({ code: "T201", message: `There is no "${name.text}" to assign to.`, span: name, hint });
  return near === undefined;
}

function checkReturn(statement: ast.ReturnStmt, env: Env): void {
  const { body, context } = env;
  const { value } = statement;
  const [barrier] = barriersBetween(env.scope, undefined);
  if (body.sort !== "workflow") {
    if (value !== undefined) check(value, env);
    context.report({
      code: "T414",
      message: body.sort === "test" ? "A test gives no value." : "Only a workflow returns.",
      span: statement,
      hint: "Leave the `return` out.",
    });
  } else if (barrier !== undefined) {
    if (value !== undefined) check(value, env);
    reportLeaving(statement, "return", barrier.word, env);
  } else if (body.result === undefined) {
    body.returns.push(value === undefined ? discarded : check(value, env));
  } else if (value !== undefined) {
    checkValue(value, env, { type: body.result, what: `The result of "${body.name}"` });
  } else {
    context.report({
      code: "T402",
      message: `"${body.name}" promises a result, and this returns none.`,
      span: statement,
      hint: "Write the value behind `return`.",
    });
  }
}

function checkBreak(statement: ast.BreakStmt, env: Env): void {
  const [barrier] = barriersBetween(env.scope, env.loop);
  if (barrier !== undefined) reportLeaving(statement, "break", barrier.word, env);
  else if (env.loop === undefined)
    env.context.report({
      code: "T405",
      message: "There is no loop to break out of.",
      span: statement,
      hint: "Take it out, or put it into a `for` or a `repeat`.",
    });
}

function reportLeaving(statement: ast.Stmt, word: string, block: string, env: Env): void {
  env.context.report({
    code: "T406",
    message: `A \`${word}\` cannot leave a branch of a ${block} block: the other branches are still running.`,
    span: statement,
    hint:
      word === "return"
        ? `Let the branch give its value, and return after the block; to give up, write \`fail "…"\`.`
        : 'Let the branch give a value that says so; to give up, write `fail "…"`.',
  });
}

/** A value that is computed and goes nowhere is a slip (`x == 1` for `x = 1`); calls and blocks may stand for what they do. */
function reportIdle(expr: ast.Expr, env: Env): void {
  const idle = ["NumberExpr", "BoolExpr", "NullExpr", "StringExpr", "ListExpr", "ObjectExpr", "NameExpr", "UnaryExpr", "BinaryExpr", "MemberExpr", "IndexExpr"];
  if (!idle.includes(expr.kind) || env.context.program.typeOf.get(expr)?.kind === "never") return;
  // `x ?? fail "…"` stands for what it does.
  if (expr.kind === "BinaryExpr" && (expr.op === "??" || expr.op === "&&" || expr.op === "||") && !idle.includes(expr.right.kind)) return;
  const compared = expr.kind === "BinaryExpr" && expr.op === "==" && expr.left.kind === "NameExpr";
  env.context.report({
    code: "T413",
    severity: "warning",
    message: "This value goes nowhere.",
    span: expr,
    hint: compared ? "Did you mean `=`?" : "Take it out, or keep it: `let x = …`.",
  });
}

/** The result of a body whose type is not declared: what it ends with and what it returns. */
export function bodyResult(end: Type, env: Env): Type | undefined {
  return joinAll([...env.body.returns, end]);
}
