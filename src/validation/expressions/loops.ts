import type * as ast from "../../syntax/ast.ts";
import { declareVariable, discarded, type Env, inner, int, unknown } from "../env.ts";
import { assignedIn, withFacts, withoutNames } from "../facts.ts";
import { withoutNull } from "../fits.ts";
import { narrowing } from "../narrow.ts";
import type { Barrier } from "../scope.ts";
import { findVariable } from "../scope.ts";
import type { Type } from "../types.ts";
import { checkOwnBlock } from "./blocks.ts";
import { anything, check, nothing, type Want } from "./expression.ts";
import { reportImpure } from "./pure.ts";
import { checkCondition, elementOf } from "./text.ts";

/** `for x in xs { … }`: the list of what its body gives, if that has a value. */
export function checkFor(expr: ast.ForExpr, env: Env, want: Want): Type {
  const element = checkBody(expr, env, elementWant(want), undefined);
  return listOf(expr, element, env, hasBreak(expr.body));
}

/** What is wanted of an element where a list is wanted. */
export function elementWant(want: Want): Want {
  if (want.type === undefined || want.type === discarded) return want;
  const type = withoutNull(want.type);
  if (type.kind === "list") return { type: type.element, what: want.what === undefined ? undefined : `An element of ${want.what}` };
  return type.kind === "json" || type.kind === "unknown" ? { type } : anything;
}

/** What the body of a loop gives for one element. `barrier`: each element has a branch of its own. */
export function checkBody(expr: ast.ForExpr, env: Env, want: Want, barrier: Barrier | undefined): Type {
  const element = elementOf(expr.list, env, barrier === undefined ? "`for`" : "`parallel for`");
  // What is assigned to further down in the body may have changed when it starts again.
  const before = withoutNames(env.flow.facts, assignedIn(expr.body));
  env.flow.facts = before;
  const head = inner(env);
  if (expr.index !== undefined) declareVariable(head, expr.index, expr, int, "loop");
  declareVariable(head, expr.name, expr, element, "loop");
  if (expr.filter !== undefined) {
    checkCondition(expr.filter, head);
    env.flow.facts = withFacts(env.flow.facts, narrowing(expr.filter, true, head));
  }
  const body = inner(head, barrier === undefined ? {} : { barrier });
  const type = checkOwnBlock(expr.body, { ...body, loop: barrier === undefined ? head.scope : env.loop }, want);
  env.flow.facts = before;
  return type;
}

/** The list that a loop gives, with what is known of its length; no value where its body has none. */
export function listOf(expr: ast.ForExpr, element: Type, env: Env, shorter: boolean): Type {
  const gives = element.kind !== "none" && element.kind !== "never";
  const list = env.context.program.typeOf.get(expr.list);
  const type: Type = gives
    ? {
        kind: "list",
        element,
        ...(list?.kind !== "list" || list.max === undefined ? {} : { max: list.max }),
        ...(list?.kind !== "list" || list.min === undefined || shorter || expr.filter !== undefined ? {} : { min: list.min }),
      }
    : discarded;
  env.context.program.typeOf.set(expr, type);
  return type;
}

function hasBreak(part: object): boolean {
  if ("kind" in part && part.kind === "BreakStmt") return true;
  return Object.values(part).some((value) => typeof value === "object" && value !== null && hasBreak(value));
}

/** `repeat(max: 3) { … }`: bounded, and without a value. */
export function checkRepeat(expr: ast.RepeatExpr, env: Env): Type {
  if (env.body.sort === "pure") {
    reportImpure(expr, "`repeat`", env);
    return unknown;
  }
  checkMax(expr, env);
  const before = withoutNames(env.flow.facts, assignedIn(expr.body));
  env.flow.facts = before;
  const body = inner(env);
  checkOwnBlock(expr.body, { ...body, loop: env.scope }, nothing);
  env.flow.facts = before;
  return discarded;
}

function checkMax(expr: ast.RepeatExpr, env: Env): void {
  const { report } = env.context;
  const head = { start: expr.start, end: expr.start + "repeat".length };
  const max = expr.args.find((arg) => arg.name?.text === "max") ?? expr.args.find((arg) => arg.name === undefined);
  for (const arg of expr.args) {
    if (arg === max) continue;
    check(arg.value, env, { type: unknown });
    report({ code: "T340", message: `\`repeat\` has no option "${arg.name?.text ?? "…"}".`, span: arg.name ?? arg, hint: "It takes `max`." });
  }
  if (max === undefined) {
    if (expr.args.length === 0) report({ code: "T403", message: "This `repeat` has no bound.", span: head, hint: "Write `repeat(max: 3) { … }`." });
    return;
  }
  if (max.name === undefined) report({ code: "T340", message: "The bound of a `repeat` is named.", span: max, hint: "Write `repeat(max: 3)`." });
  const type = check(max.value, env, { type: int, what: "`max` of `repeat`" });
  if (type.kind === "unknown") return;
  if (max.value.kind === "NumberExpr") {
    if (max.value.value < 1) report({ code: "T341", message: "This `repeat` never runs.", span: max.value, hint: "Write a `max` of 1 or more." });
    return;
  }
  const known = max.value.kind === "NameExpr" ? findVariable(env.scope, max.value.name)?.variable : undefined;
  if (known?.origin === "parameter") return;
  report({
    code: "T404",
    message: "The bound of a `repeat` must be known before a run.",
    span: max.value,
    hint: "Write a number, or a parameter of the workflow.",
  });
}
