import type { Json } from "../../diagnostics/json.ts";
import type { IfNode } from "../../graph/expressions.ts";
import { evaluate } from "../evaluate.ts";
import type { Program } from "../program.ts";
import { asBool } from "../values/kinds.ts";
import type { Variables } from "../variables.ts";

/** Null where the condition is false and there is no `else`. */
export function evaluateIf(node: IfNode, variables: Variables, program: Program): Json {
  const chosen = asBool(evaluate(node.condition, variables, program), "The condition", node.condition.place) ? node.then : node.else;
  if (chosen !== undefined) return evaluate(chosen, variables, program);
  program.visit?.(node, true);
  return null;
}
