import type { Json } from "../../diagnostics/json.ts";
import type { BinaryNode } from "../../graph/expressions.ts";
import { evaluate } from "../evaluate.ts";
import type { Program } from "../program.ts";
import { asBool } from "../values/kinds.ts";
import { operate } from "../values/operate.ts";
import type { Variables } from "../variables.ts";

export function evaluateBinary(node: BinaryNode, variables: Variables, program: Program): Json {
  const { op, place } = node;
  const left = evaluate(node.left, variables, program);
  const decided = decidedByLeft(node, left);
  if (decided !== undefined) return decided;
  const right = evaluate(node.right, variables, program);
  return op === "&&" || op === "||" || op === "??" ? right : operate(op, left, right, place);
}

/** The value of `&& || ??` where the left side decides it; undefined: the right side is needed. */
export function decidedByLeft({ op, place }: BinaryNode, left: Json): Json | undefined {
  if (op === "??") return left === null ? undefined : left;
  if (op === "&&") return asBool(left, "The left side of `&&`", place) ? undefined : false;
  if (op === "||") return asBool(left, "The left side of `||`", place) ? true : undefined;
  return undefined;
}
