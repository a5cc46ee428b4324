import type { Json } from "../../diagnostics/json.ts";
import type { Expr, MatchNode, PatternNode } from "../../graph/expressions.ts";
import { evaluate } from "../evaluate.ts";
import type { Program } from "../program.ts";
import { badValue, isObject } from "../values/kinds.ts";
import type { Variables } from "../variables.ts";

export function evaluateMatch(node: MatchNode, variables: Variables, program: Program): Json {
  return evaluate(matchingArm(node, evaluate(node.subject, variables, program)), variables, program);
}

/** The value of the first arm that fits. */
export function matchingArm({ arms, place }: MatchNode, subject: Json): Expr {
  const arm = arms.find(({ pattern }) => fits(pattern, subject));
  if (arm === undefined) throw badValue(`No arm of the match fits ${JSON.stringify(subject)}.`, place, "Add an arm `_ => …`.");
  return arm.value;
}

function fits(pattern: PatternNode, subject: Json): boolean {
  if (pattern.of === "any") return true;
  if (pattern.of === "value") return pattern.value === subject;
  return isObject(subject) && Object.hasOwn(subject, pattern.name) && subject[pattern.name] === pattern.value;
}
